//! A user with all 36 keys (`reference/hrmos-kintai-api.md` §7.1).

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::company::{Object, State, Stored};
use super::settings::Knobs;
use super::stamp;

/// The keys of a user.
pub(super) const KEYS: [&str; 36] = [
    "id",
    "number",
    "last_name",
    "first_name",
    "last_name_kana",
    "first_name_kana",
    "email",
    "start_date",
    "end_date",
    "cutoff_date",
    "lodgment_id",
    "department_id",
    "employment_id",
    "agreement36_id",
    "segment",
    "default_segment_id",
    "default_holiday_1_id",
    "default_holiday_2_id",
    "default_holiday_3_id",
    "default_calendar_1_id",
    "default_calendar_2_id",
    "default_calendar_3_id",
    "default_calendar_4_id",
    "default_calendar_5_id",
    "default_calendar_6_id",
    "default_calendar_7_id",
    "default_calendar_8_id",
    "user_original_calendars",
    "nfc_tag_pc",
    "comment",
    "group1_approvers",
    "group2_approvers",
    "group3_approvers",
    "group4_approvers",
    "created_at",
    "updated_at",
];

/// What an extra field of this value shows: the user's own 性別.
const GENDER: &str = "性別";

/// Whether users have this key anyway.
pub(super) fn is_known(key: &str) -> bool {
    KEYS.contains(&key)
}

/// A user as the API shows it now; `today` is the day that the sandbox was started on.
pub(super) fn json(state: &State, stored: &Stored, today: NaiveDate) -> Value {
    let mut object = plain(stored, today);
    if let Some(boss) = state.users.first().filter(|boss| boss.user.id != stored.user.id) {
        object.insert("group1_approvers".into(), json!([approver(&plain(boss, today))]));
    }
    add_extra(&mut object, &state.knobs, stored);
    if let Some(set) = &stored.set {
        object.extend(set.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    for key in &state.knobs.absent_user_fields {
        object.remove(key);
    }
    Value::Object(object)
}

fn plain(stored: &Stored, today: NaiveDate) -> Object {
    let user = &stored.user;
    let values = json!({
        "id": user.id,
        "number": user.number,
        "last_name": user.last_name,
        "first_name": user.first_name,
        "last_name_kana": user.last_name_kana,
        "first_name_kana": user.first_name_kana,
        "email": user.email,
        "start_date": user.start_date,
        "end_date": user.end_date,
        "cutoff_date": user.cutoff_date,
        "lodgment_id": user.lodgment_id,
        "department_id": user.department_id,
        "employment_id": user.employment_id,
        "agreement36_id": 1,
        "segment": "1,2,3,4,5,6",
        "default_segment_id": 1,
        "default_holiday_1_id": 1,
        "default_holiday_2_id": 2,
        "default_holiday_3_id": 2,
        "user_original_calendars": [],
        "group1_approvers": [],
        "group2_approvers": [],
        "group3_approvers": [],
        "group4_approvers": [],
        "created_at": stamp(stored.created(today)),
        "updated_at": stamp(stored.updated),
    });
    let mut object: Object = KEYS.iter().map(|key| ((*key).to_owned(), Value::Null)).collect();
    object.extend(values.as_object().cloned().unwrap_or_default());
    object
}

fn approver(user: &Object) -> Value {
    let keys = ["id", "last_name", "first_name", "lodgment_id", "department_id"];
    keys.into_iter().map(|key| (key.to_owned(), user[key].clone())).collect::<Object>().into()
}

fn add_extra(object: &mut Object, knobs: &Knobs, stored: &Stored) {
    for (key, value) in &knobs.extra_user_fields {
        let value = if value == GENDER { json!(stored.user.gender) } else { value.clone() };
        object.insert(key.clone(), value);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_thirty_six_keys() {
        assert_eq!(KEYS.iter().collect::<BTreeSet<_>>().len(), 36);
    }
}
