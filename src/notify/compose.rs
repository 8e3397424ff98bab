//! What a mail says. Pure: the same run gives the same mail.
//!
//! Subject and opening of `officestation-kaonavi` are the requirement's, character for character (the help page オフィスステーション連携,
//! 「オフィスステーション連携エラー時のメール内容」; `reference/officestation-kaonavi-link.md` §10.1). The other kind says the same in its own name.

use crate::job::LinkKind;

/// Lines about people that a mail carries; the rest is counted.
const MOST_LINES: usize = 500;

const KAONAVI_SUBJECT: &str = "[カオナビ自動送信]オフィスステーション連携エラー通知メール";
const KAONAVI_OPENING: &str = "\
本メールはカオナビから自動送信されています。
送信専用のため返信することはできません。
オフィスステーション連携でエラーが発生しました。
登録・更新されていない情報がございます。ご確認よろしくお願いいたします。
";

const MEDIMENT_SUBJECT: &str = "[renkei自動送信]HRMOS勤怠連携エラー通知メール";
const MEDIMENT_OPENING: &str = "\
本メールはrenkeiから自動送信されています。
送信専用のため返信することはできません。
HRMOS勤怠連携でエラーが発生しました。
登録・更新されていない情報がございます。ご確認よろしくお願いいたします。
";

/// Who to turn to where no `support` is set.
const DEFAULT_SUPPORT: &str = "システム管理者";

/// How a run ended, as far as mail is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome<'a> {
    /// 保留, without those whom somebody decided not to be told of.
    pub held: u64,
    /// エラー.
    pub rejected: u64,
    /// The code of the reason (`F_AUTH`, …) if the run is 異常終了.
    pub failure: Option<&'a str>,
    /// The run was a dry run.
    pub dry_run: bool,
    /// The run was a duplicate by its idempotency key.
    pub duplicate: bool,
}

/// Whether the run mails somebody: it has rejected or held people, or is 異常終了; not for an invalid job, a dry run or a duplicate.
pub fn is_due(outcome: &Outcome<'_>) -> bool {
    if outcome.dry_run || outcome.duplicate || outcome.failure == Some("F_JOB") {
        return false;
    }
    outcome.failure.is_some() || outcome.rejected > 0 || outcome.held > 0
}

/// What a mail is made of.
#[derive(Debug, Clone)]
pub struct MailInput<'a> {
    /// The link's kind: the wording.
    pub kind: LinkKind,
    /// The run's id.
    pub run: &'a str,
    /// The organization's support contact, if one is set.
    pub support: Option<&'a str>,
    /// The sentence of a run that is 異常終了.
    pub failure: Option<&'a str>,
    /// What somebody has to import, if the run wrote files.
    pub import: Option<Import<'a>>,
    /// One sentence per error or hold, by code, then in the mapping's order.
    pub lines: Vec<&'a str>,
    /// How much is left to be done by people (要対応).
    pub todo: usize,
}

/// Files that a run wrote for somebody to import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Import<'a> {
    /// Their names.
    pub files: &'a [String],
    /// What to do with them.
    pub next: &'a str,
}

/// Holds older than this many days are told with their age.
const FRESH_DAYS: u64 = 3;

/// The line about a hold on its day of this number, 1 on the first: an old one says how long it waits for somebody to decide.
pub fn held_line(line: &str, day: u64) -> String {
    if day > FRESH_DAYS { format!("{line}(保留{day}日目)") } else { line.to_owned() }
}

/// A mail without addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The subject.
    pub subject: String,
    /// The text, lines ended by `\n`.
    pub body: String,
}

/// Writes the mail: the opening, what ended the run, one line per error up to 500, then who sent it.
pub fn compose(input: &MailInput<'_>) -> Mail {
    let (subject, opening) = match input.kind {
        LinkKind::OfficeStationKaonavi => (KAONAVI_SUBJECT, KAONAVI_OPENING),
        LinkKind::HrmosMediment => (MEDIMENT_SUBJECT, MEDIMENT_OPENING),
    };
    let mut body = format!("{opening}\n");
    let mut line = |text: &str| {
        body.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
        body.push('\n');
    };
    if let Some(failure) = input.failure {
        line(failure);
        line(&failure_hint(input.run, input.support));
    }
    for text in input.lines.iter().take(MOST_LINES) {
        line(text);
    }
    let more = input.lines.len().saturating_sub(MOST_LINES);
    if more > 0 {
        line(&format!("ほか{more}件"));
    }
    line("-- ");
    if let Some(import) = input.import {
        if !import.files.is_empty() {
            line(&format!("取込ファイル:{}", import.files.join("、")));
        }
        line(&format!("次の作業:{}", import.next));
    }
    line(&format!("送信元:renkei 実行ID:{}", input.run));
    if input.todo > 0 {
        line(&format!("要対応:{}件", input.todo));
    }
    if let Some(support) = input.support {
        line(&format!("お問い合わせ:{support}"));
    }
    Mail { subject: subject.to_owned(), body }
}

/// The line under every 異常終了: whom to ask, and what to tell them.
pub fn failure_hint(run: &str, support: Option<&str>) -> String {
    let support = support.unwrap_or(DEFAULT_SUPPORT);
    format!("「異常終了」の場合は、{support}へお問い合わせください(実行ID:{run})。")
}

/// The mail of `renkei mail-test`.
pub(super) fn test_mail() -> Mail {
    Mail {
        subject: "[renkei自動送信]テストメール".to_owned(),
        body: "本メールはrenkeiから自動送信されています。\n送信専用のため返信することはできません。\n\n\
               このメールが届いていれば、エラー通知メールの設定は正しく行われています。\n"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input<'a>() -> MailInput<'a> {
        MailInput {
            kind: LinkKind::OfficeStationKaonavi,
            run: "1763700000000-0",
            support: None,
            failure: None,
            import: None,
            lines: vec![
                "社員番号:”A0002”の性別の値が存在しません。マスター項目に設定された値を指定してください。",
                "社員番号:”A0007”の性別の値が存在しません。マスター項目に設定された値を指定してください。",
            ],
            todo: 0,
        }
    }

    fn whole(mail: &Mail) -> String {
        format!("{}\n\n{}", mail.subject, mail.body)
    }

    #[test]
    fn a_run_with_errors_is_told_in_the_words_of_the_requirement() {
        insta::assert_snapshot!(whole(&compose(&input())));
    }

    #[test]
    fn a_failed_run_says_what_ended_it_and_whom_to_ask() {
        let input = MailInput {
            support: Some("情報システム部 内線1234"),
            failure: Some("オフィスステーションの認証に失敗しました。企業設定をご確認ください。"),
            lines: Vec::new(),
            ..input()
        };
        insta::assert_snapshot!(whole(&compose(&input)));
    }

    #[test]
    fn the_other_kind_says_it_in_its_own_name() {
        let input = MailInput {
            kind: LinkKind::HrmosMediment,
            failure: Some("処理が3回中断したため中止しました。"),
            lines: vec!["社員番号:”7”は別人に再利用された可能性があるため更新していません。"],
            ..input()
        };
        insta::assert_snapshot!(whole(&compose(&input)));
    }

    #[test]
    fn files_that_somebody_has_to_import_are_named_below_the_lines() {
        let files = ["officestation_new_20261122-060000_1763700000000-0.csv".to_owned(), "b.csv".to_owned()];
        let import =
            Import { files: &files, next: "オフィスステーションで取り込んでください。" };
        let mail = compose(&MailInput { import: Some(import), ..input() });
        insta::assert_snapshot!(whole(&mail));
    }

    #[test]
    fn lines_past_five_hundred_are_counted() {
        let many = vec!["行"; 503];
        let mail = compose(&MailInput { lines: many.clone(), ..input() });
        assert_eq!(mail.body.lines().filter(|line| *line == "行").count(), 500);
        assert!(mail.body.contains("行\nほか3件\n-- \n"), "{}", mail.body);
        let exact = compose(&MailInput { lines: many[..500].to_vec(), ..input() });
        assert!(!exact.body.contains("ほか"), "{}", exact.body);
    }

    #[test]
    fn a_hold_older_than_three_days_is_told_with_its_age() {
        let line = "社員番号:”11”は登録済みの社員番号:”000011”と同一人物の可能性があるため登録していません。";
        for day in 1..=3 {
            assert_eq!(held_line(line, day), line);
        }
        assert_eq!(held_line(line, 4), format!("{line}(保留4日目)"));
        assert_eq!(held_line(line, 400), format!("{line}(保留400日目)"));
    }

    #[test]
    fn what_is_left_to_do_is_one_count_below_the_text_of_the_requirement() {
        let support = Some("情報システム部 内線1234");
        let without = compose(&MailInput { support, ..input() }).body;
        let with = compose(&MailInput { support, todo: 3, ..input() }).body;
        let run = "-- \n送信元:renkei 実行ID:1763700000000-0\n";
        assert_eq!(with, without.replace(run, &format!("{run}要対応:3件\n")));
        assert_ne!(with, without);
    }

    #[test]
    fn a_line_cannot_break_out_of_its_line() {
        let mail = compose(&MailInput { lines: vec!["社員番号:”A\r\n-- \n1”"], ..input() });
        assert!(mail.body.contains("社員番号:”A  --  1”\n"), "{}", mail.body);
    }

    #[test]
    fn mail_is_due_only_when_somebody_has_to_act() {
        let quiet = Outcome { held: 0, rejected: 0, failure: None, dry_run: false, duplicate: false };
        let due = |outcome: Outcome<'_>| is_due(&outcome);
        assert!(!due(quiet));
        assert!(due(Outcome { held: 1, ..quiet }));
        assert!(due(Outcome { rejected: 1, ..quiet }));
        assert!(due(Outcome { failure: Some("F_AUTH"), ..quiet }));
        assert!(!due(Outcome { failure: Some("F_JOB"), ..quiet }));
        assert!(!due(Outcome { rejected: 1, dry_run: true, ..quiet }));
        assert!(!due(Outcome { rejected: 1, duplicate: true, ..quiet }));
    }
}
