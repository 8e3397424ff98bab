//! What a list was asked for (`reference/officestation-api.md` §4.4).

use chrono::{DateTime, NaiveDate};

use super::employee::Status;
use super::errors::Refusal;
use super::ledger::Filter;
use super::validate::parse_day;

/// The most rows of a page.
const MAX_PER_PAGE: usize = 200;
/// The most numbers that a list can be narrowed to.
const MAX_NUMBERS: usize = 100;

/// A page of a filtered list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) page: usize,
    pub(super) per_page: usize,
    pub(super) filter: Filter,
}

impl Query {
    /// Reads the parameters; an unknown name, a name given twice or a bad value is refused.
    pub(super) fn parse(parameters: &[(String, String)], today: NaiveDate) -> Result<Self, Refusal> {
        let filter = Filter {
            statuses: vec![Status::Expected, Status::Active, Status::Retired],
            day: today,
            updated_since: None,
            numbers: None,
        };
        let mut query = Self { page: 1, per_page: 100, filter };
        for (index, (name, value)) in parameters.iter().enumerate() {
            let twice = parameters[..index].iter().any(|(earlier, _)| earlier == name);
            if twice || query.set(name, value).is_none() {
                return Err(Refusal::parameter(name));
            }
        }
        Ok(query)
    }

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "page" => self.page = value.parse().ok().filter(|page| *page >= 1)?,
            "perPage" => self.per_page = value.parse().ok().filter(|n| (1..=MAX_PER_PAGE).contains(n))?,
            "status" => {
                let mut statuses = value.split(',').map(status).collect::<Option<Vec<_>>>()?;
                statuses.dedup();
                self.filter.statuses = statuses;
            }
            "baseDate" => self.filter.day = parse_day(value)?,
            "updatedSince" => {
                self.filter.updated_since = Some(DateTime::parse_from_rfc3339(value).ok()?.timestamp());
            }
            "employeeNumbers" => {
                let numbers: Vec<String> = value.split(',').map(|n| n.trim().to_owned()).collect();
                let bad = numbers.len() > MAX_NUMBERS || numbers.iter().any(String::is_empty);
                self.filter.numbers = Some(numbers).filter(|_| !bad);
                self.filter.numbers.as_ref()?;
            }
            _ => return None,
        }
        Some(())
    }
}

fn status(name: &str) -> Option<Status> {
    [Status::Expected, Status::Active, Status::Retired]
        .into_iter()
        .find(|status| status.name() == name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(parameters: &[(&str, &str)]) -> Result<Query, &'static str> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
        let owned: Vec<_> = parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Query::parse(&owned, today).map_err(|refusal| refusal.code)
    }

    #[test]
    fn defaults_are_the_first_hundred_of_everybody_today() {
        let query = parse(&[]).expect("defaults");
        assert_eq!((query.page, query.per_page, query.filter.statuses.len()), (1, 100, 3));
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for bad in [
            ("page", "0"),
            ("page", "x"),
            ("perPage", "201"),
            ("perPage", "0"),
            ("status", "current"),
            ("baseDate", "2026/11/21"),
            ("updatedSince", "yesterday"),
            ("employeeNumbers", ""),
            ("limit", "5"),
        ] {
            assert_eq!(parse(&[bad]), Err("INVALID_PARAMETER"), "{bad:?}");
        }
        assert_eq!(parse(&[("page", "1"), ("page", "2")]), Err("INVALID_PARAMETER"));
        let many = vec!["1"; 101].join(",");
        assert_eq!(parse(&[("employeeNumbers", &many)]), Err("INVALID_PARAMETER"));
    }
}
