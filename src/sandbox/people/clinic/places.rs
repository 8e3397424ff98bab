//! The 拠点, 部門 and 雇用形態 of every company of HRMOS勤怠.

/// 拠点: id, name, 都道府県ID.
pub(crate) const LODGMENTS: &[(u64, &str, u64)] = &[
    (1, "本社", 13),
    (2, "大阪支社", 27),
    (3, "名古屋営業所", 23),
    (4, "福岡営業所", 40),
    (5, "札幌営業所", 1),
];

/// 部門: id and name. [`DELETED_DEPARTMENT`] is not among them.
pub(crate) const DEPARTMENTS: &[(u64, &str)] = &[
    (1, "営業部"),
    (2, "開発部"),
    (3, "人事部"),
    (4, "経理部"),
    (5, "総務部"),
    (6, "カスタマーサポート部"),
    (8, "製造部"),
    (9, "品質保証部"),
];

/// The id of a 部門 that was deleted, and that a user still carries.
pub(crate) const DELETED_DEPARTMENT: u64 = 7;

/// 雇用形態: id and name.
pub(crate) const EMPLOYMENTS: &[(u64, &str)] =
    &[(1, "正社員"), (2, "契約社員"), (3, "パート・アルバイト"), (4, "嘱託"), (5, "役員")];

/// The 雇用形態 of people who work short days.
pub(crate) const PART_TIME: u64 = 3;

/// The name of a 拠点.
pub(crate) fn lodgment(id: u64) -> Option<&'static str> {
    LODGMENTS.iter().find(|known| known.0 == id).map(|known| known.1)
}

/// The name of a 部門 that exists.
pub(crate) fn department(id: u64) -> Option<&'static str> {
    DEPARTMENTS.iter().find(|known| known.0 == id).map(|known| known.1)
}
