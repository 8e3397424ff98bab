//! Answers that refuse a whole request: a status and `{"errors": [{"code", "message"}]}` (`reference/mediment.md` §B4).

use axum::http::StatusCode;
use serde_json::{Value, json};

/// A refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// In seconds.
    pub(super) retry_after: Option<i64>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    /// 400: not JSON, or not said to be.
    pub(super) fn invalid_json() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_json", "リクエストがJSONではありません")
    }

    /// 401 of the token request.
    pub(super) fn invalid_client() -> Self {
        let message = "Consumer Key または Consumer Secret が正しくありません";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", message)
    }

    /// 401 of everything else.
    pub(super) fn invalid_token() -> Self {
        let message = "アクセストークンが不正、または有効期限が切れています";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_token", message)
    }

    /// 403.
    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "この操作を行う権限がありません")
    }

    /// 404.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "指定されたURLは存在しません")
    }

    /// 405.
    pub(super) fn wrong_method() -> Self {
        let message = "許可されていないHTTPメソッドです";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
    }

    /// 413: more records than a batch may have.
    pub(super) fn too_many_records(count: usize, most: usize) -> Self {
        let message = format!("一度に登録できるのは{most}件までです(送信{count}件)");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_many_records", message)
    }

    /// 413: more bytes than a body may have.
    pub(super) fn too_large() -> Self {
        let message = "リクエストのサイズが上限を超えています";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
    }

    /// 422, naming the key or parameter.
    pub(super) fn parameter(name: &str) -> Self {
        let message = format!("パラメータ {name} が不正です");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_parameter", message)
    }

    /// 429.
    pub(super) fn rate_limited(retry_after: i64) -> Self {
        let message = "リクエスト数の上限を超えました。時間をおいてお試しください";
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message);
        Self { retry_after: Some(retry_after), ..refusal }
    }

    /// 500.
    pub(super) fn broken() -> Self {
        let message = "システムエラーが発生しました";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message)
    }

    /// The answer's body.
    pub(super) fn json(&self) -> Value {
        json!({ "errors": [{ "code": self.code, "message": self.message }] })
    }
}
