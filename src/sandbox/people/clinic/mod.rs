//! The people of an HRMOS勤怠 company and of the mediment tenant of the same number.
//!
//! A [`Clinic`] is made from a [`Population`]: `employees` users of HRMOS勤怠, the edge-case people first (`edge`),
//! then ordinary ones, each with a [`Case`]. `destination` says what mediment holds of them at the start, `figures`
//! what each of them worked in a month. All of it is deterministic from the seed; dates are relative to the
//! day the sandbox was started on.
//!
//! | file | what |
//! | --- | --- |
//! | `edge` | the edge-case people, on both sides |
//! | `cases` | who of the others is missing or different in mediment |
//! | `figures`, `month` | the monthly rows, 月締状況, days of a month |
//! | `destination`, `seed` | what mediment holds, as plain data |
//! | `places` | 拠点, 部門, 雇用形態 |

mod cases;
mod destination;
mod edge;
mod figures;
mod month;
mod places;
mod seed;

use chrono::NaiveDate;

pub(crate) use destination::mediment_seed;
pub(crate) use figures::{Blanks, Figures};
pub(crate) use month::Month;
pub(crate) use places::{DEPARTMENTS, EMPLOYMENTS, LODGMENTS};
pub use seed::{Seed, SeedAttendance, SeedEmployee, SeedMonths};

use super::{Field, Person, Population, Role};
use crate::sandbox::random::{Random, mix};
use cases::{Case, deal};

/// Keeps the draws of this pair of services apart from those of the other pair.
const STREAM: u64 = 0x6872_6d6f_7300_0001;
/// How many months back, this one included, there are monthly rows.
pub(crate) const MONTHS: u32 = 14;

/// A user of HRMOS勤怠, with what its API tells (`reference/hrmos-kintai-api.md` §7.1) and how they work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    /// 社員ID, from 1.
    pub(crate) id: u64,
    /// 社員番号; null or `""` for a person without one.
    pub(crate) number: Option<String>,
    /// 姓.
    pub(crate) last_name: String,
    /// 名.
    pub(crate) first_name: String,
    /// セイ, may be `""`.
    pub(crate) last_name_kana: String,
    /// メイ, may be `""`.
    pub(crate) first_name_kana: String,
    /// メールアドレス.
    pub(crate) email: Option<String>,
    /// 入社日.
    pub(crate) start_date: NaiveDate,
    /// 退社日.
    pub(crate) end_date: Option<NaiveDate>,
    /// 締め日; 31 is the end of the month.
    pub(crate) cutoff_date: u32,
    /// 拠点ID.
    pub(crate) lodgment_id: Option<u64>,
    /// 部門ID.
    pub(crate) department_id: Option<u64>,
    /// 雇用形態ID.
    pub(crate) employment_id: u64,
    /// 性別, 男性 or 女性: the public API doesn't tell it; a setting of the sandbox adds it.
    pub(crate) gender: &'static str,
    /// What the months of this user are like.
    work: Work,
    case: Case,
}

/// What the months of a user are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// Drawn from the seed.
    Ordinary,
    /// The vendor's example: 26:00 worked, 15:00 of it 所定内.
    VendorExample,
    /// On leave: a row of zeros.
    Zero,
    /// As ordinary, but 実働時間, 総労働時間 and 遅刻時間 are null.
    WithoutActualHours,
    /// A row, but everything in it is null.
    AllNull,
    /// As ordinary, with half a day of 有給 in every month.
    HalfDay,
    /// The month was never opened: there is no row.
    NoRow,
}

/// The users of a company.
#[derive(Clone, Debug)]
pub(crate) struct Clinic {
    pub(crate) population: Population,
    /// By ascending id.
    pub(crate) users: Vec<User>,
}

impl Clinic {
    /// The users of this recipe.
    pub(crate) fn of(population: Population) -> Self {
        let edges = edge::users(population.today);
        let ordinary = population.employees.max(super::MIN_EMPLOYEES) - edges.len();
        let seed = mix(population.seed ^ STREAM);
        let dealt = deal(&mut Random::of(seed, u64::MAX), ordinary + edges.len(), ordinary);
        let others = dealt.into_iter().enumerate().map(|(index, case)| {
            let role = match case {
                Case::Retired => Role::Retired,
                Case::Future => Role::Future,
                _ => Role::Ordinary,
            };
            let mut random = Random::of(seed, index as u64);
            ordinary_user(
                &mut random,
                edge::COUNT + 1 + index as u64,
                &population.ordinary(index, role),
                case,
            )
        });
        let users = edges.into_iter().chain(others).collect();
        Self { population, users }
    }
}

impl User {
    /// A user of whom nothing is filled in, hired on `day`, without monthly rows.
    pub(crate) fn blank(id: u64, day: NaiveDate) -> Self {
        Self {
            id,
            number: None,
            last_name: String::new(),
            first_name: String::new(),
            last_name_kana: String::new(),
            first_name_kana: String::new(),
            email: None,
            start_date: day,
            end_date: None,
            cutoff_date: 31,
            lodgment_id: None,
            department_id: None,
            employment_id: 1,
            gender: "女性",
            work: Work::NoRow,
            case: Case::Edge,
        }
    }

    /// What the user worked in a month; none if there is no row.
    pub(crate) fn figures(&self, population: Population, month: Month) -> Option<Figures> {
        figures::of(population, self, month)
    }

    /// The 月締状況 of the user's month: 0 未申請, 1 申請可能, 2 申請中, 3 承認, 99 強制承認.
    pub(crate) fn status(&self, population: Population, month: Month) -> u8 {
        figures::status(population, self, month)
    }
}

fn ordinary_user(random: &mut Random, id: u64, person: &Person, case: Case) -> User {
    let lodgment = match random.below(100) {
        0..60 => 1,
        60..80 => 2,
        80..90 => 3,
        90..97 => 4,
        _ => 5,
    };
    let employment = EMPLOYMENTS.iter().find(|known| known.1 == person[Field::EmployeeCategory]);
    User {
        id,
        number: Some(person[Field::EmployeeNumber].clone()),
        last_name: person[Field::LastName].clone(),
        first_name: person[Field::FirstName].clone(),
        last_name_kana: person[Field::LastNameKana].clone(),
        first_name_kana: person[Field::FirstNameKana].clone(),
        email: Some(person[Field::Email].clone()),
        start_date: person[Field::HireDate].parse().unwrap_or_default(),
        end_date: person[Field::RetireDate].parse().ok(),
        cutoff_date: if random.percent(10) { 25 } else { 31 },
        lodgment_id: Some(lodgment),
        department_id: Some(random.pick(DEPARTMENTS).0),
        employment_id: employment.map_or(1, |known| known.0),
        gender: if person[Field::Gender] == "女性" { "女性" } else { "男性" },
        work: Work::Ordinary,
        case,
    }
}

#[cfg(test)]
mod tests;
