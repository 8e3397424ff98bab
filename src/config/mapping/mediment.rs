//! The requirement's two tables of HRMOS勤怠 and mediment. Nothing of them can be mapped otherwise; some of it can be read in two ways,
//! and the link says which (`reference/mediment.md` D2, D3).

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::config::{EmployeeSettings, GenderSource, RetireDate};
use crate::sync::{BlankPolicy, ItemMapping, ItemRef, Mapping, Source, Text};

const NUMBER: &str = "社員番号";
const MAIL: &str = "メールアドレス";
const NAME: [&str; 2] = ["姓", "名"];
const KANA: [&str; 2] = ["セイ", "メイ"];
const RETIRE: &str = "退職日";
const GENDER: &str = "性別";
const OFFICE: [&str; 2] = ["事業所", "所属部署1"];

/// mediment's items of 従業員情報 and the HRMOS勤怠 items that feed them. 氏名 isn't in the requirement's table, but nobody can be created
/// without it and after a marriage nobody would be found by it.
const EMPLOYEES: [(&str, &str, Text); 11] = [
    (NUMBER, "社員番号", Text::Name),
    (NAME[0], "姓", Text::Name),
    (NAME[1], "名", Text::Name),
    (KANA[0], "セイ", Text::Kana),
    (KANA[1], "メイ", Text::Kana),
    (MAIL, "メールアドレス", Text::Mail),
    (OFFICE[0], "拠点", Text::Plain),
    (OFFICE[1], "部門", Text::Plain),
    ("入社日", "入社日", Text::Plain),
    (RETIRE, "退職日", Text::Plain),
    (GENDER, "性別", Text::Plain),
];

/// mediment's items of 勤怠情報 and what feeds them. 休憩時間 and 有給時間 have no source and are never sent; 所定外労働時間 is computed.
const ATTENDANCE: [(&str, &str); 12] = [
    ("実働日数", "出勤日数"),
    ("欠勤回数", "欠勤日数"),
    ("遅刻回数", "遅刻日数"),
    ("早退回数", "早退日数"),
    ("実労働時間", "実稼働時間"),
    ("遅刻時間", "遅刻時間"),
    ("早退時間", "早退時間"),
    ("所定労働時間", "所定内労働時間"),
    ("所定外労働時間", "所定外労働時間"),
    ("法定外労働時間", "法定時間外労働時間"),
    ("実深夜時間", "深夜労働時間"),
    ("有給日数", "有給休暇日数"),
];

/// The table of 従業員情報 as a link reads it.
pub(in crate::config) fn employees(settings: &EmployeeSettings) -> Arc<Mapping> {
    static DEFAULT: LazyLock<Arc<Mapping>> = LazyLock::new(|| Arc::new(table(&EmployeeSettings::default())));
    if *settings == EmployeeSettings::default() { Arc::clone(&DEFAULT) } else { Arc::new(table(settings)) }
}

fn table(settings: &EmployeeSettings) -> Mapping {
    let line = |(target, source, text): (&str, &str, Text)| {
        let blank = match target {
            // A person is found by these; without them a second record would be made.
            NUMBER | MAIL => Some(BlankPolicy::Keep),
            _ if settings.strict_seed => Some(BlankPolicy::Clear),
            _ if KANA.contains(&target) || NAME.contains(&target) => Some(BlankPolicy::Keep),
            _ => None,
        };
        let create_only = match target {
            RETIRE => settings.strict_seed || settings.retire_date_update == RetireDate::Never,
            _ => NAME.contains(&target) && (settings.strict_seed || !settings.sync_name),
        };
        // A name with its kana is one value: who has another name doesn't keep the old reading.
        let group = (NAME.contains(&target) || KANA.contains(&target)).then(|| "name".to_owned());
        ItemMapping {
            text,
            blank,
            group,
            // 社員番号 is the key, and may well have twelve digits.
            allow_mynumber: target == NUMBER,
            create_only,
            guard_exempt: OFFICE.contains(&target),
            ..fixed(target, source)
        }
    };
    let known =
        |(target, ..): &(&str, &str, Text)| *target != GENDER || settings.gender_source != GenderSource::None;
    Mapping { self_items: EMPLOYEES.into_iter().filter(known).map(line).collect(), dependents: Vec::new() }
}

/// The table of 勤怠情報.
pub(in crate::config) fn attendance() -> Arc<Mapping> {
    static TABLE: LazyLock<Arc<Mapping>> = LazyLock::new(|| {
        let self_items = ATTENDANCE.into_iter().map(|(target, source)| fixed(target, source)).collect();
        Arc::new(Mapping { self_items, dependents: Vec::new() })
    });
    Arc::clone(&TABLE)
}

fn fixed(target: &str, source: &str) -> ItemMapping {
    ItemMapping {
        target: ItemRef::new("", target),
        source: Source::Item(source.to_owned()),
        value_map: BTreeMap::new(),
        text: Text::Plain,
        blank: None,
        group: None,
        allow_mynumber: false,
        create_only: false,
        guard_exempt: false,
    }
}
