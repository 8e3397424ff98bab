//! The edge-case people of `reference/officestation-api.md` §5, and one with a ビジネスネーム.

use chrono::{Days, NaiveDate};

use super::fields::{DependentField, Field};
use super::roles::bump_last_digit;
use super::{Dependent, Person};

/// The number that `11` has in Kaonavi.
const PADDED: &str = "000011";

/// The nine of them. Three depend on the day: A0003 comes in ten days, A0004 leaves today and A0005 left
/// yesterday.
pub(crate) fn people(today: NaiveDate) -> Vec<Person> {
    let soon = today.checked_add_days(Days::new(10)).unwrap_or(today);
    let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    vec![
        normal_update(),
        known(&["A0002", "佐藤", "花子", "サトウ", "ハナコ", "女", "1988-02-11", "2018-10-01", "2"]),
        known(&["A0003", "鈴木", "一郎", "スズキ", "イチロウ", "男性", "2001-06-30", &soon.to_string(), "3"]),
        leaving(
            known(&["A0004", "高橋", "次郎", "タカハシ", "ジロウ", "男性", "1975-09-09", "2005-04-01", "4"]),
            today,
        ),
        leaving(
            known(&["A0005", "田中", "三郎", "タナカ", "サブロウ", "男性", "1969-12-24", "1995-10-01", "5"]),
            yesterday,
        ),
        known(&["11", "伊藤", "四郎", "イトウ", "シロウ", "男性", "1992-07-07", "2020-04-01", "6"]),
        nearly_blank(),
        without_hire_date(),
        with_business_name(),
    ]
}

/// How an edge-case person differs in Kaonavi.
pub(crate) fn change_for_kaonavi(person: &mut Person) {
    match person[Field::EmployeeNumber].as_str() {
        // A plain update: a new mobile number and a child who was born meanwhile.
        "A0001" => {
            person[Field::MobilePhoneNumber] = bump_last_digit(&person[Field::MobilePhoneNumber]);
            person.dependents.truncate(1);
        }
        // Kaonavi's master has 男性 and 女性 only.
        "A0002" => person[Field::Gender] = "女性".into(),
        // The 退職年月日 was entered too late for the link to carry it.
        "A0005" => {
            for field in [Field::RetireDate, Field::SeparationDate, Field::RetireReason] {
                person[field].clear();
            }
        }
        "11" => person[Field::EmployeeNumber] = PADDED.into(),
        // What is blank at the source must not empty the destination.
        "A0007" => person[Field::PhoneNumber] = "03-0000-0007".into(),
        _ => {}
    }
}

/// A person from number, names, kana, gender, birthday, 入社年月日 and a digit for the invented numbers.
fn known(given: &[&str; 9]) -> Person {
    let [number, last, first, last_kana, first_kana, gender, birth, hire, digit] = *given;
    let mut person = Person::blank();
    person.set(&[
        (Field::EmployeeNumber, number),
        (Field::LastName, last),
        (Field::FirstName, first),
        (Field::LastNameKana, last_kana),
        (Field::FirstNameKana, first_kana),
        (Field::Gender, gender),
        (Field::BirthDate, birth),
        (Field::Email, &format!("{}@example.jp", number.to_lowercase())),
        (Field::PhoneNumber, &format!("03-0000-000{digit}")),
        (Field::MobilePhoneNumber, &format!("090-0000-000{digit}")),
        (Field::PostalCode, "100-0001"),
        (Field::Prefecture, "東京都"),
        (Field::City, "千代田区千代田"),
        (Field::Street, &format!("1-{digit}")),
        (Field::PrefectureKana, "トウキョウト"),
        (Field::CityKana, "チヨダクチヨダ"),
        (Field::StreetKana, &format!("1-{digit}")),
        (Field::ResidentAddressSame, "現在住所と同じ"),
        (Field::EmployeeCategory, "正社員"),
        (Field::EmployeeCategoryFrom, hire),
        (Field::EmployeeCategoryDetail, "総合職"),
        (Field::Position, "一般"),
        (Field::DepartmentNote, "営業1課"),
        (Field::SecondedWorker, "該当しない"),
        (Field::HireDate, hire),
        (Field::StandardMonthlyRemuneration, "300000"),
        (Field::Disability, "該当しない"),
        (Field::WidowOrSingleParent, "該当しない"),
        (Field::WorkingStudent, "該当しない"),
        (Field::EmergencyLastName, last),
        (Field::EmergencyFirstName, "光"),
        (Field::EmergencyRelationship, "母"),
        (Field::EmergencyPhoneNumber, &format!("090-1111-000{digit}")),
    ]);
    person
}

fn normal_update() -> Person {
    let mut person =
        known(&["A0001", "山田", "太郎", "ヤマダ", "タロウ", "男性", "1990-04-01", "2015-04-01", "1"]);
    person.set(&[(Field::Email, "taro@example.jp"), (Field::Position, "課長")]);
    person.set(&[(Field::EmergencyFirstName, "花子"), (Field::EmergencyRelationship, "妻")]);
    person.dependents = vec![
        dependent(&["花子", "ハナコ", "妻", "女性", "1991-05-05", "無職", "2016-01-01"]),
        dependent(&["健", "ケン", "子", "男性", "2018-08-08", "未就学", "2018-08-08"]),
    ];
    person
}

fn dependent(given: &[&str; 7]) -> Dependent {
    let [first, kana, relationship, gender, birth, job, since] = *given;
    let mut dependent = Dependent::blank();
    for (field, value) in [
        (DependentField::LastName, "山田"),
        (DependentField::FirstName, first),
        (DependentField::LastNameKana, "ヤマダ"),
        (DependentField::FirstNameKana, kana),
        (DependentField::Relationship, relationship),
        (DependentField::Gender, gender),
        (DependentField::BirthDate, birth),
        (DependentField::LivingTogether, "同居"),
        (DependentField::Occupation, job),
        (DependentField::AnnualIncome, "0"),
        (DependentField::TaxDependentFrom, since),
        (DependentField::HealthDependentFrom, since),
        (DependentField::Disability, "該当しない"),
    ] {
        value.clone_into(&mut dependent[field]);
    }
    dependent
}

fn leaving(mut person: Person, day: NaiveDate) -> Person {
    let day = day.to_string();
    person.set(&[
        (Field::RetireDate, &day),
        (Field::SeparationDate, &day),
        (Field::RetireReason, "自己都合"),
    ]);
    person
}

/// Everything that need not be filled is blank, but for the 入社年月日 and the 社員区分 with its default.
fn nearly_blank() -> Person {
    let mut person = Person::blank();
    person.set(&[
        (Field::EmployeeNumber, "A0007"),
        (Field::LastName, "渡辺"),
        (Field::FirstName, "五美"),
        (Field::LastNameKana, "ワタナベ"),
        (Field::FirstNameKana, "イツミ"),
        (Field::Gender, "女性"),
        (Field::BirthDate, "1995-03-03"),
        (Field::EmployeeCategory, "正社員"),
        (Field::EmployeeCategoryFrom, "2021-04-01"),
        (Field::HireDate, "2021-04-01"),
    ]);
    person
}

fn without_hire_date() -> Person {
    let mut person = known(&["A0008", "小林", "六子", "コバヤシ", "ムツコ", "女性", "1983-11-01", "", "8"]);
    person.custom_items = Some(r#"[{"name":"制服サイズ","value":"L"},{"name":"社員証色","value":"青"}]"#);
    person
}

fn with_business_name() -> Person {
    let mut person =
        known(&["A0009", "山本", "七海", "ヤマモト", "ナナミ", "女性", "1986-05-20", "2012-04-01", "9"]);
    person.set(&[
        (Field::BusinessLastName, "中村"),
        (Field::BusinessFirstName, "七海"),
        (Field::BusinessLastNameKana, "ナカムラ"),
        (Field::BusinessFirstNameKana, "ナナミ"),
    ]);
    person
}
