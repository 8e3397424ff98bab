//! Answers that refuse a request: a status and `{"errors": [...]}` (`reference/kaonavi-api.md` §0.4).
//!
//! Only the two texts of `/token` are known (§8.1). All others are invented, some of them quote the value
//! that was sent, as a service may well do: a client must neither branch on them nor pass them on.

use axum::http::StatusCode;

/// A refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) errors: Vec<String>,
}

impl Refusal {
    fn new(status: StatusCode, text: &str) -> Self {
        Self { status, errors: vec![text.to_owned()] }
    }

    /// 400: the body is wrong in these ways.
    pub(super) fn invalid(errors: Vec<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, errors }
    }

    /// 400 with one text.
    pub(super) fn bad(text: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    /// 401 of `/token`: a known text.
    pub(super) fn bad_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "consumer_keyとconsumer_secretの組み合わせが不正です。")
    }

    /// 401 of everything else.
    pub(super) fn bad_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "アクセストークンが不正、または有効期限が切れています。")
    }

    /// 403: the operation is not ticked under 操作対象の管理.
    pub(super) fn disabled() -> Self {
        Self::new(StatusCode::FORBIDDEN, "このAPIの利用は許可されていません。")
    }

    /// 404.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "指定されたリソースは存在しません。")
    }

    /// 405.
    pub(super) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "許可されていないHTTPメソッドです。")
    }

    /// 413.
    pub(super) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "リクエストのサイズが上限を超えています。")
    }

    /// 429 of `/token`: a known text.
    pub(super) fn too_many_tokens() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "1時間あたりのトークン発行可能数を超過しました。時間をおいてお試しください。",
        )
    }

    /// 429: requests of the last hour.
    pub(super) fn too_many_requests() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "1時間あたりのリクエスト可能数を超過しました。時間をおいてお試しください。",
        )
    }

    /// 429: update requests of the last minute.
    pub(super) fn too_many_updates() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "1分あたりの更新リクエスト可能数を超過しました。時間をおいてお試しください。",
        )
    }

    /// 500: the sandbox itself failed.
    pub(super) fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "サーバーエラーが発生しました。")
    }
}
