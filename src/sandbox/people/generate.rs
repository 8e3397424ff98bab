//! The ordinary people: names, addresses, work, insurance.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{Datelike, Days, Months, NaiveDate};

use super::fields::Field;
use super::names::{FAMILY, MEN, Name, WOMEN};
use super::places::{BUILDINGS, DEPARTMENTS, POSITIONS, TOWNS};
use super::roles::{Role, deal};
use super::{Entry, Person, edge, family};
use crate::sandbox::random::Random;

/// The smallest population in which every edge case and every role has room.
pub(crate) const MIN_EMPLOYEES: usize = 20;

/// The recipe of a tenant's people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Population {
    /// The tenant's own seed.
    pub(crate) seed: u64,
    /// How many people there are in all, those of one side only included; at least [`MIN_EMPLOYEES`].
    pub(crate) employees: usize,
    /// The day that dates are relative to.
    pub(crate) today: NaiveDate,
}

impl Population {
    /// Every person, the edge cases first.
    pub(crate) fn entries(self) -> impl Iterator<Item = Entry> {
        let edges = edge::people(self.today);
        let ordinary = self.employees.max(MIN_EMPLOYEES) - edges.len();
        let roles = deal(&mut Random::of(self.seed, u64::MAX), self.employees.max(MIN_EMPLOYEES), ordinary);
        let mut seen: HashSet<u64> = edges.iter().map(identity).collect();
        let edges = edges.into_iter().map(|person| Entry { person, role: Role::Edge });
        edges.chain(roles.into_iter().enumerate().map(move |(index, role)| {
            let person = self.distinct_person(index, role, &mut seen);
            Entry { person, role }
        }))
    }

    /// The `index`-th ordinary person, for services whose roles are dealt elsewhere.
    pub(super) fn ordinary(self, index: usize, role: Role) -> Person {
        ordinary_person(&mut Random::of(self.seed, (index as u64) << 8), index, role, self.today)
    }

    /// The `index`-th person, drawn again while somebody has the same kana and birthday: a link holds back
    /// the creation of such a person as a near-duplicate.
    fn distinct_person(self, index: usize, role: Role, seen: &mut HashSet<u64>) -> Person {
        let mut attempt = 0;
        loop {
            let stream = (index as u64) << 8 | attempt;
            let person = ordinary_person(&mut Random::of(self.seed, stream), index, role, self.today);
            if seen.insert(identity(&person)) || attempt == 255 {
                return person;
            }
            attempt += 1;
        }
    }
}

/// What makes two people look like one: kana, as one text, and birthday. A ビジネスネーム hides the legal name.
fn identity(person: &Person) -> u64 {
    let business = !person[Field::BusinessLastNameKana].is_empty();
    let (last, first) = if business {
        (Field::BusinessLastNameKana, Field::BusinessFirstNameKana)
    } else {
        (Field::LastNameKana, Field::FirstNameKana)
    };
    let mut hasher = DefaultHasher::new();
    format!("{}{}", person[last], person[first]).hash(&mut hasher);
    person[Field::BirthDate].hash(&mut hasher);
    hasher.finish()
}

fn ordinary_person(random: &mut Random, index: usize, role: Role, today: NaiveDate) -> Person {
    let mut person = Person::blank();
    let woman = random.percent(48);
    let (last, first) = (*random.pick(FAMILY), *random.pick(if woman { WOMEN } else { MEN }));
    let age = random.between(20, 63);
    let birth = day_in_year(random, today.year() - i32::try_from(age).unwrap_or(40));
    person[Field::EmployeeNumber] = format!("B{:05}", index + 10);
    person.set(&[
        (Field::LastName, last.0),
        (Field::FirstName, first.0),
        (Field::LastNameKana, last.1),
        (Field::FirstNameKana, first.1),
        (Field::Gender, if woman { "女性" } else { "男性" }),
        (Field::BirthDate, &birth.to_string()),
    ]);
    person[Field::Email] = format!("{}.{}.{}@example.co.jp", first.2, last.2, index + 10);
    fill_contact(&mut person, random);
    fill_address(&mut person, random);
    fill_work(&mut person, random, role, birth, today);
    fill_tax(&mut person, random, age);
    fill_emergency(&mut person, random, last, woman);
    if random.percent(50) {
        person.dependents = family::of(&person, random, today);
    }
    person
}

fn fill_contact(person: &mut Person, random: &mut Random) {
    if random.percent(60) {
        person[Field::PhoneNumber] = format!("03-{}-{}", four(random), four(random));
    }
    person[Field::MobilePhoneNumber] = mobile(random);
}

fn fill_address(person: &mut Person, random: &mut Random) {
    let town = random.pick(TOWNS);
    let street = format!("{}-{}-{}", random.between(1, 8), random.between(1, 30), random.between(1, 20));
    person.set(&[
        (Field::PostalCode, town.0),
        (Field::Prefecture, town.1),
        (Field::City, town.2),
        (Field::Street, &street),
        (Field::PrefectureKana, town.3),
        (Field::CityKana, town.4),
        (Field::StreetKana, &street),
    ]);
    if random.percent(50) {
        let (building, kana) = random.pick(BUILDINGS);
        let room = random.between(1, 9) * 100 + random.between(1, 12);
        person[Field::Building] = format!("{building}{room}");
        person[Field::BuildingKana] = format!("{kana}{room}");
    }
    if random.percent(90) {
        person[Field::ResidentAddressSame] = "現在住所と同じ".into();
        return;
    }
    let home = random.pick(TOWNS);
    person[Field::ResidentStreet] = format!("{}-{}", random.between(1, 9), random.between(1, 40));
    person.set(&[
        (Field::ResidentAddressSame, "現在住所と異なる"),
        (Field::ResidentPostalCode, home.0),
        (Field::ResidentPrefecture, home.1),
        (Field::ResidentCity, home.2),
    ]);
}

fn fill_work(person: &mut Person, random: &mut Random, role: Role, birth: NaiveDate, today: NaiveDate) {
    let hire = hire_date(random, role, birth, today);
    let category = match random.below(100) {
        0..70 => "正社員",
        70..82 => "契約社員",
        82..95 => "パート・アルバイト",
        95..98 => "嘱託",
        _ => "役員",
    };
    person.set(&[
        (Field::EmployeeCategory, category),
        (Field::EmployeeCategoryFrom, &hire.to_string()),
        (Field::Position, *random.pick(POSITIONS)),
        (Field::DepartmentNote, *random.pick(DEPARTMENTS)),
        (Field::SecondedWorker, "該当しない"),
        (Field::HireDate, &hire.to_string()),
    ]);
    if category == "正社員" {
        person[Field::EmployeeCategoryDetail] = (*random.pick(&["総合職", "一般職"])).into();
    }
    if role != Role::Future {
        fill_insurance(person, random, hire);
    }
    if role == Role::Retired {
        let days = u64::try_from(random.between(2, 700)).unwrap_or(2);
        let retire = today.checked_sub_days(Days::new(days)).unwrap_or(today).max(hire);
        let after = retire.succ_opt().unwrap_or(retire).to_string();
        person.set(&[
            (Field::RetireDate, &retire.to_string()),
            (Field::SeparationDate, &retire.to_string()),
            (Field::RetireReason, *random.pick(&["自己都合", "契約期間満了", "定年"])),
            (Field::HealthInsuranceTo, &after),
            (Field::PensionTo, &after),
            (Field::EmploymentInsuranceTo, &retire.to_string()),
        ]);
    }
}

/// A day on which the person could have been hired: at 18 or later, long enough ago, or soon.
fn hire_date(random: &mut Random, role: Role, birth: NaiveDate, today: NaiveDate) -> NaiveDate {
    if role == Role::Future {
        let days = u64::try_from(random.between(3, 50)).unwrap_or(3);
        return today.checked_add_days(Days::new(days)).unwrap_or(today);
    }
    let adult = birth.checked_add_months(Months::new(19 * 12)).unwrap_or(today);
    // People who have left by now were here for a while before.
    let latest = if role == Role::Retired { 800 } else { 90 };
    let latest = today.checked_sub_days(Days::new(latest)).unwrap_or(today);
    let span = (latest - adult).num_days();
    if span <= 0 {
        return latest;
    }
    let day =
        latest.checked_sub_days(Days::new(random.below(usize::try_from(span.min(9000)).unwrap_or(1)) as u64));
    // Most people start on the first of a month.
    day.and_then(|d| d.with_day(1)).unwrap_or(latest)
}

fn fill_insurance(person: &mut Person, random: &mut Random, hire: NaiveDate) {
    let from = hire.to_string();
    let pay = 180_000 + random.below(40) * 10_000;
    person.set(&[
        (Field::HealthInsuranceNumber, &random.between(1, 99_999).to_string()),
        (Field::HealthInsuranceFrom, &from),
        (Field::PensionNumber, &format!("{}-{:06}", four(random), random.below(1_000_000))),
        (Field::PensionFrom, &from),
        (
            Field::EmploymentInsuranceNumber,
            &format!("{}-{:06}-{}", four(random), random.below(1_000_000), random.below(10)),
        ),
        (Field::EmploymentInsuranceFrom, &from),
        (Field::StandardMonthlyRemuneration, &pay.to_string()),
    ]);
}

fn fill_tax(person: &mut Person, random: &mut Random, age: i64) {
    let disability = if random.percent(2) { "一般障害者" } else { "該当しない" };
    let widow = if random.percent(2) { "ひとり親" } else { "該当しない" };
    let student = if age < 23 && random.percent(20) { "該当する" } else { "該当しない" };
    person.set(&[
        (Field::Disability, disability),
        (Field::WidowOrSingleParent, widow),
        (Field::WorkingStudent, student),
    ]);
}

fn fill_emergency(person: &mut Person, random: &mut Random, last: Name, woman: bool) {
    let (relationship, names) = match (random.below(3), woman) {
        (0, _) => ("母", WOMEN),
        (1, _) => ("父", MEN),
        (_, true) => ("夫", MEN),
        (_, false) => ("妻", WOMEN),
    };
    person.set(&[
        (Field::EmergencyLastName, last.0),
        (Field::EmergencyFirstName, random.pick(names).0),
        (Field::EmergencyRelationship, relationship),
        (Field::EmergencyPhoneNumber, &mobile(random)),
    ]);
    if random.percent(30) {
        let town = random.pick(TOWNS);
        person[Field::EmergencyAddress] =
            format!("{}{}{}-{}", town.1, town.2, random.between(1, 9), random.between(1, 30));
    }
}

/// Some day of `year`.
pub(super) fn day_in_year(random: &mut Random, year: i32) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    first.checked_add_days(Days::new(random.below(365) as u64)).unwrap_or(first)
}

fn mobile(random: &mut Random) -> String {
    format!("0{}0-{}-{}", random.between(7, 9), four(random), four(random))
}

fn four(random: &mut Random) -> String {
    format!("{:04}", random.below(10_000))
}
