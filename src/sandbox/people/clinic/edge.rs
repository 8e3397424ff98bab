//! The edge-case people of `reference/hrmos-kintai-api.md` §13 and `reference/mediment.md` B6 and D2.
//!
//! | id | number | case |
//! | --- | --- | --- |
//! | 1 | A0001 | 部門 renamed since (E29); the row of the vendor's example every month (T01) |
//! | 2 | A0002 | number, mail in another width and case in mediment (E26); a month of zeros (T05) |
//! | 3 | A0003 | full-width space in the name, future 退職日 that mediment knows, 対象外 by hand (E31); a row with nulls (T03) |
//! | 4 | A0004 | left, unknown to mediment (E07) |
//! | 5 | A0005 | will leave, unknown to mediment (E08) |
//! | 6 | A0006 | left since, known to mediment with an account (E10) |
//! | 7 | null | found by 氏名 and メールアドレス; mediment has a number (E16) |
//! | 8 | `""` | the same, and mediment has none either (E19) |
//! | 9 | A0009 | no mail (E14), no kana (E33); all of a row is null (T04) |
//! | 10, 11 | A0010, A0011 | the same 氏名 and メールアドレス, unknown to mediment (E20) |
//! | 12 | A0012 | a 部門 that was deleted (E28); half a day of 有給 every month |
//! | 13 | A0013 | the 氏名 of A0001, no 拠点, no 部門 (E27); no monthly row (T09) |
//! | 14 | A0014 | unknown number, but the mail of somebody in mediment (E05): held |
//! | 15 | null | neither number nor mail (E17) |
//! | 16 | A0016 | unknown number, and mediment has two people of this 氏名 and メールアドレス (E21) |

use chrono::{Days, NaiveDate};

use super::places::DELETED_DEPARTMENT;
use super::seed::SeedEmployee;
use super::{Case, User, Work};

/// How many of them there are.
pub(super) const COUNT: u64 = 16;

/// As HRMOS勤怠 has them, by id.
pub(super) fn users(today: NaiveDate) -> Vec<User> {
    let day = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let soon = today.checked_add_days(Days::new(40)).unwrap_or(today);
    let mut users = vec![
        known(["A0001", "山田", "花子", "ヤマダ", "ハナコ", "hanako@example.jp", "2020-04-01"]),
        known(["A0002", "佐藤", "健", "サトウ", "ケン", "Ken.Sato@Example.JP", "2018-10-01"]),
        known([
            "A0003",
            "五十嵐\u{3000}",
            "里奈",
            "イガラシ",
            "リナ",
            "igarashi.rina@example.jp",
            "2016-04-01",
        ]),
        known(["A0004", "高橋", "次郎", "タカハシ", "ジロウ", "takahashi.jiro@example.jp", "2005-04-01"]),
        known(["A0005", "田中", "三郎", "タナカ", "サブロウ", "tanaka.saburo@example.jp", "1999-10-01"]),
        known(["A0006", "伊藤", "四郎", "イトウ", "シロウ", "ito.shiro@example.jp", "2012-04-01"]),
        known(["", "渡辺", "五美", "ワタナベ", "イツミ", "watanabe.itsumi@example.jp", "2019-04-01"]),
        known(["", "小林", "六子", "コバヤシ", "ムツコ", "kobayashi.mutsuko@example.jp", "2020-10-01"]),
        known(["A0009", "吉田", "七海", "", "", "", "2019-07-01"]),
        known(["A0010", "小川", "愛", "オガワ", "アイ", "ogawa.ai@example.jp", "2018-04-01"]),
        known(["A0011", "小川", "愛", "オガワ", "アイ", "ogawa.ai@example.jp", "2019-10-01"]),
        known(["A0012", "加藤", "八重", "カトウ", "ヤエ", "kato.yae@example.jp", "2014-04-01"]),
        known(["A0013", "山田", "花子", "ヤマダ", "ハナコ", "yamada.hanako.2@example.jp", "2017-04-01"]),
        known(["A0014", "中村", "九美", "ナカムラ", "クミ", "kumi@example.jp", "2015-04-01"]),
        known(["", "松本", "十和", "マツモト", "トワ", "", "2021-04-01"]),
        known(["A0016", "斎藤", "学", "サイトウ", "マナブ", "saito.manabu@example.jp", "2011-04-01"]),
    ];
    for (id, user) in (1..).zip(&mut users) {
        user.id = id;
        match id {
            1 => user.work = Work::VendorExample,
            2 => user.work = Work::Zero,
            3 => (user.work, user.end_date) = (Work::WithoutActualHours, Some(soon)),
            4 => user.end_date = Some(day(20)),
            5 => user.end_date = Some(soon),
            6 => user.end_date = Some(day(3)),
            8 => user.number = Some(String::new()),
            9 => user.work = Work::AllNull,
            12 => (user.work, user.department_id) = (Work::HalfDay, Some(DELETED_DEPARTMENT)),
            13 => (user.work, user.lodgment_id, user.department_id) = (Work::NoRow, None, None),
            14 => user.cutoff_date = 25,
            _ => {}
        }
    }
    users
}

/// A user from number, names, kana, mail and 入社日; a blank number or mail is null.
fn known(given: [&str; 7]) -> User {
    let [number, last, first, last_kana, first_kana, mail, start] = given;
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    User {
        id: 0,
        number: filled(number),
        last_name: last.into(),
        first_name: first.into(),
        last_name_kana: last_kana.into(),
        first_name_kana: first_kana.into(),
        email: filled(mail),
        start_date: start.parse().unwrap_or_default(),
        end_date: None,
        cutoff_date: 31,
        lodgment_id: Some(1),
        department_id: Some(1),
        employment_id: 1,
        gender: if matches!(last, "佐藤" | "高橋" | "田中" | "伊藤" | "斎藤") {
            "男性"
        } else {
            "女性"
        },
        work: Work::Ordinary,
        case: Case::Edge,
    }
}

/// What mediment has of an edge-case user, beginning from somebody equal in everything. The first, if `linked`, is
/// the user; the others only look like them.
pub(super) fn in_mediment(id: u64, equal: SeedEmployee) -> Vec<SeedEmployee> {
    let text = |text: &str| Some(text.to_owned());
    match id {
        1 => vec![SeedEmployee { department1: text("営業1部"), account_issued: true, ..equal }],
        2 => vec![SeedEmployee {
            employee_number: text("Ａ０００２"),
            email: text("ken.sato@example.jp"),
            ..equal
        }],
        3 => vec![SeedEmployee {
            last_name: "五十嵐".into(),
            stress_check_target: "対象外".into(),
            health_check_target: "対象外".into(),
            ..equal
        }],
        6 => vec![SeedEmployee { retired_on: None, account_issued: true, ..equal }],
        7 => vec![SeedEmployee { employee_number: text("A0007"), ..equal }],
        8 => vec![equal],
        9 => vec![SeedEmployee {
            last_name_kana: text("ヨシダ"),
            first_name_kana: text("ナナミ"),
            email: text("yoshida.nanami@example.jp"),
            ..equal
        }],
        12 => vec![SeedEmployee { department1: text("旧企画部"), ..equal }],
        13 => vec![SeedEmployee { office: text("本社"), department1: text("営業部"), ..equal }],
        14 => vec![SeedEmployee {
            employee_number: text("9014"),
            last_name: "木下".into(),
            last_name_kana: text("キノシタ"),
            account_issued: true,
            ..equal
        }],
        16 => ["9016", "9017"]
            .map(|number| SeedEmployee { employee_number: text(number), ..equal.clone() })
            .into(),
        _ => Vec::new(),
    }
}

/// Whether mediment's first record of an edge-case user is matched to the user.
pub(super) fn is_linked(id: u64) -> bool {
    matches!(id, 1..=3 | 6..=9 | 12 | 13)
}

/// Somebody whom only mediment knows (E13).
pub(super) fn only_in_mediment() -> SeedEmployee {
    let text = |text: &str| Some(text.to_owned());
    SeedEmployee {
        employee_number: text("9001"),
        last_name: "上田".into(),
        first_name: "実".into(),
        last_name_kana: text("ウエダ"),
        first_name_kana: text("ミノル"),
        email: text("ueda.minoru@example.jp"),
        office: text("本社"),
        department1: text("総務部"),
        hired_on: NaiveDate::from_ymd_opt(2010, 4, 1),
        gender: text("male"),
        ..super::destination::filled_in_by_the_server()
    }
}
