//! A link: two accounts under a name, with its flows.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Crontab, HrmosAccount, KaonaviAccount, MedimentAccount, OfficeStationAccount, Secret};
use crate::job::{Flow, LinkKind, Service};
use crate::sync;

/// One entry of `links:`, or one file of `links_dir:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The name that jobs use.
    pub name: String,
    /// The company that owns it; a key of [`Config::organizations`](super::Config::organizations).
    pub organization: String,
    /// Which services it joins.
    pub kind: LinkKind,
    /// The two accounts.
    pub services: LinkServices,
    /// All flows of the kind, scheduled or not.
    pub flows: BTreeMap<Flow, FlowConfig>,
}

/// The accounts of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkServices {
    /// Of kind `officestation-kaonavi`.
    OfficeStationKaonavi {
        /// OfficeStation's side.
        officestation: OfficeStationAccount,
        /// Kaonavi's side.
        kaonavi: KaonaviAccount,
    },
    /// Of kind `hrmos-mediment`.
    HrmosMediment {
        /// HRMOS勤怠's side.
        hrmos: HrmosAccount,
        /// mediment's side.
        mediment: MedimentAccount,
    },
}

/// One flow of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowConfig {
    /// What 定期実行 does.
    pub periodic: FlowSettings,
    /// What スポット実行 does: the same with the differences of `spot:`.
    pub spot: FlowSettings,
    /// When 定期実行 falls due, if ever.
    pub schedule: Option<Crontab>,
    /// After downtime a missed tick is made up for if it is no older; 6 h.
    pub catch_up: Duration,
    /// `hrmos-to-mediment-attendance`: how many of the last months each tick sends; 2.
    pub months: u32,
    /// `hrmos-to-mediment-employees`: where 性別 comes from; nowhere.
    pub gender_source: GenderSource,
    /// `hrmos-to-mediment-employees`: the requirement to the letter instead of the safe reading; off.
    pub strict_seed: bool,
}

/// What the core needs to plan a flow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowSettings {
    /// Which item feeds which; shared by links and triggers that do not differ.
    pub mapping: Arc<sync::Mapping>,
    /// How doubt is settled.
    pub policy: sync::Policy,
}

/// Where 性別 comes from: HRMOS's public API has no such field (`DESIGN` §6 mediment).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum GenderSource {
    /// 性別 is left alone.
    #[default]
    None,
    /// A further key of HRMOS's user record.
    Field(String),
    /// A file of 社員番号 and 性別.
    Csv(PathBuf),
}

impl Link {
    /// The names of its accounts' locks, `<service>:<account id>`, sorted.
    pub fn accounts(&self) -> Vec<String> {
        let name = |service: Service, id: String| format!("{service}:{id}");
        match &self.services {
            LinkServices::OfficeStationKaonavi { officestation, kaonavi } => {
                vec![name(Service::Kaonavi, kaonavi.id()), name(Service::OfficeStation, officestation.id())]
            }
            LinkServices::HrmosMediment { hrmos, mediment } => {
                vec![name(Service::Hrmos, hrmos.id()), name(Service::Mediment, mediment.id())]
            }
        }
    }

    /// Its secrets, each with its keys below the link.
    pub fn secrets(&self) -> Vec<(&'static str, &Secret)> {
        match &self.services {
            LinkServices::OfficeStationKaonavi { officestation, kaonavi } => vec![
                ("officestation.password", &officestation.password),
                ("kaonavi.consumer_key", &kaonavi.consumer_key),
                ("kaonavi.consumer_secret", &kaonavi.consumer_secret),
            ],
            LinkServices::HrmosMediment { hrmos, mediment } => vec![
                ("hrmos.secret_key", &hrmos.secret_key),
                ("mediment.consumer_key", &mediment.consumer_key),
                ("mediment.consumer_secret", &mediment.consumer_secret),
            ],
        }
    }
}
