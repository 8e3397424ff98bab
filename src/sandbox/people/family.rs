//! Dependants of an ordinary person: a spouse, children, now and then a parent.

use chrono::{Datelike, NaiveDate};

use super::fields::{DependentField, Field};
use super::generate::day_in_year;
use super::names::{MEN, WOMEN};
use super::{Dependent, Person};
use crate::sandbox::random::Random;

/// At least one dependant of `person`, in the order of the ledger.
pub(crate) fn of(person: &Person, random: &mut Random, today: NaiveDate) -> Vec<Dependent> {
    let born = person[Field::BirthDate].parse::<NaiveDate>().map_or(today.year() - 40, |day| day.year());
    let age = today.year() - born;
    let woman = person[Field::Gender] != "男性";
    let mut family = Vec::new();
    if age >= 25 && random.percent(60) {
        let year = born + i32::try_from(random.between(-4, 4)).unwrap_or(0);
        let (relationship, job) = if woman { ("夫", "会社員") } else { ("妻", "パート") };
        let job = if random.percent(50) { "無職" } else { job };
        family.push(relative(person, random, &Kin { relationship, woman: !woman, year, job, today }));
    }
    let children = if age >= 27 { random.below(4) } else { 0 };
    for _ in 0..children {
        let year = (born + i32::try_from(random.between(25, 38)).unwrap_or(30)).min(today.year() - 1);
        let job = match today.year() - year {
            0..7 => "未就学",
            7..16 => "小中学生",
            16..19 => "高校生",
            _ => "大学生",
        };
        let woman = random.percent(50);
        family.push(relative(person, random, &Kin { relationship: "子", woman, year, job, today }));
    }
    if family.is_empty() {
        let year = born - i32::try_from(random.between(22, 35)).unwrap_or(28);
        family.push(relative(
            person,
            random,
            &Kin { relationship: "母", woman: true, year, job: "無職", today },
        ));
    }
    family
}

/// What is decided of a relative before the details are drawn.
struct Kin {
    relationship: &'static str,
    woman: bool,
    year: i32,
    job: &'static str,
    today: NaiveDate,
}

fn relative(person: &Person, random: &mut Random, kin: &Kin) -> Dependent {
    let birth = day_in_year(random, kin.year);
    let given = random.pick(if kin.woman { WOMEN } else { MEN });
    let since = since_when(person, birth, kin.today);
    let income = if kin.job == "パート" { 960_000 } else { 0 };
    let mut dependent = Dependent::blank();
    for (field, value) in [
        (DependentField::LastName, person[Field::LastName].as_str()),
        (DependentField::FirstName, given.0),
        (DependentField::LastNameKana, &person[Field::LastNameKana]),
        (DependentField::FirstNameKana, given.1),
        (DependentField::Relationship, kin.relationship),
        (DependentField::Gender, if kin.woman { "女性" } else { "男性" }),
        (DependentField::BirthDate, &birth.to_string()),
        (DependentField::LivingTogether, if random.percent(90) { "同居" } else { "別居" }),
        (DependentField::Occupation, kin.job),
        (DependentField::AnnualIncome, &income.to_string()),
        (DependentField::TaxDependentFrom, &since),
        (DependentField::HealthDependentFrom, &since),
        (DependentField::Disability, "該当しない"),
    ] {
        value.clone_into(&mut dependent[field]);
    }
    if kin.job == "会社員" {
        dependent[DependentField::TaxDependentTo] = since;
    }
    dependent
}

/// Dependants are dependants from the hiring on, or from their birth if that is later, and not from a day
/// to come.
fn since_when(person: &Person, birth: NaiveDate, today: NaiveDate) -> String {
    let hired = person[Field::HireDate].parse::<NaiveDate>().unwrap_or(today);
    hired.max(birth).to_string()
}
