//! The HRMOS勤怠 emulator.

mod company;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;

pub(crate) use company::Company;

/// Knows the companies by name, and may make one on first use.
pub(crate) trait Companies: Send + Sync + 'static {
    /// The company of this name; `None` if there can be none.
    fn by_company(&self, name: &str) -> Option<Arc<Company>>;
}

/// The API, with paths that begin with the company (`/demo/v1/users`).
pub(crate) fn router(companies: Arc<dyn Companies>) -> Router {
    drop(companies);
    Router::new().fallback(|| async { StatusCode::NOT_IMPLEMENTED })
}
