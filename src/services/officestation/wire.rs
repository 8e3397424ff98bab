//! OfficeStation's paths, keys, shapes and codes: every guess of `reference/officestation-api.md` §4 (`assumed-v1`).

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::Detail;

/// After the account's base address.
pub(super) const ROOT: &str = "/api/v1";
/// §4.2.
pub(super) const TOKEN: &str = "/auth/token";
/// §4.4.
pub(super) const COMPANY: &str = "/company";
/// §4.4.
pub(super) const EMPLOYEES: &str = "/employees";
/// §4.4.
pub(super) const DEPENDENTS: &str = "/dependents";
/// §4.8.
pub(super) const MASTERS: &str = "/masters";
/// §4.2: names the tenant on every call.
pub(super) const STATION_HEADER: &str = "x-station-id";
/// §4.7.
pub(super) const UPSERT: &str = "/employees/batch";
/// §4.7: the most people of a batch.
pub(super) const PER_BATCH: usize = 100;
/// §4.4: the most that a page holds.
pub(super) const PER_PAGE: usize = 200;
/// §4.2: a token of which less is left is renewed.
pub(super) const TOKEN_MARGIN: Duration = Duration::from_secs(60);
/// §4.2: a token's life where the answer doesn't say.
pub(super) const TOKEN_LIFE: u64 = 1800;

/// §4.2.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenRequest<'a> {
    pub(super) station_id: &'a str,
    pub(super) login_id: &'a str,
    pub(super) password: &'a str,
}

/// §4.2.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    pub(super) expires_in: Option<u64>,
    pub(super) user: Option<User>,
}

/// §4.2.
#[derive(Deserialize)]
pub(super) struct User {
    pub(super) permissions: Option<Permissions>,
}

/// §4.2.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Permissions {
    pub(super) payroll: Option<bool>,
    pub(super) hidden_categories: Option<Vec<String>>,
}

/// §4.4.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CompanyAnswer {
    pub(super) station_id: Option<String>,
    pub(super) company_name: Option<String>,
}

/// §4.8: a list by key; 社員区分詳細 has a list under each 社員区分.
pub(super) type MastersAnswer = BTreeMap<String, Value>;

/// §4.4, the keys of a page.
pub(super) mod page {
    pub(crate) const SIZE: &str = "perPage";
    pub(crate) const TOTAL: &str = "totalCount";
    pub(crate) const ITEMS: &str = "items";
}

/// §4.5 and §4.6, the keys of a record that are no items.
pub(super) mod record {
    pub(crate) const EMPLOYEE_ID: &str = "employeeId";
    pub(crate) const EMPLOYEE_NUMBER: &str = "employeeNumber";
    pub(crate) const DEPENDENT_ID: &str = "dependentId";
    pub(crate) const SORT_ORDER: &str = "sortOrder";
}

/// §4.7, the keys of a batch and the words of its answer.
pub(super) mod batch {
    pub(crate) const KEY: &str = "idempotencyKey";
    pub(crate) const ITEMS: &str = "items";
    pub(crate) const CREATED: &str = "created";
    pub(crate) const UPDATED: &str = "updated";
    pub(crate) const UNCHANGED: &str = "unchanged";
    pub(crate) const ERROR: &str = "error";
}

/// §4.7.
#[derive(Deserialize)]
pub(super) struct BatchAnswer {
    pub(super) results: Vec<UpsertAnswer>,
}

/// §4.7.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpsertAnswer {
    pub(super) employee_number: String,
    pub(super) result: String,
    pub(super) errors: Option<Vec<ErrorDetail>>,
}

/// §4.2 and §4.3, the codes that decide.
pub(super) mod code {
    pub(crate) const MFA_REQUIRED: &str = "MFA_REQUIRED";
    pub(crate) const API_NOT_ALLOWED: &str = "API_NOT_ALLOWED";
    pub(crate) const STATION_MISMATCH: &str = "STATION_MISMATCH";
}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: ErrorBody,
}

#[derive(Deserialize)]
struct ErrorBody {
    code: Option<String>,
    details: Option<Vec<ErrorDetail>>,
}

/// §4.3. Texts and values are left behind.
#[derive(Deserialize)]
pub(super) struct ErrorDetail {
    code: Option<String>,
    item: Option<String>,
}

/// The codes of an error (§4.3): the answer's own first, then one per item. Messages and values are left behind.
pub(super) fn details(body: &[u8]) -> Vec<Detail> {
    let Ok(ErrorAnswer { error }) = serde_json::from_slice(body) else { return Vec::new() };
    let own = Detail { code: word(error.code), item: None };
    let of_items = error.details.into_iter().flatten().map(|detail| Detail {
        code: word(detail.code),
        item: detail.item.and_then(|key| item_name(&key)).map(str::to_owned),
    });
    std::iter::once(own).chain(of_items).collect()
}

/// The names of the items that errors are about, each once.
pub(super) fn items_of(errors: Option<&[ErrorDetail]>) -> Vec<&'static str> {
    let mut names = Vec::new();
    for error in errors.into_iter().flatten() {
        let name = error.item.as_deref().and_then(|key| SELF_ITEMS.iter().find(|(of, _)| *of == key));
        if let Some((_, name)) = name
            && !names.contains(name)
        {
            names.push(*name);
        }
    }
    names
}

/// A code is kept only if it looks like one: another text might quote a value.
fn word(code: Option<String>) -> String {
    let is_word = |code: &String| {
        code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    code.filter(is_word).unwrap_or_default()
}

/// The item name of a key.
fn item_name(key: &str) -> Option<&'static str> {
    SELF_ITEMS.iter().chain(&DEPENDENT_ITEMS).find(|(of, _)| *of == key).map(|(_, name)| *name)
}

/// The key of an item of 本人情報.
pub(super) fn own_key(item: &str) -> Option<&'static str> {
    SELF_ITEMS.iter().find(|(_, name)| *name == item).map(|(key, _)| *key)
}

/// The key of an item of 扶養家族情報.
pub(super) fn dependent_key(item: &str) -> Option<&'static str> {
    DEPENDENT_ITEMS.iter().find(|(_, name)| *name == item).map(|(key, _)| *key)
}

/// 本人情報: key and item name (§4.5).
pub const SELF_ITEMS: [(&str, &str); 58] = [
    ("employeeNumber", "従業員番号"),
    ("lastName", "氏"),
    ("firstName", "名"),
    ("lastNameKana", "氏(カナ)"),
    ("firstNameKana", "名(カナ)"),
    ("businessLastName", "ビジネスネーム氏"),
    ("businessFirstName", "ビジネスネーム名"),
    ("businessLastNameKana", "ビジネスネーム氏(カナ)"),
    ("businessFirstNameKana", "ビジネスネーム名(カナ)"),
    ("gender", "性別"),
    ("birthDate", "生年月日"),
    ("email", "メールアドレス"),
    ("phoneNumber", "電話番号"),
    ("mobilePhoneNumber", "携帯電話番号"),
    ("postalCode", "郵便番号"),
    ("prefecture", "都道府県"),
    ("city", "市区町村"),
    ("street", "丁目・番地"),
    ("building", "建物名・部屋番号等"),
    ("prefectureKana", "都道府県(フリガナ)"),
    ("cityKana", "市区町村(フリガナ)"),
    ("streetKana", "丁目・番地(フリガナ)"),
    ("buildingKana", "建物名・部屋番号等(フリガナ)"),
    ("residentAddressSame", "住民票住所区分"),
    ("residentPostalCode", "住民票郵便番号"),
    ("residentPrefecture", "住民票都道府県"),
    ("residentCity", "住民票市区町村"),
    ("residentStreet", "住民票丁目・番地"),
    ("residentBuilding", "住民票建物名・部屋番号等"),
    ("employeeCategory", "社員区分"),
    ("employeeCategoryFrom", "社員区分適用開始日"),
    ("employeeCategoryDetail", "社員区分詳細"),
    ("position", "役職"),
    ("departmentNote", "部署メモ"),
    ("secondedWorker", "出向労働者"),
    ("hireDate", "入社年月日"),
    ("retireDate", "退職年月日"),
    ("separationDate", "離職等年月日"),
    ("retireReason", "退職理由"),
    ("healthInsuranceNumber", "健康保険番号"),
    ("healthInsuranceFrom", "健康保険資格取得日"),
    ("healthInsuranceTo", "健康保険資格喪失日"),
    ("pensionNumber", "厚生年金番号"),
    ("pensionFrom", "厚生年金資格取得日"),
    ("pensionTo", "厚生年金資格喪失日"),
    ("employmentInsuranceNumber", "雇用保険番号"),
    ("employmentInsuranceFrom", "雇用保険資格取得日"),
    ("employmentInsuranceTo", "雇用保険資格喪失日"),
    ("standardMonthlyRemuneration", "標準報酬月額"),
    ("disability", "障害者"),
    ("widowOrSingleParent", "寡婦・ひとり親"),
    ("workingStudent", "勤労学生"),
    ("emergencyLastName", "緊急連絡先氏"),
    ("emergencyFirstName", "緊急連絡先名"),
    ("emergencyRelationship", "緊急連絡先続柄"),
    ("emergencyPhoneNumber", "緊急連絡先電話番号"),
    ("emergencyAddress", "緊急連絡先住所"),
    ("note", "備考"),
];

/// 扶養家族情報: key and item name (§4.6).
pub const DEPENDENT_ITEMS: [(&str, &str); 15] = [
    ("lastName", "氏"),
    ("firstName", "名"),
    ("lastNameKana", "氏(カナ)"),
    ("firstNameKana", "名(カナ)"),
    ("relationship", "続柄"),
    ("gender", "性別"),
    ("birthDate", "生年月日"),
    ("livingTogether", "同居/別居"),
    ("occupation", "職業"),
    ("annualIncome", "年間収入"),
    ("taxDependentFrom", "扶養になった日(税法上)"),
    ("taxDependentTo", "扶養を外れた日(税法上)"),
    ("healthDependentFrom", "扶養になった日(健康保険)"),
    ("healthDependentTo", "扶養を外れた日(健康保険)"),
    ("disability", "障害者区分"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_keeps_codes_and_items_and_no_text() {
        let body = r#"{"error":{"code":"VALIDATION_ERROR","message":"入力内容に誤りがあります。","details":[
            {"item":"gender","label":"性別","code":"INVALID_CHOICE","value":"不明","message":"性別の値が正しくありません。"},
            {"item":"山田太郎","code":"山田太郎"}]}}"#;
        let detail =
            |code: &str, item: Option<&str>| Detail { code: code.into(), item: item.map(Into::into) };
        assert_eq!(
            details(body.as_bytes()),
            [detail("VALIDATION_ERROR", None), detail("INVALID_CHOICE", Some("性別")), detail("", None)]
        );
        assert_eq!(details(b"<html>"), []);
    }

    #[test]
    fn every_item_of_a_mapping_has_a_key_and_none_has_two() {
        use crate::config::items::officestation::{DEPENDENTS, Item, SELF};

        let catalogue = |items: &[Item]| items.iter().map(|item| item.name).collect::<Vec<_>>();
        for (names, keys) in
            [(catalogue(SELF), &SELF_ITEMS[..]), (catalogue(DEPENDENTS), &DEPENDENT_ITEMS[..])]
        {
            assert_eq!(keys.iter().map(|(_, name)| *name).collect::<Vec<_>>(), names);
            let once: BTreeMap<&str, &str> = keys.iter().copied().collect();
            assert_eq!(once.len(), keys.len());
        }
    }
}
