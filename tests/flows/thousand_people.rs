//! A company of 1,000: the minimum of requests, everybody who can be written, and one mail about the rest.

use serde_json::{Value, json};

use crate::support::world::World;

/// The codes of 現職者 who are no edge case, in order.
fn ordinary(people: &Value) -> Vec<String> {
    let text = |person: &Value, key: &str| person[key].as_str().unwrap_or_default().to_owned();
    let mut codes: Vec<String> = people
        .as_array()
        .expect("people")
        .iter()
        .filter(|person| {
            person["retireDate"].is_null()
                && text(person, "gender") != "女"
                && !text(person, "hireDate").is_empty()
        })
        .filter(|person| {
            text(person, "businessLastName").is_empty() && !text(person, "phoneNumber").is_empty()
        })
        .map(|person| text(person, "employeeNumber"))
        .filter(|code| code.as_str() > "A0010")
        .collect();
    codes.sort();
    codes
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_changed_three_new_and_five_bad_are_two_requests_and_one_mail() {
    let world = World::new(1000, "").await;
    let _daemon = world.daemon("daemon").await;
    world.run(&[]).await;
    let mails = world.mails(1).await.len();

    let people = world.sandbox.look("people?service=officestation&tenant=STDEMO01").await;
    let codes = ordinary(&people);
    for code in &codes[..20] {
        let mail = format!("{}@changed.example.jp", code.to_lowercase());
        world.sandbox.officestation(json!({"employeeNumber": code, "email": mail})).await;
    }
    // Four bad values beside A0002's.
    for (code, bad) in codes[20..24].iter().zip([
        json!({"gender": "不明"}),
        json!({"birthDate": "平成の頃"}),
        json!({"gender": "女"}),
        json!({"email": "x".repeat(200)}),
    ]) {
        let mut person = bad;
        person["employeeNumber"] = json!(code);
        world.sandbox.officestation(person).await;
    }
    for (n, kana) in [(1, "イチ"), (2, "ニ"), (3, "サン")] {
        world
            .sandbox
            .officestation(json!({
                "employeeNumber": format!("N000{n}"), "lastName": "新", "firstName": format!("人{n}"),
                "lastNameKana": "アタラシ", "firstNameKana": kana, "gender": "男性",
                "birthDate": format!("1999-09-0{n}"), "email": format!("n{n}@example.jp"), "hireDate": "2020-04-01", "dependents": []
            }))
            .await;
    }

    let before = world.sandbox.writes().await.len();
    let run = world.run(&[]).await;
    let writes = world.sandbox.writes().await[before..].to_vec();
    assert_eq!(run["status"], "完了", "{run}");
    let counts = &run["counts"];
    let (created, updated, rejected, held) =
        (&counts["created"], &counts["updated"], &counts["rejected"], &counts["held"]);
    assert_eq!((created, updated, rejected, held), (&json!(3), &json!(20), &json!(5), &json!(1)), "{counts}");
    assert_eq!(writes, ["POST /kaonavi/api/v2.0/members", "PATCH /kaonavi/api/v2.0/members"]);

    let arrived = world.mails(mails + 1).await;
    let body = &arrived[mails].1;
    let lines: Vec<&str> = body.lines().filter(|line| line.starts_with("社員番号:")).collect();
    assert_eq!(lines.len(), 6, "five errors and the held one: {body}");
    assert!(
        lines.contains(
            &"社員番号:”11”は登録済みの社員番号:”000011”と同一人物の可能性があるため登録していません。"
        ),
        "{body}"
    );
    let (_, table, _) = world.renkei(&["history", "--limit", "1"]);
    assert!(table.contains("完了(エラー5件)"), "{table}");

    let again = world.run(&[]).await;
    assert_eq!(world.sandbox.writes().await.len(), before + 2, "the next run writes nothing");
    assert_eq!((&again["status"], &again["counts"]["rejected"]), (&json!("完了"), &json!(5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_master_value_is_a_failed_run_and_not_a_silent_one() {
    let world = World::new(100, "").await;
    let _daemon = world.daemon("daemon").await;
    world.run(&[]).await;
    let mails = world.mails(1).await.len();
    let renamed =
        json!({"service": "kaonavi", "enum": {"sheet": "基本情報", "item": "性別", "values": ["男", "女"]}});
    world.sandbox.control("settings", renamed).await;
    // Kaonavi's people lose the old words with the master; OfficeStation still says 男性 and 女性.
    let people = world.sandbox.look("people?service=kaonavi&tenant=demo-key").await;
    let blank: Vec<Value> = people
        .as_array()
        .expect("people")
        .iter()
        .map(|member| json!({"code": member["code"], "基本情報": {"性別": ""}}))
        .collect();
    world
        .sandbox
        .control("people", json!({"service": "kaonavi", "tenant": "demo-key", "upsert": blank}))
        .await;
    let before = world.sandbox.writes().await.len();
    let run = world.run(&[]).await;
    assert_eq!(
        (&run["status"], &run["reason"]["code"]),
        (&json!("異常終了"), &json!("F_MOST_REJECTED")),
        "{run}"
    );
    // A0002's 女 is a master value now; she alone may be written.
    assert!(run["counts"]["updated"].as_u64().is_some_and(|count| count <= 1), "{run}");
    assert!(world.sandbox.writes().await.len() <= before + 1);
    let arrived = world.mails(mails + 1).await;
    assert_eq!(arrived.len(), mails + 1, "one mail");
    assert!(arrived[mails].1.contains("対象者の多くでエラーが発生しました"), "{}", arrived[mails].1);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_way_back_ten_bad_ones_hold_nobody_else_up() {
    let world = World::new(1000, "").await;
    let _daemon = world.daemon("daemon").await;
    let back = ["link", "acme", "flow", "kaonavi-to-officestation"];
    let first = world.ended(&world.xadd(&back)).await;
    assert_eq!(first["status"], "完了", "{first}");

    let members = world.sandbox.members().await;
    let ordinary = |member: &&Value| {
        let code = member["code"].as_str().unwrap_or_default();
        let retired = member["基本情報"]["退職日"].as_str().unwrap_or_default();
        code.starts_with('B') && retired.is_empty()
    };
    let codes: Vec<&str> = members
        .as_array()
        .expect("members")
        .iter()
        .filter(ordinary)
        .filter_map(|member| member["code"].as_str())
        .collect();
    let mail = |code: &str, mail: &str| json!({"code": code, "基本情報": {"メールアドレス": mail}});
    for code in &codes[..20] {
        world.sandbox.kaonavi(mail(code, &format!("{}@changed.example.jp", code.to_lowercase()))).await;
    }
    for code in &codes[20..30] {
        world.sandbox.kaonavi(mail(code, "no mail address")).await;
    }

    let before = world.sandbox.writes_of("officestation").await.len();
    let run = world.ended(&world.xadd(&back)).await;
    let writes = world.sandbox.writes_of("officestation").await[before..].to_vec();
    let counts = &run["counts"];
    assert_eq!(
        (&run["status"], &counts["updated"], &counts["rejected"]),
        (
            &json!("完了"),
            &json!(20),
            &first["counts"]["rejected"].as_u64().map_or(json!(10), |n| json!(n + 10))
        ),
        "{counts}"
    );
    assert_eq!(writes, ["POST /officestation/api/v1/employees/batch"]);
    let again = world.ended(&world.xadd(&back)).await;
    assert_eq!(
        world.sandbox.writes_of("officestation").await.len(),
        before + 1,
        "the next run writes nothing"
    );
    assert_eq!(again["counts"]["rejected"], counts["rejected"]);
    assert_eq!(world.sandbox.writes().await, Vec::<String>::new(), "Kaonavi is only read");
}
