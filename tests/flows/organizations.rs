//! Several companies use one daemon: their links cross each other in the configuration and in time, their mail never does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::world::World;

/// Company, link and tenant; neighbours in the file and in the queue belong to different companies. Links of both kinds, even numbers
/// from HRMOS勤怠 to mediment.
const LINKS: [(&str, &str, u32); 6] = [
    ("north", "link-2", 2),
    ("south", "link-3", 3),
    ("north", "link-5", 5),
    ("default", "link-4", 4),
    ("south", "link-6", 6),
    ("default", "link-7", 7),
];

fn is_clinic(number: u32) -> bool {
    number.is_multiple_of(2)
}

fn address(organization: &str) -> String {
    match organization {
        "default" => "hr@example.co.jp".to_owned(),
        other => format!("hr@{other}.example.co.jp"),
    }
}

/// Somebody whom only the tenant of this number has, with a mistake that a mail names.
async fn mistaken(world: &World, number: u32) {
    if is_clinic(number) {
        let user = json!({
            "number": format!("Q{number}"), "last_name": "誤", "first_name": "り子", "last_name_kana": "アヤマ", "first_name_kana": "リコ",
            "email": "no mail address", "start_date": "2020-04-01"
        });
        let tenant = format!("demo-{number}");
        world
            .sandbox
            .control("people", json!({"service": "hrmos", "tenant": tenant, "upsert": [user]}))
            .await;
        return;
    }
    let person = json!({
        "employeeNumber": format!("Q{number}"), "lastName": "誤", "firstName": "り子", "lastNameKana": "アヤマ",
        "firstNameKana": "リコ", "gender": "女", "birthDate": "1999-09-09", "hireDate": "2020-04-01", "employeeCategory": "正社員",
        "dependents": []
    });
    let tenant = format!("STDEMO{number:02}");
    world
        .sandbox
        .control("people", json!({"service": "officestation", "tenant": tenant, "upsert": [person]}))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_of_one_company_ever_reaches_another() {
    let mut world = World::new(20, "").await;
    for (organization, link, number) in LINKS {
        if is_clinic(number) {
            world.clinic_link(link, number);
        } else {
            world.link(link, number);
        }
        if organization != "default" {
            let of = format!("    organization: {organization}\n");
            world.config.push_str(&of);
        }
        mistaken(&world, number).await;
    }
    for organization in ["north", "south"] {
        let of = format!(
            "  {organization}: {{ mail_to: [\"{}\"], support: \"{organization}の窓口\" }}\n",
            address(organization)
        );
        if !world.config.contains("organizations:") {
            world.config.push_str("organizations:\n");
        }
        world.config.push_str(&of);
    }
    let (_one, _two) = (world.daemon("one").await, world.daemon("two").await);
    let runs: Vec<String> = LINKS
        .iter()
        .map(|(_, link, number)| {
            let flow =
                if is_clinic(*number) { "hrmos-to-mediment-employees" } else { "officestation-to-kaonavi" };
            world.xadd(&["link", link, "flow", flow])
        })
        .collect();
    for (run, (organization, ..)) in runs.iter().zip(LINKS) {
        let shown = world.ended(run).await;
        assert_eq!(
            (&shown["status"], &shown["organization"]),
            (&json!("完了"), &json!(organization)),
            "{shown}"
        );
    }
    world.mails(LINKS.len()).await;
    world.outbox_is_empty().await;

    let raw = world.sandbox.look("mail").await;
    let (raw, mails) = (raw.as_array().expect("mails"), world.sandbox.mails().await);
    assert_eq!(mails.len(), LINKS.len(), "one mail a run");
    let mut seen = BTreeSet::new();
    for (raw, (_, body)) in raw.iter().zip(&mails) {
        let at = runs.iter().position(|run| body.contains(run)).expect("the mail names its run");
        let (organization, _, number) = LINKS[at];
        seen.insert(number);
        assert_eq!(raw["to"], json!([address(organization)]), "the mail of {}", LINKS[at].1);
        for (other, _, stranger) in LINKS {
            assert_eq!(body.contains(&format!("”Q{stranger}”")), stranger == number, "{body}");
            let foreign = other != organization && other != "default";
            assert!(!foreign || !body.contains(&format!("{other}の窓口")), "{body}");
        }
        assert!(!header(raw, "Cc") && !header(raw, "Bcc"), "{raw}");
    }
    assert_eq!(seen.len(), LINKS.len());
}

fn header(mail: &Value, name: &str) -> bool {
    let raw = mail["raw"].as_str().expect("raw").to_ascii_lowercase();
    raw.lines()
        .take_while(|line| !line.is_empty())
        .any(|line| line.starts_with(&format!("{}:", name.to_ascii_lowercase())))
}
