//! What the services are changed into before a run, so that it has something of everything to do ([`crate::flows`]).

use serde_json::{Value, json};

use crate::flows::last_month;
use crate::support::world::World;

/// Somebody new with dependants' sheet and own, and somebody changed in both the basic items and a sheet.
pub(crate) async fn officestation(world: &World) {
    let new = json!({
        "employeeNumber": "N0001", "lastName": "新", "firstName": "人子", "lastNameKana": "アタラシ", "firstNameKana": "ヒトコ",
        "gender": "女性", "birthDate": "1999-09-09", "email": "n0001@example.jp", "phoneNumber": "03-1234-5678",
        "hireDate": "2020-04-01", "employeeCategory": "正社員", "dependents": []
    });
    world.sandbox.officestation(new).await;
    let changed = json!({"employeeNumber": "A0004", "email": "a0004@changed.example.jp", "phoneNumber": "03-8765-4321"});
    world.sandbox.officestation(changed).await;
}

/// Somebody new, somebody new who lacks what OfficeStation wants, and two who changed.
pub(crate) async fn kaonavi(world: &World) {
    let new = json!({"氏名": "新　人子", "フリガナ": "アタラシ　ヒトコ", "性別": "女性", "生年月日": "1999-09-09", "入社日": "2020-04-01"});
    world.sandbox.kaonavi(json!({"code": "N0001", "基本情報": new})).await;
    world
        .sandbox
        .kaonavi(json!({"code": "N0002", "基本情報": {"氏名": "新　人二", "入社日": "2020-04-01"}}))
        .await;
    for code in ["A0001", "A0003"] {
        let mail = format!("{}@changed.example.jp", code.to_lowercase());
        world.sandbox.kaonavi(json!({"code": code, "基本情報": {"メールアドレス": mail}})).await;
    }
}

/// More changed people than a batch takes; OfficeStation refuses one of the first batch, for 一般職 is no 役員.
pub(crate) async fn many_members(world: &World) {
    kaonavi(world).await;
    let members = world.sandbox.members().await;
    let codes = members.as_array().expect("members").iter().filter_map(|member| member["code"].as_str());
    let changed = |code: &str| {
        let mail = format!("{}@changed.example.jp", code.to_lowercase());
        json!({"code": code, "基本情報": {"メールアドレス": mail}})
    };
    let mut upsert: Vec<Value> = codes.filter(|code| !code.starts_with('N')).map(changed).collect();
    upsert.push(json!({"code": "A0001", "オフィスステーション_本人情報": {"社員区分": "役員", "社員区分詳細": "一般職"}}));
    let order = json!({"service": "kaonavi", "tenant": "demo-key", "upsert": upsert});
    world.sandbox.control("people", order).await;
}

/// A user of HRMOS勤怠 whom mediment doesn't know.
fn user(number: &Value, name: &str) -> Value {
    json!({
        "number": number, "last_name": "新", "first_name": name, "last_name_kana": "アタラシ", "first_name_kana": "ヒト",
        "email": format!("{name}@example.jp"), "start_date": "2020-04-01", "lodgment_id": 1, "department_id": 1
    })
}

/// Somebody new, one more without 社員番号, and two who changed, of whom one has none either.
pub(crate) async fn users(world: &World) {
    let new = [user(&json!("N0001"), "one"), user(&Value::Null, "none")];
    let changed = [
        json!({"number": "A0001", "email": "hanako@changed.example.jp"}),
        json!({"id": 7, "first_name_kana": "イツ"}),
    ];
    world.sandbox.hrmos(json!({"upsert": changed, "insert": new})).await;
}

/// More new and more changed people than a batch takes. mediment refuses one of each, for it doesn't know the 拠点. Addresses go from hand
/// to hand: two of the new ones share one, somebody of the first batch without 社員番号 and the last; another one gets that of somebody
/// of the first batch of changes.
pub(crate) async fn many_users(world: &World) {
    users(world).await;
    world.sandbox.set("mediment", json!({"auto_create_org": false})).await;
    let mut new: Vec<Value> = (0..105).map(|n| user(&json!(format!("N1{n:03}")), &format!("n{n}"))).collect();
    let patients = world.sandbox.look("people?service=mediment").await;
    let known = |user: &&Value| {
        let patients = patients.as_array().expect("people").iter();
        patients.clone().any(|patient| patient["email"].is_string() && patient["email"] == user["email"])
    };
    let held = world.sandbox.look("people?service=hrmos").await;
    let ordinary = held.as_array().expect("users").iter().filter(|user| user["id"].as_u64() >= Some(17));
    let ordinary: Vec<&Value> = ordinary.filter(known).collect();
    let changed = ordinary.iter().map(|user| json!({"id": user["id"], "first_name_kana": "ワカ"}));
    let mut changed: Vec<Value> = changed.collect();
    changed[0]["email"] = json!("moved@example.jp");
    changed.push(json!({"number": "A0002", "lodgment_id": 77}));
    for (number, key, value) in [
        ("Y9999", "email", ordinary[0]["email"].clone()),
        ("Z9999", "email", json!("none@example.jp")),
        ("A9999", "lodgment_id", json!(77)),
    ] {
        let mut special = user(&json!(number), &number.to_lowercase());
        special[key] = value;
        new.push(special);
    }
    let places = json!([{"id": 77, "name": "どこにもない拠点"}]);
    world.sandbox.hrmos(json!({"upsert": changed, "insert": new, "lodgments": places})).await;
}

/// Totals that differ, also of somebody without 社員番号 in HRMOS勤怠, and totals that mediment lacks.
pub(crate) async fn totals(world: &World) {
    let month = last_month();
    let row = |items: Value| json!({month.as_str(): items});
    let differs = json!({"employee_number": "A0007", "attendances": row(json!({"working_days": "1.0"}))});
    world.sandbox.mediment(differs).await;
    world.sandbox.mediment(json!({"employee_number": "A0012", "attendances": row(Value::Null)})).await;
}

/// More totals that mediment lacks than a batch takes; it refuses one of the first batch, half a day of 欠勤.
pub(crate) async fn many_totals(world: &World) {
    let month = last_month();
    world.sandbox.set("mediment", json!({"integer_counts": true})).await;
    let worked = world.sandbox.attendance("hrmos", &month).await;
    let is_whole = |count: &Value| count.as_str().is_none_or(|text| text.ends_with(".0"));
    let halves = worked.as_array().expect("rows").iter().filter(|row| {
        !["absence_days", "tardy_days", "learve_early_days"].iter().all(|count| is_whole(&row[*count]))
    });
    let mut months: Vec<Value> =
        halves.map(|row| json!({"month": month, "user": row["user_id"], "row": null})).collect();
    months.push(json!({"month": month, "user": "A0001", "row": {"absence_days": "0.5"}}));
    world.sandbox.hrmos(json!({"months": months})).await;
    let rows = world.sandbox.attendance("mediment", &month).await;
    let rows = rows.as_array().expect("rows").iter();
    let gone = rows.map(|row| json!({"id": row["employee_id"], "attendances": {month.as_str(): null}}));
    let order = json!({"service": "mediment", "tenant": "demo-key", "upsert": gone.collect::<Vec<_>>()});
    world.sandbox.control("people", order).await;
}
