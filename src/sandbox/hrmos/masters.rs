//! The lists that have nothing to do with people (`reference/hrmos-kintai-api.md` §6).

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde_json::{Map, Value, json};

use super::endpoint::Master;
use super::stamp;
use crate::sandbox::clock::tokyo;
use crate::sandbox::people::PREFECTURES;
use crate::sandbox::people::clinic::{DEPARTMENTS, EMPLOYMENTS, LODGMENTS};

/// 勤務区分: id, name, 1 勤務 or 2 休日・休暇.
const SEGMENTS: [(u64, &str, u64); 6] = [
    (1, "出勤", 1),
    (2, "公休", 2),
    (3, "有給休暇", 2),
    (4, "午前半休", 1),
    (5, "午後半休", 1),
    (6, "欠勤", 2),
];

/// The keys of a 勤務区分 that are null in all of ours but the first.
const SEGMENT_NULLS: [&str; 14] = [
    "break_2_start_at",
    "break_2_end_at",
    "midnight_start_at",
    "midnight_end_at",
    "considered_at",
    "considered_start_at",
    "next_day_break_2_start",
    "next_day_break_2_end",
    "next_day_midnight_start",
    "next_day_midnight_end",
    "next_day_considered_start",
    "shift",
    "shift_color_id",
    "notes",
];

/// One entry of a list.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: u64,
    pub(super) json: Map<String, Value>,
    pub(super) updated: DateTime<FixedOffset>,
}

/// The lists of a company, of which control can change 拠点 and 部門.
#[derive(Clone, Debug)]
pub(super) struct Masters {
    pub(super) departments: Vec<Entry>,
    pub(super) lodgments: Vec<Entry>,
}

impl Masters {
    /// What every company starts with.
    pub(super) fn standard() -> Self {
        let departments = (1..).zip(DEPARTMENTS).map(|(at, (id, name))| entry(&named(*id, name, at)));
        Self { departments: departments.collect(), lodgments: (1..).zip(LODGMENTS).map(lodgment).collect() }
    }

    /// The entries of a list.
    pub(super) fn list(&self, master: Master) -> Vec<Entry> {
        match master {
            Master::Departments => self.departments.clone(),
            Master::Lodgments => self.lodgments.clone(),
            Master::Employments => {
                (1..).zip(EMPLOYMENTS).map(|(at, (id, name))| entry(&named(*id, name, at))).collect()
            }
            Master::Segments => SEGMENTS.iter().map(|known| entry(&segment(*known))).collect(),
            Master::Prefecturals => (1..)
                .zip(PREFECTURES)
                .map(|(id, name): (u64, &str)| entry(&json!({ "id": id, "name": name })))
                .collect(),
            Master::PaidHolidays => vec![entry(&named(1, "有給休暇", 1))],
        }
    }
}

/// A 部門 with this name, last in order.
pub(super) fn new_department(id: u64) -> Map<String, Value> {
    entry(&named(id, "", usize::try_from(id).unwrap_or(0))).json
}

/// A 拠点 without a name.
pub(super) fn new_lodgment(id: u64) -> Map<String, Value> {
    lodgment((usize::try_from(id).unwrap_or(0), &(id, "", 13))).json
}

fn lodgment((at, (id, name, prefectural)): (usize, &(u64, &str, u64))) -> Entry {
    let mut lodgment = named(*id, name, at);
    let ids: Vec<String> = SEGMENTS.iter().map(|segment| segment.0.to_string()).collect();
    let prefecture = usize::try_from(*prefectural).ok().and_then(|id| PREFECTURES.get(id - 1));
    lodgment["segments"] = json!(ids);
    lodgment["address"] = json!(prefecture.map(|name| format!("{name}中央1-{at}-1")));
    lodgment["prefectural_id"] = json!(prefectural);
    lodgment["ip_addresses"] = json!([]);
    lodgment["created_at"] = json!(stamp(opening()));
    lodgment["updated_at"] = json!(stamp(opening()));
    entry(&lodgment)
}

fn named(id: u64, name: &str, sequence: usize) -> Value {
    json!({ "id": id, "name": name, "sequence": sequence })
}

fn segment((id, title, status): (u64, &str, u64)) -> Value {
    let at_work = |text: &str| (status == 1).then(|| text.to_owned());
    let mut segment = json!({
        "id": id, "title": title, "display_title": title, "status": status,
        "start_at": at_work("09:00:00"), "end_at": at_work("18:00:00"),
        "next_day_start": 0, "next_day_end": 0,
        "break_1_start_at": at_work("12:00:00"), "break_1_end_at": at_work("13:00:00"),
        "next_day_break_1_start": 0, "next_day_break_1_end": 0,
        "predetermined_time": at_work("08:00:00"), "sequence": id,
    });
    for key in SEGMENT_NULLS {
        segment[key] = Value::Null;
    }
    segment
}

fn entry(json: &Value) -> Entry {
    let id = json["id"].as_u64().unwrap_or(0);
    let json = json.as_object().cloned().unwrap_or_default();
    Entry { id, json, updated: opening() }
}

/// When the company began to use the service.
fn opening() -> DateTime<FixedOffset> {
    let day =
        NaiveDate::from_ymd_opt(2020, 3, 2).and_then(|day| day.and_hms_opt(10, 0, 0)).unwrap_or_default();
    day.and_local_timezone(tokyo()).single().unwrap_or_default()
}
