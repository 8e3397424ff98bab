//! Kaonavi's paths, keys and shapes: the only place that spells them (`reference/kaonavi-api.md`).

use std::time::Duration;

use serde::Deserialize;

use crate::http::Detail;
use crate::sync::{Form, Kind, LayoutItem};

/// After the account's base address.
pub(super) const ROOT: &str = "/api/v2.0";
/// §1.1.
pub(super) const TOKEN: &str = "/token";
/// §3.1.
pub(super) const MEMBER_LAYOUTS: &str = "/member_layouts";
/// §3.2.
pub(super) const SHEET_LAYOUTS: &str = "/sheet_layouts";
/// §4.
pub(super) const MEMBERS: &str = "/members";
/// With it the layouts show calculated items too, whose names count as duplicates (§3.1).
pub(super) const CALCULATED: (&str, &str) = ("get_calc_type", "true");
/// The header that carries the token (§0.3).
pub(super) const TOKEN_HEADER: &str = "Kaonavi-Token";
/// §1.1.
pub(super) const TOKEN_FORM: &str = "grant_type=client_credentials";
/// The list in every answer and body about people.
pub(super) const MEMBER_DATA: &str = "member_data";
/// A token of which less is left is renewed: 55 minutes after its issue (§1.2).
pub(super) const TOKEN_MARGIN: Duration = Duration::from_secs(300);
/// How long to wait after a 429 to an update that names no time (§2).
pub(super) const UPDATE_PENALTY: Duration = Duration::from_secs(60);

/// §5.
pub(super) fn sheet(id: u64) -> String {
    format!("/sheets/{id}")
}

/// §6.
pub(super) fn task(id: u64) -> String {
    format!("/tasks/{id}")
}

/// Kaonavi's errors are plain sentences (§0.4), which are not kept: there are no codes.
pub(super) fn details(_body: &[u8]) -> Vec<Detail> {
    Vec::new()
}

/// §1.2. The official key is `expire_in`.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    #[serde(alias = "expires_in")]
    pub(super) expire_in: Option<u64>,
}

/// §4.3: every accepted update.
#[derive(Debug, Deserialize)]
pub(super) struct Accepted {
    pub(super) task_id: u64,
}

/// §6, without the messages: they are free text.
#[derive(Debug, Deserialize)]
pub(super) struct TaskAnswer {
    pub(super) status: String,
}

/// The ten standard items (§3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standard {
    /// 社員番号, the key.
    Code,
    /// 氏名.
    Name,
    /// フリガナ.
    NameKana,
    /// メールアドレス.
    Mail,
    /// 入社日.
    EnteredDate,
    /// 退職日.
    RetiredDate,
    /// 性別.
    Gender,
    /// 生年月日.
    Birthday,
    /// 所属.
    Department,
    /// 兼務情報.
    SubDepartments,
}

impl Standard {
    /// All of them, in the reference's order.
    pub(super) const ALL: [Standard; 10] = [
        Standard::Code,
        Standard::Name,
        Standard::NameKana,
        Standard::Mail,
        Standard::EnteredDate,
        Standard::RetiredDate,
        Standard::Gender,
        Standard::Birthday,
        Standard::Department,
        Standard::SubDepartments,
    ];

    /// The key in layouts, answers and bodies.
    pub fn key(self) -> &'static str {
        match self {
            Standard::Code => "code",
            Standard::Name => "name",
            Standard::NameKana => "name_kana",
            Standard::Mail => "mail",
            Standard::EnteredDate => "entered_date",
            Standard::RetiredDate => "retired_date",
            Standard::Gender => "gender",
            Standard::Birthday => "birthday",
            Standard::Department => "department",
            Standard::SubDepartments => "sub_departments",
        }
    }
}

/// §3.1, read leniently: a standard item may be missing.
#[derive(Debug, Deserialize)]
pub(super) struct MemberLayout {
    pub(super) code: ItemLayout,
    pub(super) name: Option<ItemLayout>,
    pub(super) name_kana: Option<ItemLayout>,
    pub(super) mail: Option<ItemLayout>,
    pub(super) entered_date: Option<ItemLayout>,
    pub(super) retired_date: Option<ItemLayout>,
    pub(super) gender: Option<ItemLayout>,
    pub(super) birthday: Option<ItemLayout>,
    pub(super) department: Option<ItemLayout>,
    pub(super) sub_departments: Option<ItemLayout>,
    pub(super) custom_fields: Option<Vec<ItemLayout>>,
}

/// §3.2.
#[derive(Debug, Deserialize)]
pub(super) struct SheetLayouts {
    pub(super) sheets: Vec<SheetLayout>,
}

/// §3.2.
#[derive(Debug, Deserialize)]
pub(super) struct SheetLayout {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) record_type: u8,
    pub(super) custom_fields: Option<Vec<ItemLayout>>,
}

/// §3.3. The list of values may be `null` and may hold `null`.
#[derive(Debug, Deserialize)]
pub(super) struct ItemLayout {
    #[serde(default)]
    id: u64,
    name: String,
    #[serde(default)]
    required: bool,
    #[serde(rename = "type", default)]
    type_name: String,
    max_length: Option<usize>,
    #[serde(rename = "enum")]
    values: Option<Vec<Option<String>>>,
    #[serde(default)]
    read_only: Option<bool>,
    type_detail: Option<String>,
}

impl ItemLayout {
    /// The core's form of it.
    pub(super) fn into_item(self) -> LayoutItem {
        let calculated = self.type_name == "calc" || self.detail() == "calc_formula";
        LayoutItem {
            form: Form::Any,
            id: self.id,
            kind: self.kind(),
            required: self.required,
            max_length: self.max_length,
            read_only: calculated || self.read_only.unwrap_or_default(),
            name: self.name,
        }
    }

    fn detail(&self) -> &str {
        self.type_detail.as_deref().unwrap_or_default()
    }

    fn kind(&self) -> Kind {
        let values = || self.values.iter().flatten().flatten().cloned().collect();
        match (self.type_name.as_str(), self.detail()) {
            (_, "attach_file" | "face_image") => Kind::Other,
            ("string", _) => Kind::Text,
            ("number", _) => Kind::Number,
            ("date", "year_month") => Kind::YearMonth,
            ("date", _) => Kind::Date,
            ("enum", "check_box") => Kind::Multi(values()),
            ("enum", _) => Kind::Select(values()),
            _ => Kind::Other,
        }
    }
}
