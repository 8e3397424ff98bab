//! What the service answers when it refuses (`reference/officestation-api.md` §4.2, §4.3, §4.7).

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::validate::ItemError;

/// A refusal of a whole request.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) details: Vec<ItemError>,
    /// Seconds for `Retry-After`.
    pub(super) retry_after: Option<i64>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), details: Vec::new(), retry_after: None }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    pub(super) fn parameter(name: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "INVALID_PARAMETER",
            format!("パラメータ{name}の値が正しくありません。"),
        )
    }

    pub(super) fn unknown_field(name: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "UNKNOWN_FIELD", format!("項目{name}は存在しません。"))
    }

    pub(super) fn auth_failed() -> Self {
        let message = "StationID、ログインIDまたはパスワードが正しくありません。";
        Self::new(StatusCode::UNAUTHORIZED, "AUTH_FAILED", message)
    }

    pub(super) fn mfa_required() -> Self {
        let message = "このログインIDは二要素認証が設定されているためAPIを利用できません。";
        Self::new(StatusCode::FORBIDDEN, "MFA_REQUIRED", message)
    }

    pub(super) fn api_not_allowed() -> Self {
        let message = "このログインIDにはAPIの利用権限がありません。";
        Self::new(StatusCode::FORBIDDEN, "API_NOT_ALLOWED", message)
    }

    pub(super) fn locked() -> Self {
        Self::new(StatusCode::LOCKED, "ACCOUNT_LOCKED", "ログインIDがロックされています。")
    }

    pub(super) fn token_invalid() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "TOKEN_INVALID", "アクセストークンが無効です。")
    }

    pub(super) fn token_expired() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "TOKEN_EXPIRED", "アクセストークンの有効期限が切れています。")
    }

    pub(super) fn station_mismatch() -> Self {
        Self::new(StatusCode::FORBIDDEN, "STATION_MISMATCH", "StationIDが一致しません。")
    }

    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", "この操作の権限がありません。")
    }

    pub(super) fn employee_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "EMPLOYEE_NOT_FOUND", "従業員が存在しません。")
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "指定されたURLは存在しません。")
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "このメソッドは利用できません。")
    }

    pub(super) fn duplicate_number() -> Self {
        Self::new(StatusCode::CONFLICT, "DUPLICATE_EMPLOYEE_NUMBER", "従業員番号が既に登録されています。")
    }

    pub(super) fn version_conflict() -> Self {
        Self::new(StatusCode::CONFLICT, "VERSION_CONFLICT", "他の利用者により更新されています。")
    }

    pub(super) fn too_many() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_MANY_ITEMS", "一度に送信できる件数を超えています。")
    }

    pub(super) fn rate_limited(seconds: i64) -> Self {
        let refusal =
            Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", "リクエスト数の上限を超えました。");
        Self { retry_after: Some(seconds), ..refusal }
    }

    pub(super) fn validation(details: Vec<ItemError>) -> Self {
        let refusal =
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_ERROR", "入力内容に誤りがあります。");
        Self { details, ..refusal }
    }

    /// The body of §4.3.
    pub(super) fn json(&self, request_id: &str) -> Value {
        error_body(self.code, &self.message, request_id, &self.details)
    }
}

/// The body of §4.3 for any code.
pub(super) fn error_body(code: &str, message: &str, request_id: &str, details: &[ItemError]) -> Value {
    let mut error = json!({ "code": code, "message": message, "requestId": request_id });
    if !details.is_empty() {
        error["details"] = details.iter().map(ItemError::json).collect();
    }
    json!({ "error": error })
}
