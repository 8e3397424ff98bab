//! What a reminder says. Pure: the same warnings give the same mail. It names links and days, never a secret, a key or an account.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::{Step, Target, Warning};
use crate::notify::compose::Mail;

/// Credentials that a mail lists, and links that it names with each; the rest is counted.
const MOST_LINES: usize = 500;
const MOST_LINKS: usize = 20;

const NEAR_SUBJECT: &str = "[renkei自動送信]連携の認証情報の有効期限のお知らせ";
const NEAR: &str = "\
連携に使用している認証情報の有効期限が近づいています。
期限を過ぎると連携できなくなります。期限までに新しいものへの切り替えをお願いいたします。
";

const ENDED_SUBJECT: &str = "[renkei自動送信]連携の認証情報の有効期限切れのお知らせ";
const ENDED: &str = "\
連携に使用している認証情報の有効期限が切れました。
新しいものに切り替えるまで連携できません。至急、切り替えをお願いいたします。
";

/// Writes the mail about warnings of one organization and one step.
pub(super) fn compose(step: Step, warnings: &[Warning<'_>], support: Option<&str>) -> Mail {
    let (subject, opening) = if step == Step::Ended { (ENDED_SUBJECT, ENDED) } else { (NEAR_SUBJECT, NEAR) };
    let mut lines: Vec<String> = warnings.iter().take(MOST_LINES).map(line).collect();
    let more = warnings.len().saturating_sub(MOST_LINES);
    if more > 0 {
        lines.push(format!("ほか{more}件"));
    }
    let targets: BTreeSet<Target> = warnings.iter().map(|warning| warning.credential.target).collect();
    for target in targets {
        lines.push(String::new());
        lines.extend(steps(target, warnings));
    }
    lines.push("-- ".to_owned());
    lines.push("送信元:renkei".to_owned());
    lines.extend(support.map(|support| format!("お問い合わせ:{support}")));
    let body = format!(
        "本メールはrenkeiから自動送信されています。\n送信専用のため返信することはできません。\n{opening}\n{}\n",
        lines.join("\n")
    );
    Mail { subject: subject.to_owned(), body }
}

fn line(warning: &Warning<'_>) -> String {
    let credential = warning.credential;
    let left = if warning.step == Step::Ended {
        "期限切れ".to_owned()
    } else {
        format!("あと{}日", warning.days)
    };
    let links = match credential.links.as_slice() {
        [] => String::new(),
        links => {
            let named: Vec<&str> = links.iter().take(MOST_LINKS).map(String::as_str).collect();
            let more = links.len().saturating_sub(MOST_LINKS);
            let more = if more > 0 { format!(" ほか{more}件") } else { String::new() };
            format!(" 連携:{}{more}", named.join("、"))
        }
    };
    format!("{} 有効期限:{}({left}){links}", credential.target.manual().name, day(credential.ends))
}

fn day(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// What to do about a service's credentials. What the process reads only at its start needs a restart.
fn steps(target: Target, warnings: &[Warning<'_>]) -> [String; 4] {
    let manual = target.manual();
    let mut of_target = warnings.iter().filter(|warning| warning.credential.target == target);
    let restart = of_target.any(|warning| !warning.credential.origin.is_read_on_reload());
    let take = if restart {
        "renkeiを再起動します(systemctl restart renkei)。"
    } else {
        "renkeiに設定を再読み込みさせます(systemctl reload renkei)。"
    };
    [
        format!("【{}の切り替え】", manual.name),
        format!("1. 新しいものを発行します:{}", manual.clicks),
        format!("2. renkeiの設定に新しい値と日付を入れます(値はメールに書かないでください):{}", manual.keys),
        format!("3. {take}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::Credential;
    use super::*;
    use crate::config::SecretOrigin;
    use crate::job::Service;

    fn credential(service: Service, links: &[&str], origin: SecretOrigin) -> Credential {
        Credential {
            organization: "default".to_owned(),
            target: Target::Service(service),
            account: "0123456789abcdef".to_owned(),
            links: links.iter().map(ToString::to_string).collect(),
            place: "links.clinic.hrmos.secret_key".to_owned(),
            origin,
            ends: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
        }
    }

    fn whole(mail: &Mail) -> String {
        format!("{}\n\n{}", mail.subject, mail.body)
    }

    #[test]
    fn a_key_that_ends_soon_is_told_with_what_to_click() {
        let key = credential(Service::Hrmos, &["clinic", "ward"], SecretOrigin::File("key".into()));
        let warning = Warning { credential: &key, step: Step::OneWeek, days: 7 };
        let mail = compose(Step::OneWeek, &[warning], Some("情報システム部 内線1234"));
        insta::assert_snapshot!(whole(&mail));
    }

    #[test]
    fn keys_that_have_ended_are_told_together_each_with_its_own_way() {
        let key = credential(Service::Hrmos, &["clinic"], SecretOrigin::Env("HRMOS".into()));
        let password = credential(Service::OfficeStation, &["acme"], SecretOrigin::Inline);
        let pair = credential(Service::Kaonavi, &["acme"], SecretOrigin::Credential("kaonavi".into()));
        let other = credential(Service::Mediment, &["clinic"], SecretOrigin::Inline);
        let mut mail = credential(Service::Hrmos, &[], SecretOrigin::Inline);
        mail.target = Target::MailServer;
        let warnings = [&key, &password, &pair, &other, &mail].map(|credential| Warning {
            credential,
            step: Step::Ended,
            days: -3,
        });
        insta::assert_snapshot!(whole(&compose(Step::Ended, &warnings, None)));
    }

    #[test]
    fn more_links_than_anybody_reads_are_counted() {
        let names: Vec<String> = (0..23).map(|n| format!("link-{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let key = credential(Service::Hrmos, &names, SecretOrigin::Inline);
        let warnings = vec![Warning { credential: &key, step: Step::OneDay, days: 1 }; 502];
        let mail = compose(Step::OneDay, &warnings, None);
        assert!(mail.body.contains("(あと1日) 連携:link-0、") && mail.body.contains("link-19 ほか3件\n"));
        assert!(!mail.body.contains("link-20"), "{}", mail.body);
        assert_eq!(mail.body.matches("有効期限:").count(), 500);
        assert!(mail.body.contains("\nほか2件\n"), "{}", mail.body);
    }
}
