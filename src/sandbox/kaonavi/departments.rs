//! The department tree, the same in every tenant: codes, names, parents (`reference/kaonavi-api.md` §7).
//!
//! No link writes departments. They are here so that a client has to leave them alone, and meets names that
//! occur twice.

use serde_json::{Value, json};

struct Department {
    code: &'static str,
    name: &'static str,
    parent: Option<&'static str>,
    order: u32,
}

const fn at(code: &'static str, name: &'static str, parent: Option<&'static str>, order: u32) -> Department {
    Department { code, name, parent, order }
}

const TREE: [Department; 13] = [
    at("D0100", "経営企画室", None, 1),
    at("D0300", "管理本部", None, 2),
    at("D0310", "人事部", Some("D0300"), 1),
    at("D0311", "労務課", Some("D0310"), 1),
    at("D0312", "採用課", Some("D0310"), 2),
    at("D0320", "経理部", Some("D0300"), 2),
    at("D0500", "営業本部", None, 3),
    at("D0510", "東日本営業部", Some("D0500"), 1),
    at("D0511", "営業1課", Some("D0510"), 1),
    at("D0520", "西日本営業部", Some("D0500"), 2),
    at("D0521", "営業1課", Some("D0520"), 1),
    at("D0700", "開発本部", None, 4),
    at("D0900", "DX推進室", None, 5),
];

/// A department of the tree; small, because every member holds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DepartmentId(u8);

impl DepartmentId {
    /// The department with this code.
    pub(super) fn by_code(code: &str) -> Option<Self> {
        TREE.iter().zip(0..).find_map(|(department, place)| (department.code == code).then_some(Self(place)))
    }

    /// Any department, the same one for the same number.
    pub(super) fn pick(number: usize) -> Self {
        Self(u8::try_from(number % TREE.len()).unwrap_or_default())
    }

    /// The department's code.
    pub(super) fn code(self) -> &'static str {
        self.entry().code
    }

    /// `code`, `name` (the path joined with spaces) and `names` (the path, root first), as members carry it
    /// (§4.1).
    pub(super) fn json(self) -> Value {
        let mut names = vec![self.entry().name];
        let mut parent = self.entry().parent;
        while let Some(department) = parent.and_then(Self::by_code).map(Self::entry) {
            names.push(department.name);
            parent = department.parent;
        }
        names.reverse();
        json!({ "code": self.code(), "name": names.join(" "), "names": names })
    }

    /// The name of the department alone.
    pub(super) fn name(self) -> &'static str {
        self.entry().name
    }

    /// The place of the department in [`all`].
    pub(super) fn place(self) -> usize {
        usize::from(self.0)
    }

    fn entry(self) -> &'static Department {
        &TREE[usize::from(self.0)]
    }
}

/// Every department, in the order of the tree.
pub(super) fn all() -> impl Iterator<Item = DepartmentId> {
    (0..TREE.len()).map(DepartmentId::pick)
}

/// The answer of `GET /departments`.
pub(super) fn json() -> Value {
    let list: Vec<Value> = TREE
        .iter()
        .map(|department| {
            json!({
                "code": department.code,
                "name": department.name,
                "parent_code": department.parent,
                "leader_member_code": null,
                "order": department.order,
                "memo": "",
            })
        })
        .collect();
    json!({ "department_data": list })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_carries_the_whole_path() {
        let id = DepartmentId::by_code("D0311").expect("the tree has it");
        assert_eq!(
            id.json(),
            json!({"code": "D0311", "name": "管理本部 人事部 労務課", "names": ["管理本部", "人事部", "労務課"]})
        );
    }

    #[test]
    fn an_unknown_code_is_no_department() {
        assert_eq!(DepartmentId::by_code("D9999"), None);
        assert_eq!(DepartmentId::by_code(""), None);
    }
}
