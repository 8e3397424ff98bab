//! A job: the request to run one flow of one link once, as it stands in the stream `renkei:jobs`.
//!
//! A job carries ids only, never personal data. Its Redis form is a flat list of fields (`DESIGN` §5.2).

mod error;
mod items;
mod month;
mod nearest;
mod parse;
mod request;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, Utc};
pub use error::{JobError, JobErrorKind};
pub use month::Month;
pub(crate) use nearest::{nearest, nearest_few};
pub use parse::{FIELDS, Links};
pub use request::{Job, Trigger};
use serde::{Deserialize, Serialize};

/// A service that renkei reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// オフィスステーション.
    OfficeStation,
    /// カオナビ.
    Kaonavi,
    /// HRMOS勤怠.
    Hrmos,
    /// mediment.
    Mediment,
}

impl Service {
    /// The word in keys, metrics and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Service::OfficeStation => "officestation",
            Service::Kaonavi => "kaonavi",
            Service::Hrmos => "hrmos",
            Service::Mediment => "mediment",
        }
    }

    /// The name that staff read.
    pub fn name(self) -> &'static str {
        match self {
            Service::OfficeStation => "オフィスステーション",
            Service::Kaonavi => "カオナビ",
            Service::Hrmos => "HRMOS勤怠",
            Service::Mediment => "mediment",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which two services a link joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// OfficeStation ⇄ Kaonavi.
    #[serde(rename = "officestation-kaonavi")]
    OfficeStationKaonavi,
    /// HRMOS勤怠 → mediment.
    HrmosMediment,
}

/// A part of a person's record that can be linked by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataSet {
    /// 本人情報.
    #[serde(rename = "self")]
    Own,
    /// 扶養家族情報.
    Dependents,
}

impl LinkKind {
    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            LinkKind::OfficeStationKaonavi => "officestation-kaonavi",
            LinkKind::HrmosMediment => "hrmos-mediment",
        }
    }

    /// Its flows, in the order of the documentation.
    pub fn flows(self) -> impl Iterator<Item = Flow> {
        Flow::ALL.into_iter().filter(move |flow| flow.kind() == self)
    }
}

impl fmt::Display for LinkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl DataSet {
    /// The word in jobs and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            DataSet::Own => "self",
            DataSet::Dependents => "dependents",
        }
    }

    /// The word that staff read.
    pub fn name(self) -> &'static str {
        match self {
            DataSet::Own => "本人情報",
            DataSet::Dependents => "扶養家族情報",
        }
    }
}

/// One direction and data set of a link (`DESIGN` §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flow {
    /// オフィスステーション→カオナビ.
    #[serde(rename = "officestation-to-kaonavi")]
    OfficeStationToKaonavi,
    /// カオナビ→オフィスステーション, スポット実行 only.
    #[serde(rename = "kaonavi-to-officestation")]
    KaonaviToOfficeStation,
    /// HRMOS勤怠→mediment 従業員情報.
    HrmosToMedimentEmployees,
    /// HRMOS勤怠→mediment 勤怠情報, of one month.
    HrmosToMedimentAttendance,
}

impl Flow {
    /// All flows, in the order of the documentation.
    pub const ALL: [Flow; 4] = [
        Flow::OfficeStationToKaonavi,
        Flow::KaonaviToOfficeStation,
        Flow::HrmosToMedimentEmployees,
        Flow::HrmosToMedimentAttendance,
    ];

    /// The word in jobs, configuration and history.
    pub fn as_str(self) -> &'static str {
        match self {
            Flow::OfficeStationToKaonavi => "officestation-to-kaonavi",
            Flow::KaonaviToOfficeStation => "kaonavi-to-officestation",
            Flow::HrmosToMedimentEmployees => "hrmos-to-mediment-employees",
            Flow::HrmosToMedimentAttendance => "hrmos-to-mediment-attendance",
        }
    }

    /// The kind of link that has this flow.
    pub fn kind(self) -> LinkKind {
        match self {
            Flow::OfficeStationToKaonavi | Flow::KaonaviToOfficeStation => LinkKind::OfficeStationKaonavi,
            Flow::HrmosToMedimentEmployees | Flow::HrmosToMedimentAttendance => LinkKind::HrmosMediment,
        }
    }

    /// The data sets that it can carry.
    pub fn datasets(self) -> &'static [DataSet] {
        match self {
            Flow::OfficeStationToKaonavi => &[DataSet::Own, DataSet::Dependents],
            Flow::KaonaviToOfficeStation
            | Flow::HrmosToMedimentEmployees
            | Flow::HrmosToMedimentAttendance => &[DataSet::Own],
        }
    }

    /// True if the scheduler may start it; the others are スポット実行 only.
    pub fn can_be_scheduled(self) -> bool {
        self != Flow::KaonaviToOfficeStation
    }

    /// True if each of its jobs is about one month.
    pub fn is_monthly(self) -> bool {
        self == Flow::HrmosToMedimentAttendance
    }

    /// Source and destination.
    pub fn services(self) -> (Service, Service) {
        match self {
            Flow::OfficeStationToKaonavi => (Service::OfficeStation, Service::Kaonavi),
            Flow::KaonaviToOfficeStation => (Service::Kaonavi, Service::OfficeStation),
            Flow::HrmosToMedimentEmployees | Flow::HrmosToMedimentAttendance => {
                (Service::Hrmos, Service::Mediment)
            }
        }
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Flow {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Flow::ALL.into_iter().find(|flow| flow.as_str() == text).ok_or(())
    }
}

/// The time in Asia/Tokyo, where the services live: its day decides who is 現職者 and which month is over.
pub fn now() -> DateTime<FixedOffset> {
    const TOKYO: FixedOffset = FixedOffset::east_opt(9 * 3600).expect("nine hours are less than a day");
    Utc::now().with_timezone(&TOKYO)
}

/// The id of a run: the id of its job's first stream entry, `<milliseconds>-<sequence>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RunId {
    type Err = ();

    /// Takes `<digits>-<digits>`, as Redis prints a stream id.
    fn from_str(text: &str) -> Result<Self, ()> {
        let number =
            |part: &str| !part.is_empty() && part.len() <= 20 && part.bytes().all(|b| b.is_ascii_digit());
        match text.split_once('-') {
            Some((milliseconds, sequence)) if number(milliseconds) && number(sequence) => {
                Ok(RunId(text.to_owned()))
            }
            _ => Err(()),
        }
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
