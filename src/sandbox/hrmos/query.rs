//! The filters of a list (`reference/hrmos-kintai-api.md` §3, §8.1).

use chrono::{DateTime, FixedOffset};

use super::refusal::Refusal;

/// Rows of a page unless asked otherwise.
const DEFAULT_LIMIT: usize = 25;
/// The most rows of a page.
const MAX_LIMIT: usize = 100;

/// What the query of a request asks for. What an endpoint has no use for is ignored, as unknown parameters are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filters {
    /// 1 to 100.
    pub(super) limit: usize,
    /// From 1.
    pub(super) page: usize,
    from: Option<DateTime<FixedOffset>>,
    to: Option<DateTime<FixedOffset>>,
    /// 社員番号.
    pub(super) numbers: Option<Vec<String>>,
    /// 月締状況.
    pub(super) statuses: Option<Vec<u8>>,
    pub(super) user: Option<u64>,
    pub(super) prefectural: Option<u64>,
    pub(super) stamp_type: Option<u64>,
    /// Everything as it was sent, but for `page` and `limit`, for the links to other pages.
    pub(super) others: Vec<(String, String)>,
}

impl Filters {
    /// Reads the decoded pairs of a query.
    ///
    /// # Errors
    /// 400 for a date-time, number or 月締状況 in another form. `limit` and `page` are never refused.
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self, Refusal> {
        let mut filters = Self {
            limit: DEFAULT_LIMIT,
            page: 1,
            from: None,
            to: None,
            numbers: None,
            statuses: None,
            user: None,
            prefectural: None,
            stamp_type: None,
            others: Vec::new(),
        };
        let id = |value: &str| value.parse().map_err(|_| Refusal::bad_request());
        for (name, value) in pairs {
            match name.as_str() {
                "limit" => filters.limit = positive(value).unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT),
                "page" => filters.page = positive(value).unwrap_or(1),
                "from" => filters.from = Some(instant(value)?),
                "to" => filters.to = Some(instant(value)?),
                // Typed as an array and shown as a list with commas, so it comes in all these forms.
                "number" | "number[]" => {
                    let numbers = value.split(',').filter(|text| !text.is_empty()).map(str::to_owned);
                    filters.numbers.get_or_insert_default().extend(numbers);
                }
                "status" => {
                    let statuses = value.split(',').map(status).collect::<Result<Vec<_>, _>>()?;
                    filters.statuses.get_or_insert_default().extend(statuses);
                }
                "user_id" => filters.user = Some(id(value)?),
                "prefectural_id" => filters.prefectural = Some(id(value)?),
                "stamp_type" => filters.stamp_type = Some(id(value)?),
                _ => {}
            }
            if !matches!(name.as_str(), "page" | "limit") {
                filters.others.push((name.clone(), value.clone()));
            }
        }
        Ok(filters)
    }

    /// Whether a row that was last updated then is wanted: both ends are included.
    pub(super) fn covers(&self, updated: DateTime<FixedOffset>) -> bool {
        self.from.is_none_or(|from| updated >= from) && self.to.is_none_or(|to| updated <= to)
    }
}

fn positive(value: &str) -> Option<usize> {
    value.parse().ok().filter(|number| *number > 0)
}

fn instant(value: &str) -> Result<DateTime<FixedOffset>, Refusal> {
    DateTime::parse_from_rfc3339(value).map_err(|_| Refusal::bad_request())
}

fn status(value: &str) -> Result<u8, Refusal> {
    let known = |status: &u8| matches!(status, 0..=3 | 99);
    value.trim().parse().ok().filter(known).ok_or_else(Refusal::bad_request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Filters, Refusal> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Filters::read(&pairs)
    }

    #[test]
    fn pages_are_25_by_default_100_at_most_and_never_refused() {
        let limit = |value| read(&[("limit", value)]).map(|filters| filters.limit);
        assert_eq!((limit("100"), limit("500"), limit("7")), (Ok(100), Ok(100), Ok(7)));
        for odd in ["0", "-1", "many", ""] {
            assert_eq!(limit(odd), Ok(25), "{odd}");
            assert_eq!(read(&[("page", odd)]).map(|filters| filters.page), Ok(1), "{odd}");
        }
    }

    #[test]
    fn numbers_come_with_commas_or_several_times() {
        let wanted = Some(vec!["A1".to_owned(), "B1".to_owned()]);
        assert_eq!(read(&[("number", "A1,B1")]).map(|filters| filters.numbers), Ok(wanted.clone()));
        assert_eq!(
            read(&[("number[]", "A1"), ("number[]", "B1")]).map(|filters| filters.numbers),
            Ok(wanted)
        );
    }

    #[test]
    fn a_time_a_status_or_an_id_in_another_form_is_refused() {
        // A plus sign that was not percent-encoded arrives as a space.
        for bad in [
            ("from", "2018-09-01T00:00:00 09:00"),
            ("to", "2018-09-01"),
            ("status", "4"),
            ("user_id", "A0001"),
        ] {
            assert_eq!(read(&[bad]), Err(Refusal::bad_request()), "{bad:?}");
        }
        assert!(read(&[("from", "2018-09-01T00:00:00+09:00"), ("status", "3,99")]).is_ok());
    }
}
