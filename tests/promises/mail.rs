//! Promise 2 for mail: at least once, under a fixed `Message-ID`, whatever happens to the server or the daemon.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use tokio::task::JoinHandle;

use crate::flows::{FLOWS, Flow, room};
use crate::relay::Relay;
use crate::scene::{self, Ending};
use crate::support::world::World;
use crate::support::{PATIENCE, eventually};

async fn message_ids(world: &World) -> Vec<String> {
    let mails = world.sandbox.look("mail").await;
    let id = |raw: &str| {
        let header = raw.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:"));
        header.expect("a Message-ID").split_once(':').expect("a value").1.trim().to_owned()
    };
    mails.as_array().expect("mails").iter().map(|mail| id(mail["raw"].as_str().expect("raw"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_end_a_second_copy_needs_a_death_between_acceptance_and_record() {
    each(|flow| tokio::spawn(dies_between_acceptance_and_record(flow))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_end_a_mail_server_that_is_away_delays_the_mail_and_the_log_says_it_once() {
    each(|flow| tokio::spawn(without_mail_server(flow))).await;
}

async fn each(case: fn(&'static Flow) -> JoinHandle<()>) {
    for ended in join_all(FLOWS.iter().map(case)).await {
        ended.expect("a case holds");
    }
}

async fn dies_between_acceptance_and_record(flow: &'static Flow) {
    let _room = room().await;
    let mut world = flow.world().await;
    let mut relay = Relay::new(&mut world);
    relay.open().await;
    relay.hold();
    let daemon = world.daemon("first").await;
    let run = flow.add(&world, &[]);
    relay.held().await;
    daemon.kill();
    assert_eq!(message_ids(&world).await.len(), 1, "the server has it");
    let _heir = world.daemon("second").await;
    // The dead mailer's entry is taken over after 15 s.
    eventually("the second copy", PATIENCE, || async {
        (message_ids(&world).await.len() == 2).then_some(())
    })
    .await;
    world.outbox_is_empty().await;
    let ids = message_ids(&world).await;
    assert_eq!(ids.len(), 2);
    assert_eq!(BTreeSet::from_iter(&ids).len(), 1, "{ids:?}");
    assert!(ids[0].contains(&run), "{ids:?}");
    assert_eq!(world.sandbox.mails().await[0], world.sandbox.mails().await[1]);
}

async fn without_mail_server(flow: &'static Flow) {
    scene::clean(flow).await;
    let _room = room().await;
    let mut world = flow.world().await;
    let mut relay = Relay::new(&mut world);
    let daemon = world.daemon("daemon").await;
    let run = flow.add(&world, &[]);
    world.ended(&run).await;
    eventually("word of the outage", PATIENCE, || async {
        daemon.log().contains("mail cannot be sent").then_some(())
    })
    .await;
    let ready = |down: &'static str| {
        let (url, client) = (format!("{}/readyz", daemon.http), world.sandbox.client());
        async move {
            let answer = client.get(url).send().await.expect("readyz");
            assert!(answer.status().is_success(), "without mail the daemon is ready all the same");
            let text = answer.text().await.expect("text");
            text.contains(&format!("\"{down}\"")).then_some(())
        }
    };
    eventually("readyz to show it", PATIENCE, || ready("down")).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(world.sandbox.mails().await.len(), 0);
    relay.open().await;
    Ending::of(flow, &world, &run).await.is_clean(flow, "the mail server was away").await;
    let log = daemon.log();
    assert_eq!(log.matches("mail cannot be sent").count(), 1, "{log}");
    assert_eq!(log.matches("mail can be sent again").count(), 1, "{log}");
    assert_eq!(log.lines().filter(|line| line.contains("mail") && line.contains("WARN")).count(), 1, "{log}");
}
