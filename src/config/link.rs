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
    /// `hrmos-to-mediment-employees`: how the requirement is read.
    pub employees: EmployeeSettings,
    /// `hrmos-to-mediment-attendance`: how the requirement is read.
    pub attendance: AttendanceSettings,
}

/// What the requirement leaves open about 従業員情報 (`reference/mediment.md` D4, `DESIGN` §6 mediment).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployeeSettings {
    /// Where 性別 comes from; nowhere.
    pub gender_source: GenderSource,
    /// The requirement to the letter instead of the safe reading; off.
    pub strict_seed: bool,
    /// 氏名 of known people is overwritten (E06); on.
    pub sync_name: bool,
    /// What becomes of 退職日 of known people (E10, E11); `field_only`.
    pub retire_date_update: RetireDate,
    /// Whether somebody unknown who is still to leave is 対象外 (E08); `skip`.
    pub future_leaver: sync::FutureLeaver,
}

impl Default for EmployeeSettings {
    fn default() -> Self {
        EmployeeSettings {
            gender_source: GenderSource::None,
            strict_seed: false,
            sync_name: true,
            retire_date_update: RetireDate::FieldOnly,
            future_leaver: sync::FutureLeaver::Skip,
        }
    }
}

/// What becomes of 退職日 of people whom mediment knows. Neither retires nor deletes anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RetireDate {
    /// The field is updated.
    #[default]
    FieldOnly,
    /// It is left alone.
    Never,
}

/// What the requirement leaves open about 勤怠情報 (`reference/mediment.md` D3, D4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AttendanceSettings {
    /// What feeds 実労働時間.
    pub actual: ActualSource,
    /// What feeds 有給日数.
    pub paid: PaidSource,
    /// What a 所定外労働時間 below zero becomes (T02).
    pub negative_overtime: NegativeOvertime,
    /// People whose month isn't 承認 or 強制承認 are 対象外 (T13); off.
    pub only_closed: bool,
}

/// What feeds 実労働時間: the requirement says 実稼働時間, and HRMOS勤怠 has no item of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ActualSource {
    /// `actual_working_hours`, 実働時間.
    #[default]
    Actual,
    /// `total_working_hours`, 総労働時間.
    Total,
}

/// What feeds 有給日数: two fields of HRMOS勤怠 are called 有給休暇日数.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PaidSource {
    /// `paid_holidays`.
    #[default]
    Days,
    /// `paid_holiday_with_time_paid`.
    WithHours,
}

/// What a 所定外労働時間 below zero becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NegativeOvertime {
    /// Zero, with a warning.
    #[default]
    Zero,
    /// It is sent as it is.
    Keep,
    /// An エラー of the person.
    Error,
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
            LinkServices::OfficeStationKaonavi { officestation, kaonavi } => {
                let mut secrets = vec![
                    ("kaonavi.consumer_key", &kaonavi.consumer_key),
                    ("kaonavi.consumer_secret", &kaonavi.consumer_secret),
                ];
                if let OfficeStationAccount::Rest(api) = officestation {
                    secrets.insert(0, ("officestation.password", &api.password));
                }
                secrets
            }
            LinkServices::HrmosMediment { hrmos, mediment } => {
                let mut secrets = vec![("hrmos.secret_key", &hrmos.secret_key)];
                if let MedimentAccount::Rest(api) = mediment {
                    secrets.push(("mediment.consumer_key", &api.consumer_key));
                    secrets.push(("mediment.consumer_secret", &api.consumer_secret));
                }
                secrets
            }
        }
    }
}
