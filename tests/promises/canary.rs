//! §13: no name, mail address, value, secret or token in Redis, the log, the metrics, the history or the mail. Canaries are planted
//! everywhere, on the way of a run with every kind of error, and everything is searched for them.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::scene;
use crate::support::daemon::Daemon;
use crate::support::world::World;

/// Everything that went over the wire between the daemon and the services.
type Tape = Arc<Mutex<Vec<u8>>>;

/// A port that passes everything on to the sandbox and keeps a copy.
async fn wiretap(to: SocketAddr) -> (SocketAddr, Tape) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let (address, tape) = (listener.local_addr().expect("an address"), Tape::default());
    let copy = Arc::clone(&tape);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(to).await.expect("the sandbox is there");
            let ((client_in, client_out), (server_in, server_out)) =
                (client.into_split(), server.into_split());
            tokio::spawn(record(client_in, server_out, Arc::clone(&copy)));
            tokio::spawn(record(server_in, client_out, Arc::clone(&copy)));
        }
    });
    (address, tape)
}

async fn record(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, tape: Tape) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        tape.lock().expect("no panic").extend_from_slice(&buffer[..count]);
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// The tokens that the services issued.
fn tokens(tape: &str) -> Vec<String> {
    let after = |key: &str| {
        tape.split(key).skip(1).map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
    };
    let found: Vec<Vec<String>> = vec![after("\"access_token\":\""), after("\"accessToken\":\"")];
    assert!(found.iter().all(|tokens| !tokens.is_empty()), "both services issued one");
    found.concat()
}

/// The values of everybody in a service that name a person or reach one.
fn personal(people: &Value, found: &mut BTreeSet<String>) {
    // Words of lists, such as 正社員, and days are no canaries: they stand for nobody.
    let tells = |text: &str| {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let day = text.len() == 10 && text.matches('-').count() == 2 && digits == 8;
        let time = text.contains(':');
        !day && !time && (text.contains('@') || digits >= 9 || text.contains('\u{3000}'))
    };
    match people {
        Value::Array(all) => all.iter().for_each(|one| personal(one, found)),
        Value::Object(fields) => fields.values().for_each(|value| personal(value, found)),
        Value::String(text) if tells(text) => {
            found.insert(text.clone());
        }
        _ => {}
    }
}

/// What both services hold of anybody.
async fn everybody(world: &World, found: &mut BTreeSet<String>) {
    personal(&world.sandbox.look("people?service=officestation&tenant=STDEMO01").await, found);
    personal(&world.sandbox.members().await, found);
}

const PLANTED: [&str; 8] = [
    "花鳥風月",
    "雪月花子",
    "カチョウフウゲツ",
    "canary@nest.example",
    "070-4321-8765",
    "カナリア色",
    "1971-11-13",
    "鳥籠町九丁目",
];

/// Plants canaries in people with and without errors, in services' own error texts, and in what a run must try again.
async fn plant(world: &World) {
    let [last, first, kana, mail, phone, gender, birth, street] = PLANTED;
    let person = json!({
        "employeeNumber": "N0007", "lastName": last, "firstName": first, "lastNameKana": kana, "firstNameKana": kana,
        "gender": "女性", "birthDate": birth, "email": mail, "phoneNumber": phone, "street": street,
        "hireDate": "2020-04-01", "employeeCategory": "正社員", "dependents": []
    });
    world.sandbox.officestation(person.clone()).await;
    let mut bad = person;
    for (key, value) in
        [("employeeNumber", json!("N0008")), ("gender", json!(gender)), ("birthDate", json!(mail))]
    {
        bad[key] = value;
    }
    world.sandbox.officestation(bad).await;
    world.sandbox.officestation(json!({"employeeNumber": "A0001", "email": mail})).await;
    let quoting = format!("{last}さんの{mail}、{phone}、{gender}は鳥類台帳にありません。");
    let kaonavi = |method: &str, times: u64, action: Value| json!({"service": "kaonavi", "match": {"method": method, "path": "/kaonavi/api/v2.0/members"}, "times": times, "action": action});
    world.sandbox.plant(kaonavi("POST", 3, json!({"task": "NG", "messages": [quoting]}))).await;
    world.sandbox.plant(kaonavi("PATCH", 1, json!({"status": 500}))).await;
    world.sandbox.plant(kaonavi("GET", 1, json!({"truncate": "json"}))).await;
    let html = json!({"service": "officestation", "match": {"path": "/officestation/api/v1/employees"}, "action": {"html": true}});
    world.sandbox.plant(html).await;
}

/// Fails if one of `canaries` is in `text`.
fn search(place: &str, text: &str, canaries: &BTreeSet<String>) {
    for canary in canaries {
        assert!(!text.contains(canary.as_str()), "{canary} in {place}");
    }
}

/// Every write that Redis ever saw, what is gone again among it.
fn redis_memory(world: &World) -> String {
    let mut all = String::new();
    let mut folders = vec![world.redis.dir().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
            let kind = entry.file_type().expect("a type");
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                all.push_str(&String::from_utf8_lossy(&std::fs::read(entry.path()).expect("a file")));
            }
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_address_value_secret_or_token_is_kept_logged_counted_or_mailed() {
    let mut world = scene::world().await;
    let mut canaries: BTreeSet<String> = PLANTED.map(str::to_owned).into();
    everybody(&world, &mut canaries).await;
    plant(&world).await;
    let sandbox: SocketAddr = world.sandbox.http.trim_start_matches("http://").parse().expect("an address");
    let (tap, tape) = wiretap(sandbox).await;
    world.set(&sandbox.to_string(), &tap.to_string());
    let daemon = Daemon::spawn_saying(world.folder(), &world.config, "daemon", "trace");
    daemon.ready().await;

    let run = world.sync(&[]);
    let ended = world.ended(&run).await;
    assert!(ended["counts"]["rejected"].as_u64().is_some_and(|count| count >= 3), "{ended}");
    // And one that fails as a whole: its password is wrong.
    let wrong = json!({"service": "officestation", "login": {"password": "canary-password"}});
    world.sandbox.control("settings", wrong).await;
    world.sandbox.plant(json!({"service": "officestation", "action": {"expire_token": true}})).await;
    let failed = world.ended(&world.sync(&[])).await;
    assert_eq!(failed["reason"]["code"], "F_AUTH", "{failed}");
    world.mails(2).await;
    world.outbox_is_empty().await;

    let tape = String::from_utf8_lossy(&tape.lock().expect("no panic")).into_owned();
    everybody(&world, &mut canaries).await;
    assert!(
        canaries.len() > 150 && canaries.contains("taro@example.jp") && canaries.contains("山田\u{3000}太郎"),
        "{canaries:?}"
    );
    canaries.extend(
        ["demo-password", "canary-password", "demo-secret", "demo-key", "renkei-api"].map(str::to_owned),
    );
    canaries.extend(tokens(&tape));
    for canary in ["花鳥風月", "canary@nest.example", "demo-password", "鳥類台帳"] {
        assert!(tape.contains(canary), "{canary} came by");
    }

    let log = daemon.log();
    let (_, history, _) = world.renkei(&["history", "--format", "json"]);
    let (_, table, _) = world.renkei(&["history", "show", &run]);
    for (subject, body) in world.sandbox.mails().await {
        search("a mail", &format!("{subject}\n{body}"), &canaries);
    }
    canaries.insert("hr@example.co.jp".to_owned());
    canaries.insert("鳥類台帳".to_owned());
    let memory = redis_memory(&world);
    assert!(memory.contains("N0008") && log.contains("the run ended"), "there is something to search");
    search("redis", &memory, &canaries);
    search("the log", &log, &canaries);
    search("the metrics", &daemon.metrics().await, &canaries);
    search("the record", &ended.to_string(), &canaries);
    search("the failed run's record", &failed.to_string(), &canaries);
    search("the history", &history, &canaries);
    search("the table", &table, &canaries);
}
