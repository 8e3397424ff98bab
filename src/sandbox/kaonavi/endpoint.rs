//! Which operation a method and a path mean (`reference/kaonavi-api.md` §0.2).

use axum::http::Method;

use super::change::{MemberVerb, SheetVerb};
use super::layout::Layout;
use super::refusal::Refusal;
use super::store::Access;

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Token,
    MemberLayout,
    SheetLayouts,
    SheetLayout(u32),
    Members,
    WriteMembers(MemberVerb),
    DeleteMembers,
    Sheet(u32),
    WriteSheet(SheetVerb, u32),
    Task(u64),
    Departments,
}

impl Endpoint {
    /// The operation of a request; `path` is relative to the API's root.
    ///
    /// # Errors
    /// 404 for a path that does not exist, 405 for one that does, but not with this method.
    pub(super) fn of(method: &Method, path: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let found = match parts.as_slice() {
            ["token"] => (method == Method::POST).then_some(Self::Token),
            ["member_layouts"] => get(method, Self::MemberLayout),
            ["sheet_layouts"] => get(method, Self::SheetLayouts),
            ["sheet_layouts", id] => get(method, Self::SheetLayout(number(id)?)),
            ["departments"] => get(method, Self::Departments),
            ["tasks", id] => get(method, Self::Task(number(id)?)),
            ["members"] => match method.as_str() {
                "GET" => Some(Self::Members),
                "POST" => Some(Self::WriteMembers(MemberVerb::Create)),
                "PATCH" => Some(Self::WriteMembers(MemberVerb::Patch)),
                "PUT" => Some(Self::WriteMembers(MemberVerb::Replace)),
                _ => None,
            },
            ["members", "overwrite"] => {
                (method == Method::PUT).then_some(Self::WriteMembers(MemberVerb::Overwrite))
            }
            ["members", "delete"] => (method == Method::POST).then_some(Self::DeleteMembers),
            ["sheets", id] => {
                let id = number(id)?;
                match method.as_str() {
                    "GET" => Some(Self::Sheet(id)),
                    "PUT" => Some(Self::WriteSheet(SheetVerb::Replace, id)),
                    "PATCH" => Some(Self::WriteSheet(SheetVerb::Patch, id)),
                    _ => None,
                }
            }
            ["sheets", id, "add"] => {
                let id = number(id)?;
                (method == Method::POST).then_some(Self::WriteSheet(SheetVerb::Add, id))
            }
            _ => return Err(Refusal::not_found()),
        };
        found.ok_or_else(Refusal::wrong_method)
    }

    /// Whether the operation counts as an update: exactly those that answer with a task.
    pub(super) fn access(self) -> Access {
        match self {
            Self::WriteMembers(_) | Self::DeleteMembers | Self::WriteSheet(..) => Access::Update,
            _ => Access::Read,
        }
    }

    /// What an entry of the `disable` setting may call this request: by path, and a sheet also by name or not
    /// at all.
    pub(super) fn operations(self, method: &Method, path: &str, layout: &Layout) -> Vec<String> {
        let mut names = vec![format!("{method} {path}")];
        if let Self::Sheet(id) | Self::WriteSheet(_, id) = self {
            let add = if path.ends_with("/add") { "/add" } else { "" };
            names.push(format!("{method} /sheets"));
            names.extend(layout.sheet(id).map(|sheet| format!("{method} /sheets/{}{add}", sheet.name)));
        }
        names
    }
}

fn get(method: &Method, endpoint: Endpoint) -> Option<Endpoint> {
    (method == Method::GET).then_some(endpoint)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| Refusal::not_found())
}
