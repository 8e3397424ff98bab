//! Sentences of オフィスステーション連携 that no acceptance case is about (`docs/requirements.md`).

use serde_json::{Value, json};

use crate::support::world::World;

/// 「英語環境ではご利用いただけません」
#[tokio::test(flavor = "multi_thread")]
async fn an_english_tenant_ends_both_directions_before_any_write() {
    let world = World::new(30, "").await;
    world.sandbox.set("kaonavi", json!({"language": "en"})).await;
    let _daemon = world.daemon("daemon").await;
    for flow in ["officestation-to-kaonavi", "kaonavi-to-officestation"] {
        let run = world.ended(&world.xadd(&["link", "acme", "flow", flow])).await;
        assert_eq!(
            (&run["status"], &run["reason"]["code"]),
            (&json!("異常終了"), &json!("F_LANG")),
            "{flow}: {run}"
        );
    }
    for service in ["kaonavi", "officestation"] {
        assert_eq!(world.sandbox.writes_of(service).await, Vec::<String>::new());
    }
    for (_, body) in world.mails(2).await {
        assert!(body.contains("オフィスステーション連携は英語環境ではご利用いただけません。"), "{body}");
    }
}

/// 「カオナビにはマイナンバー情報を登録することはできません」
#[tokio::test(flavor = "multi_thread")]
async fn a_mynumber_in_whatever_item_never_reaches_kaonavi_and_is_not_told() {
    let world = World::new(30, "").await;
    let _daemon = world.daemon("daemon").await;
    world.run(&[]).await;
    let (writes, mails) = (world.sandbox.writes().await.len(), world.mails(1).await.len());
    let before = world.sandbox.member("A0001").await;
    let number = "1234 5678 9018";
    let noted = json!({"employeeNumber": "A0001", "departmentNote": number, "email": "kept-back@example.jp"});
    world.sandbox.officestation(noted).await;
    let run = world.run(&[]).await;
    let people = run["people"].as_array().expect("people");
    let person = people.iter().find(|person| person["code"] == "A0001").expect("A0001");
    assert_eq!(
        (&person["outcome"], &person["errors"][0]["code"], &person["errors"][0]["item"]),
        (&json!("rejected"), &json!("E_MYNUMBER"), &json!("部署メモ")),
        "{person}"
    );
    assert_eq!(world.sandbox.writes().await.len(), writes);
    let after = world.sandbox.member("A0001").await;
    for sheet in ["基本情報", "オフィスステーション_本人情報"] {
        assert_eq!(after[sheet], before[sheet]);
    }
    let (_, body) = world.mails(mails + 1).await.swap_remove(mails);
    let line = "社員番号:”A0001”の部署メモにマイナンバーの可能性がある値があるため連携していません。\n";
    assert!(body.contains(line) && !body.contains(number), "{body}");
}

/// 「登録したメールアドレスは『削除』ボタンで削除することができます。」
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_taken_out_gets_no_further_mail() {
    let mut world = World::new(30, "").await;
    let both = "to: [\"hr@example.co.jp\", \"roumu@example.co.jp\"]";
    world.set("to: [\"hr@example.co.jp\"]", both);
    let daemon = world.daemon("daemon").await;
    world.run(&[]).await;
    world.mails(1).await;
    world.outbox_is_empty().await;
    daemon.reload(|text| text.replace(both, "to: [\"roumu@example.co.jp\"]")).await;
    world.run(&[]).await;
    world.mails(2).await;
    world.outbox_is_empty().await;
    let mails = world.sandbox.look("mail").await;
    let to = |mail: &Value| mail["to"].as_array().expect("addresses").len();
    assert_eq!(mails.as_array().map(|mails| mails.iter().map(to).collect()), Some(vec![2, 1]), "{mails}");
    assert_eq!(mails[1]["to"], json!(["roumu@example.co.jp"]));
}
