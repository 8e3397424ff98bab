//! A template: the columns of the files that somebody imports into mediment.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping with `new`, `update` and `attendance`")]
pub(in crate::config) struct RawTemplate {
    pub new: Option<Vec<RawColumn>>,
    pub update: Option<Vec<RawColumn>>,
    pub attendance: Option<Vec<RawColumn>>,
}

/// A column: an item alone, or with settings.
#[derive(Debug, Default)]
pub(in crate::config) struct RawColumn {
    pub header: Option<String>,
    pub item: Option<String>,
    pub format: Option<String>,
    pub value: Option<String>,
}

impl<'de> Deserialize<'de> for RawColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct Settings {
            header: Option<String>,
            item: Option<String>,
            format: Option<String>,
            value: Option<String>,
        }

        struct ColumnVisitor;

        impl<'de> Visitor<'de> for ColumnVisitor {
            type Value = RawColumn;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an item name or { header: …, item: …, format: … } or { header: …, value: … }")
            }

            fn visit_str<E: de::Error>(self, item: &str) -> Result<RawColumn, E> {
                Ok(RawColumn { item: Some(item.to_owned()), ..RawColumn::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawColumn, A::Error> {
                let Settings { header, item, format, value } =
                    Settings::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(RawColumn { header, item, format, value })
            }
        }

        deserializer.deserialize_any(ColumnVisitor)
    }
}
