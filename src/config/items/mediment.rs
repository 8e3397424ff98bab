//! The items of mediment's files by their names on the screens (`reference/mediment.md` A2, A3). What a file to import may hold of them.

/// One item of a file to import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The name on the screens.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What an item holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A day.
    Date,
    /// A month.
    Month,
    /// Days or times with one decimal.
    Days,
    /// Minutes.
    Duration,
}

/// 社員番号: what a line of a file is about.
pub const NUMBER: &str = "社員番号";
/// メールアドレス.
pub const MAIL: &str = "メールアドレス";
/// 姓 and 名.
pub const NAME: [&str; 2] = ["姓", "名"];
/// 姓 and 名 in one, with a space between them.
pub const WHOLE_NAME: &str = "氏名";
/// 対象の年月 of 勤怠情報.
pub const MONTH: &str = "対象の年月";

/// The items of 従業員情報.
pub const EMPLOYEE: &[Item] = &[
    item(NUMBER, Kind::Text),
    item(NAME[0], Kind::Text),
    item(NAME[1], Kind::Text),
    item(WHOLE_NAME, Kind::Text),
    item("セイ", Kind::Text),
    item("メイ", Kind::Text),
    item(MAIL, Kind::Text),
    item("事業所", Kind::Text),
    item("所属部署1", Kind::Text),
    item("入社日", Kind::Date),
    item("退職日", Kind::Date),
    item("性別", Kind::Text),
];

/// The items of 勤怠情報. 休憩時間 and 有給時間 are typed in by hand and are none of them.
pub const ATTENDANCE: &[Item] = &[
    item(MONTH, Kind::Month),
    item(NUMBER, Kind::Text),
    item(NAME[0], Kind::Text),
    item(NAME[1], Kind::Text),
    item(WHOLE_NAME, Kind::Text),
    item("実働日数", Kind::Days),
    item("欠勤回数", Kind::Days),
    item("遅刻回数", Kind::Days),
    item("早退回数", Kind::Days),
    item("実労働時間", Kind::Duration),
    item("遅刻時間", Kind::Duration),
    item("早退時間", Kind::Duration),
    item("所定労働時間", Kind::Duration),
    item("所定外労働時間", Kind::Duration),
    item("法定外労働時間", Kind::Duration),
    item("実深夜時間", Kind::Duration),
    item("有給日数", Kind::Days),
];

const fn item(name: &'static str, kind: Kind) -> Item {
    Item { name, kind }
}
