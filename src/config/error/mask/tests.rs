use super::Masked;

#[test]
fn what_is_harmless_is_shown_and_nothing_else_and_places_stay() {
    for (text, masked) in [
        ("mail: { password: hunter2 }\n", "mail: { password: ******* }\n"),
        ("mail:\n  password:   'hun\\'ter2' # x\n", "mail:\n  password:   *********** # *\n"),
        (
            "mail: { username: a, password: hunter2, to: [b, c] }",
            "mail: { username: *, password: *******, to: [b, c] }",
        ),
        (
            "kaonavi: { consumer_key: \"k,1\", consumer_secret: s }",
            "kaonavi: { consumer_key: *****, consumer_secret: * }",
        ),
        ("hrmos: { \"secret_key\": 秘é🙈 }\n", "hrmos: { \"secret_key\": ＊×🞶 }\n"),
        (
            "mail:\n  password: |\n    hunter2\n\n    a: b\n  to: c",
            "mail:\n  password: |\n    *******\n\n    ****\n  to: c",
        ),
        ("mail:\n  password:\n    hunter2\n  to: a", "mail:\n  password:\n    *******\n  to: a"),
        ("mail:\n  password: \"hun\n  ter2\"\nsupport: a", "mail:\n  password: ****\n*******\nsupport: a"),
        (
            "mail:\n  password:\n    file: /etc/os-password\n",
            "mail:\n  password:\n    file: /etc/os-password\n",
        ),
        ("mail: { password: { env: PASSWORD } }\n", "mail: { password: { env: PASSWORD } }\n"),
        ("mail: { password: { sandbox: hunter2 } }", "mail: { password: { sandbox: ******* } }"),
        ("mail: { passwrd: hunter2 }", "mail: { passwrd: ******* }"),
        ("redis: { url: \"redis://:pa@ss@10.0.0.1/0\" }", "redis: { url: *************************** }"),
        (
            "redis: { url: redis://127.0.0.1/0 }\nmail: { to: [a@example.jp] }",
            "redis: { url: redis://127.0.0.1/0 }\nmail: { to: [a@example.jp] }",
        ),
        (
            "sheets: { 旧: 新 }\nmapping: { f: { self: { 性別: { from: [姓, 名] } } } }",
            "sheets: { 旧: 新 }\nmapping: { f: { self: { 性別: { from: [姓, 名] } } } }",
        ),
        ("\u{3000}: x\nsupport: a", "＊: *\nsupport: a"),
    ] {
        assert_eq!(Masked::new(text).text, masked);
        assert_eq!(masked.len(), text.len());
    }
}
