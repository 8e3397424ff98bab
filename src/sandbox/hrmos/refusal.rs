//! Why a request was not served.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// A refusal with its status and text (`reference/hrmos-kintai-api.md` §4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    message: &'static str,
    /// `Retry-After` in seconds.
    pub(super) retry_after: Option<u64>,
}

impl Refusal {
    fn new(status: StatusCode, message: &'static str) -> Self {
        Self { status, message, retry_after: None }
    }

    /// No token, or one that is not alive; a wrong or revoked Secret Key.
    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "認証に失敗しました。")
    }

    /// No such company, path, method or record.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "指定されたデータは存在しません。")
    }

    /// A month, day or filter in another form.
    pub(super) fn bad_request() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "パラメータの形式が正しくありません。")
    }

    /// Too many requests in the last 60 seconds.
    pub(super) fn too_many(retry_after: Option<u64>) -> Self {
        let refusal = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "リクエスト数が上限を超えました。時間をおいて再度お試しください。",
        );
        Self { retry_after, ..refusal }
    }

    /// The emulator itself failed.
    pub(super) fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "システムエラーが発生しました。")
    }

    /// The vendor's `Error`.
    pub(super) fn json(&self) -> Value {
        json!({ "code": self.status.as_u16(), "message": self.message })
    }
}
