//! Which credentials to speak of on a day. Pure: the day is passed in.

use chrono::NaiveDate;

use super::Credential;

/// How near the end is. Each step is told once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// 21 days are left, or fewer.
    ThreeWeeks,
    /// 7 days are left, or fewer.
    OneWeek,
    /// One day is left.
    OneDay,
    /// The day has come.
    Ended,
}

impl Step {
    /// The last first.
    const ALL: [Step; 4] = [Step::Ended, Step::OneDay, Step::OneWeek, Step::ThreeWeeks];

    /// It begins so many days before the end.
    pub fn days(self) -> i64 {
        match self {
            Step::ThreeWeeks => 21,
            Step::OneWeek => 7,
            Step::OneDay => 1,
            Step::Ended => 0,
        }
    }
}

/// A credential that somebody must see to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warning<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// The step that was reached. Those before it are over, told or not.
    pub step: Step,
    /// Days until the end, negative after it.
    pub days: i64,
}

/// The credentials whose end is near on a day in Asia/Tokyo, in their order.
pub fn warnings(today: NaiveDate, credentials: &[Credential]) -> Vec<Warning<'_>> {
    let warning = |credential: &'_ Credential| {
        let days = (credential.ends - today).num_days();
        let step = Step::ALL.into_iter().find(|step| days <= step.days())?;
        Some((step, days))
    };
    credentials
        .iter()
        .filter_map(|credential| warning(credential).map(|(step, days)| Warning { credential, step, days }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Target;
    use super::*;
    use crate::config::SecretOrigin;
    use crate::job::Service;

    fn ending(ends: NaiveDate) -> Credential {
        Credential {
            organization: "default".to_owned(),
            target: Target::Service(Service::Hrmos),
            account: "0123456789abcdef".to_owned(),
            links: vec!["clinic".to_owned()],
            place: "links.clinic.hrmos.secret_key".to_owned(),
            origin: SecretOrigin::Inline,
            ends,
        }
    }

    #[test]
    fn each_day_belongs_to_the_last_step_that_was_reached() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let table = [
            ("2027-02-22", None),
            ("2026-12-14", None),
            ("2026-12-13", Some((Step::ThreeWeeks, 21))),
            ("2026-12-12", Some((Step::ThreeWeeks, 20))),
            ("2026-11-30", Some((Step::ThreeWeeks, 8))),
            ("2026-11-29", Some((Step::OneWeek, 7))),
            ("2026-11-24", Some((Step::OneWeek, 2))),
            ("2026-11-23", Some((Step::OneDay, 1))),
            ("2026-11-22", Some((Step::Ended, 0))),
            ("2026-11-21", Some((Step::Ended, -1))),
            ("2025-11-22", Some((Step::Ended, -365))),
        ];
        for (ends, expected) in table {
            let credentials = [ending(ends.parse().unwrap())];
            let found = warnings(today, &credentials);
            assert_eq!(found.first().map(|one| (one.step, one.days)), expected, "{ends}");
            assert!(found.len() <= 1);
        }
        let all: Vec<Credential> = table.iter().map(|(ends, _)| ending(ends.parse().unwrap())).collect();
        assert_eq!(warnings(today, &all).len(), 9);
    }
}
