//! The layout of one tenant: which items exist, their ids, names, types, limits and value lists.
//!
//! The ten standard items are addressed by key (`name`, `mail`, …), every other item by an id that is unique
//! in the tenant (`reference/kaonavi-api.md` §3.3). Ids start at a number derived from the consumer key, so
//! they differ from tenant to tenant and a client has to look them up by name, as with the real service (§10,
//! point 8).

use std::borrow::Cow;

use serde_json::{Map, Value, json};

/// The name under which control requests address the member layout.
pub(super) const BASIC: &str = "基本情報";

/// A name or a value of a list; most are fixed texts shared by all tenants.
pub(super) type Text = Cow<'static, str>;

/// What an item holds, and how it is edited on the screen (`type` and `type_detail`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    TextBox,
    TextArea,
    Date,
    PullDown,
    CheckBox,
    Formula,
    File,
    Department,
    SubDepartments,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::TextBox | Self::TextArea | Self::File => "string",
            Self::Date => "date",
            Self::PullDown | Self::CheckBox => "enum",
            Self::Formula => "calc",
            Self::Department => "department",
            Self::SubDepartments => "department[]",
        }
    }

    fn detail(self) -> &'static str {
        match self {
            Self::TextBox | Self::Department | Self::SubDepartments => "text_box",
            Self::TextArea => "text_area",
            Self::Date => "date",
            Self::PullDown => "pull_down",
            Self::CheckBox => "check_box",
            Self::Formula => "calc_formula",
            Self::File => "attach_file",
        }
    }

    /// Whether the item names departments of the tree.
    pub(super) fn is_department(self) -> bool {
        matches!(self, Self::Department | Self::SubDepartments)
    }

    /// Whether the API refuses to write such an item.
    pub(super) fn read_only(self) -> bool {
        matches!(self, Self::Formula | Self::File)
    }
}

/// One item.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Id of a custom field; for a standard item its place in [`super::standard::KEYS`].
    pub(super) id: u32,
    /// Key of a standard item, `""` for a custom field.
    pub(super) key: &'static str,
    pub(super) name: Text,
    pub(super) required: bool,
    pub(super) kind: Kind,
    /// In characters.
    pub(super) max_length: Option<usize>,
    pub(super) choices: Vec<Text>,
}

impl Field {
    fn json(&self, belongs_to: Owner) -> Value {
        let mut object = Map::new();
        let mut choices: Value = self.choices.iter().map(AsRef::as_ref).collect();
        if self.kind == Kind::Formula {
            choices = Value::Null;
        } else if let (Kind::PullDown, Owner::MemberCustom, Value::Array(list)) =
            (self.kind, belongs_to, &mut choices)
        {
            // The reference's sample ends such a list with null (§3.1), and a client has to cope with it.
            list.push(Value::Null);
        }
        object.insert("name".into(), json!(self.name));
        object.insert("required".into(), json!(self.required));
        object.insert("type".into(), json!(self.kind.name()));
        object.insert("max_length".into(), json!(self.max_length));
        object.insert("enum".into(), choices);
        if belongs_to != Owner::Standard {
            object.insert("id".into(), json!(self.id));
            object.insert("type_detail".into(), json!(self.kind.detail()));
        }
        if self.kind.read_only() {
            object.insert("read_only".into(), json!(true));
        }
        Value::Object(object)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Standard,
    MemberCustom,
    Sheet,
}

/// How many records a member may have in a sheet (`record_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Records {
    /// At most one: `record_type` 0.
    Single,
    /// Any number, in the order last written: `record_type` 1.
    Multiple,
}

impl Records {
    /// The number that stands for it on the wire.
    pub(super) fn wire(self) -> u8 {
        match self {
            Self::Single => 0,
            Self::Multiple => 1,
        }
    }
}

/// One sheet.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) id: u32,
    pub(super) name: Text,
    pub(super) records: Records,
    pub(super) fields: Vec<Field>,
}

impl Sheet {
    /// The item with this id.
    pub(super) fn field(&self, id: u32) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The answer of `GET /sheet_layouts/{id}`.
    pub(super) fn json(&self, calculated: Calculated) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "record_type": self.records.wire(),
            "custom_fields": fields_json(&self.fields, Owner::Sheet, calculated),
        })
    }
}

/// Whether calculated items are listed (`get_calc_type=true`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Calculated {
    Listed,
    LeftOut,
}

/// All items of a tenant.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The standard items that the API may use.
    pub(super) standard: Vec<Field>,
    /// Custom fields of the basic information.
    pub(super) custom: Vec<Field>,
    pub(super) sheets: Vec<Sheet>,
    /// The id of the next item that is added.
    pub(super) next_field: u32,
    /// The id of the next sheet that is added.
    pub(super) next_sheet: u32,
}

impl Layout {
    /// The standard item with this key.
    pub(super) fn standard(&self, key: &str) -> Option<&Field> {
        self.standard.iter().find(|field| field.key == key)
    }

    /// The custom field of the basic information with this id.
    pub(super) fn custom(&self, id: u32) -> Option<&Field> {
        self.custom.iter().find(|field| field.id == id)
    }

    /// The sheet with this id.
    pub(super) fn sheet(&self, id: u32) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.id == id)
    }

    /// The first sheet of this name.
    pub(super) fn sheet_named(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }

    /// The answer of `GET /member_layouts`.
    pub(super) fn member_json(&self, calculated: Calculated) -> Value {
        let mut object: Map<String, Value> =
            self.standard.iter().map(|field| (field.key.to_owned(), field.json(Owner::Standard))).collect();
        object.insert("custom_fields".into(), fields_json(&self.custom, Owner::MemberCustom, calculated));
        Value::Object(object)
    }

    /// The answer of `GET /sheet_layouts`.
    pub(super) fn sheets_json(&self, calculated: Calculated) -> Value {
        json!({ "sheets": self.sheets.iter().map(|sheet| sheet.json(calculated)).collect::<Vec<_>>() })
    }
}

fn fields_json(fields: &[Field], owner: Owner, calculated: Calculated) -> Value {
    fields
        .iter()
        .filter(|field| field.kind != Kind::Formula || calculated == Calculated::Listed)
        .map(|field| field.json(owner))
        .collect()
}
