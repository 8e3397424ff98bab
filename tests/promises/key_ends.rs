//! Keys end: a fleet says so in time, and a reload takes the new one.

use std::fs;

use chrono::{Months, NaiveDate, TimeDelta, Utc};

use crate::support::daemon::{Daemon, restrict};
use crate::support::world::World;
use crate::support::{PATIENCE, eventually};

/// The day in Japan, so many days from now.
fn day(ahead: i64) -> NaiveDate {
    (Utc::now() + TimeDelta::hours(9)).date_naive() + TimeDelta::days(ahead)
}

/// The beginning of a day in Japan as the metrics show it.
fn metric(service: &str, day: NaiveDate) -> String {
    let at = day.and_hms_opt(0, 0, 0).expect("midnight").and_utc().timestamp() - 9 * 3600;
    format!("renkei_credential_expires_timestamp_seconds{{service=\"{service}\"}} {at}\n")
}

async fn shows(daemon: &Daemon, line: &str) {
    eventually(line, PATIENCE, || async { daemon.metrics().await.contains(line).then_some(()) }).await;
}

/// A world that mails at any hour, with a link whose key was issued on this day.
async fn world(issued: NaiveDate) -> World {
    let mut world = World::new(20, "").await;
    world.set("mail: {", "mail: { remind_from: \"00:00\",");
    let link = format!(
        "  clinic:\n    kind: hrmos-mediment\n    hrmos: {{ company: demo, secret_key: CANARY-key, key_issued: {issued} }}\n    \
         mediment: {{ base_url: \"http://127.0.0.1:1\", consumer_key: k, consumer_secret: s }}\n"
    );
    world.config.push_str(&link);
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_mails_once_that_a_key_ends_and_is_silent_after_a_reload_with_its_successor() {
    let issued = day(5).checked_sub_months(Months::new(3)).expect("a day");
    let world = world(issued).await;
    let daemons = [world.daemon("first").await, world.daemon("second").await];
    let mails = world.mails(1).await;
    let (subject, body) = &mails[0];
    assert_eq!(subject, "[renkei自動送信]連携の認証情報の有効期限のお知らせ");
    assert!(body.contains("HRMOS勤怠のAPI KEY 有効期限:") && body.contains("連携:clinic\n"), "{body}");
    assert!(body.contains("「API KEYの設定」→「API KEYの生成」→「表示」"), "{body}");
    let end = issued.checked_add_months(Months::new(3)).expect("a day");
    for daemon in &daemons {
        shows(daemon, &metric("hrmos", end)).await;
    }
    let renewed = day(0).checked_add_months(Months::new(3)).expect("a day");
    for daemon in &daemons {
        daemon.reload(|text| text.replace(&issued.to_string(), &day(0).to_string())).await;
        shows(daemon, &metric("hrmos", renewed)).await;
        let health =
            world.sandbox.client().get(format!("{}/healthz", daemon.http)).send().await.expect("health");
        assert!(health.status().is_success());
        assert!(daemon.log().contains("a key or password ends soon") && !daemon.log().contains("CANARY"));
    }
    world.outbox_is_empty().await;
    assert_eq!(world.sandbox.mails().await.len(), 1, "one mail for the fleet");
    let raw = world.sandbox.look("mail").await[0]["raw"].to_string();
    assert!(!raw.contains("CANARY"), "{raw}");
    // A key that nobody knows the end of any more is none that ends.
    let forget = format!(", key_issued: {}", day(0));
    daemons[0].reload(|text| text.replace(&forget, "")).await;
    shows(&daemons[0], "renkei_credential_expires_timestamp_seconds{service=\"hrmos\"} NaN\n").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_takes_the_new_secret_and_no_token_of_the_old_one_is_used_any_more() {
    let mut world = World::new(20, "").await;
    let secret = world.folder().join("kaonavi-secret");
    let write = |value: &str| {
        fs::write(&secret, value).expect("secret");
        restrict(&secret);
    };
    write("demo-secret");
    let reference = format!("consumer_secret: {{ file: {} }}", secret.display());
    world.set("consumer_secret: demo-secret", &reference);
    let daemon = world.daemon("daemon").await;
    assert_eq!(world.run(&[]).await["status"], "完了");
    write("the wrong one");
    daemon.reload(|text| text).await;
    let failed = world.run(&[]).await;
    assert_eq!([&failed["status"], &failed["reason"]["code"]], ["異常終了", "F_AUTH"], "{failed}");
    write("demo-secret");
    daemon.reload(|text| text).await;
    assert_eq!(world.run(&[]).await["status"], "完了");
}
