//! One entry of `links:`, or one file of `links_dir:`.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::{RawSecret, Table, Text};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys of a link")]
pub(in crate::config) struct RawLink {
    pub kind: Option<Text>,
    pub organization: Option<Text>,
    pub officestation: Option<Spanned<RawOfficeStation>>,
    pub kaonavi: Option<Spanned<RawKaonavi>>,
    pub hrmos: Option<Spanned<RawHrmos>>,
    pub mediment: Option<Spanned<RawMediment>>,
    pub schedule: Option<Table<Text>>,
    pub main_code_padding: Option<RawPadding>,
    pub sheets: Option<Table<Text>>,
    pub flows: Option<Table<Option<RawFlow>>>,
    pub mapping: Option<Table<Option<RawMapping>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys of `officestation`")]
pub(in crate::config) struct RawOfficeStation {
    pub form: Option<Text>,
    pub base_url: Option<Text>,
    pub station_id: Option<Text>,
    pub login_id: Option<Text>,
    pub password: Option<Spanned<RawSecret>>,
    pub requests_per_minute: Option<Text>,
    pub expires: Option<Text>,
    pub allow_plaintext: Option<Spanned<bool>>,
    pub folder: Option<Text>,
    pub import_folder: Option<Text>,
    pub employees_file: Option<Text>,
    pub dependents_file: Option<Text>,
    pub headers: Option<Spanned<Table<Text>>>,
    pub dependent_headers: Option<Spanned<Table<Text>>>,
    pub max_age: Option<Text>,
    pub max_size: Option<Text>,
    pub look: Option<Text>,
    pub encoding: Option<Text>,
    pub formulas: Option<Text>,
    pub dates: Option<Text>,
    pub keep: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys of `kaonavi`")]
pub(in crate::config) struct RawKaonavi {
    pub base_url: Option<Text>,
    pub consumer_key: Option<Spanned<RawSecret>>,
    pub consumer_secret: Option<Spanned<RawSecret>>,
    pub task_poll: Option<Spanned<Vec<Text>>>,
    pub updates_per_minute: Option<Text>,
    pub requests_per_hour: Option<Text>,
    pub tokens_per_hour: Option<Text>,
    pub expires: Option<Text>,
    pub allow_plaintext: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys of `hrmos`")]
pub(in crate::config) struct RawHrmos {
    pub base_url: Option<Text>,
    pub company: Option<Text>,
    pub secret_key: Option<Spanned<RawSecret>>,
    pub key_issued: Option<Text>,
    pub expires: Option<Text>,
    pub requests_per_minute: Option<Text>,
    pub busy_waits: Option<Spanned<Vec<Text>>>,
    pub allow_plaintext: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys of `mediment`")]
pub(in crate::config) struct RawMediment {
    pub form: Option<Text>,
    pub base_url: Option<Text>,
    pub consumer_key: Option<Spanned<RawSecret>>,
    pub consumer_secret: Option<Spanned<RawSecret>>,
    pub expires: Option<Text>,
    pub requests_per_minute: Option<Text>,
    pub allow_plaintext: Option<Spanned<bool>>,
    pub folder: Option<Text>,
    pub roster: Option<Text>,
    pub headers: Option<Spanned<Table<Text>>>,
    pub template: Option<Text>,
    pub names: Option<Spanned<bool>>,
    pub durations: Option<Text>,
    pub max_age: Option<Text>,
    pub max_size: Option<Text>,
    pub look: Option<Text>,
    pub encoding: Option<Text>,
    pub formulas: Option<Text>,
    pub dates: Option<Text>,
    pub keep: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping with the key `digits`")]
pub(in crate::config) struct RawPadding {
    pub digits: Text,
}

/// The settings of one flow. Which of them a flow has is found when it is resolved.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping with the settings of a flow")]
pub(in crate::config) struct RawFlow {
    pub blank: Option<Text>,
    pub on_error: Option<Text>,
    pub on_partial: Option<Text>,
    pub near_duplicates: Option<Text>,
    pub overlong: Option<Text>,
    pub dependents_empty: Option<Text>,
    pub duplicate_names: Option<Text>,
    pub create_retired: Option<Spanned<bool>>,
    pub require_hire_date: Option<Spanned<bool>>,
    pub guards: Option<RawGuards>,
    pub catch_up: Option<Text>,
    pub months: Option<Text>,
    pub gender_source: Option<Text>,
    pub strict_seed: Option<Spanned<bool>>,
    pub sync_name: Option<Spanned<bool>>,
    pub retire_date_update: Option<Text>,
    pub future_leaver: Option<Text>,
    pub actual_source: Option<Text>,
    pub paid_source: Option<Text>,
    pub negative_overtime: Option<Text>,
    pub only_closed: Option<Spanned<bool>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping with the limits of the guards")]
pub(in crate::config) struct RawGuards {
    pub source_percent: Option<Text>,
    pub source_missing: Option<Text>,
    pub creations: Option<Text>,
    pub creations_percent: Option<Text>,
    pub joiners_percent: Option<Text>,
    pub changed: Option<Text>,
    pub changed_percent: Option<Text>,
    pub cleared: Option<Text>,
    pub cleared_percent: Option<Text>,
    pub rows_percent: Option<Text>,
    pub rows_missing: Option<Text>,
}

/// What a link's mapping of one flow changes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping with `self`, `dependents` and `spot`")]
pub(in crate::config) struct RawMapping {
    #[serde(rename = "self")]
    pub own: Option<RawTable>,
    pub dependents: Option<Spanned<RawTable>>,
    pub spot: Option<RawSpot>,
}

/// The same for スポット実行, on top.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping with `self` and `dependents`")]
pub(in crate::config) struct RawSpot {
    #[serde(rename = "self")]
    pub own: Option<RawTable>,
    pub dependents: Option<Spanned<RawTable>>,
}

/// Destination item → what feeds it; null unlinks it.
pub(in crate::config) type RawTable = Table<Option<Spanned<RawItem>>>;

/// The right side of a line of a mapping.
#[derive(Debug)]
pub(in crate::config) enum RawItem {
    /// Source items alone.
    From(RawFrom),
    /// With settings.
    Settings(Box<RawSettings>),
}

/// One source item, whose place is that of the whole, or several to be joined.
#[derive(Debug)]
pub(in crate::config) enum RawFrom {
    One(String),
    Many(Vec<Text>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "the settings of an item")]
pub(in crate::config) struct RawSettings {
    pub from: Option<Spanned<RawFrom>>,
    pub separator: Option<String>,
    pub value_map: Option<Table<Text>>,
    pub compare: Option<Text>,
    pub blank: Option<Text>,
    pub group: Option<Text>,
    pub allow_mynumber: Option<bool>,
    pub guard_exempt: Option<bool>,
}

impl<'de> Deserialize<'de> for RawFrom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FromVisitor)
    }
}

struct FromVisitor;

impl<'de> Visitor<'de> for FromVisitor {
    type Value = RawFrom;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item name or a list of them")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<RawFrom, E> {
        Ok(RawFrom::One(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<RawFrom, A::Error> {
        Vec::deserialize(de::value::SeqAccessDeserializer::new(items)).map(RawFrom::Many)
    }
}

impl<'de> Deserialize<'de> for RawItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemVisitor;

        impl<'de> Visitor<'de> for ItemVisitor {
            type Value = RawItem;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an item name, a list of them, { from: …, … } or null")
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<RawItem, E> {
                FromVisitor.visit_str(value).map(RawItem::From)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<RawItem, A::Error> {
                FromVisitor.visit_seq(items).map(RawItem::From)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawItem, A::Error> {
                let settings = RawSettings::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(RawItem::Settings(Box::new(settings)))
            }
        }

        deserializer.deserialize_any(ItemVisitor)
    }
}
