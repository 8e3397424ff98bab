//! Whatever is wrong with a file: no message and no excerpt shows a secret of it.

use super::Place;

/// What every secret here begins with.
const CANARY: &str = "REALSECRET";

/// Ways to write a secret, right and wrong.
const SHAPES: &[&str] = &[
    // Where it belongs.
    "mail: { password: REALSECRET1, smtp: x }",
    "mail:\n  password: REALSECRET1 # REALSECRET2\n  smtp: x",
    "mail:\n  \"password\" : 'REALSECRET1''REALSECRET2'\n  smtp: x",
    "mail:\n  password: \"a\\\"REALSECRET1\"\n  smtp: x",
    "{\"mail\":{\"password\":\"REALSECRET1\",\"smtp\":\"x\"}}",
    "mail:\n  password: |\n    REALSECRET1\n\n    support: REALSECRET2\n  smtp: x",
    "mail:\n  password: >-\n    - REALSECRET1\n  smtp: x",
    "mail:\n  password:\n    REALSECRET1\n    REALSECRET2\n  smtp: x",
    "mail:\n  password: \"a\n    REALSECRET1\n\n    to: REALSECRET2\"\n  smtp: x",
    "mail:\n  password: &pw REALSECRET1\n  smtp: *pw",
    "mail:\n  password: !!str REALSECRET1\n  from: x",
    "mail:\n  ? password\n  : REALSECRET1\n  from: x",
    "hrmos:\n  secret_key: REALSECRET1",
    "mail: { password: 秘REALSECRET1密, from: x }",
    // References that are none.
    "mail: { password: { sandbox: REALSECRET1 }, smtp: \"smtps://mail.example.jp\", username: a, from: x }",
    "links: { a: { kind: officestation-kaonavi, kaonavi: { consumer_key: { value: REALSECRET1 }, consumer_secret: { credentials: REALSECRET3 } } } }",
    "links:\n  a:\n    kaonavi:\n      consumer_secret:\n        credentials: REALSECRET3\n      consumer_key:\n        fiel: REALSECRET4",
    "mail: { password: { REALSECRET1 } }",
    "mail: { password: { REALSECRET1: x } }",
    "mail: { password: { REALSECRET1: { a: b } } }",
    "mail: { password: [REALSECRET1, REALSECRET2] }",
    "mail:\n  password:\n  - REALSECRET1\n  - support: REALSECRET2",
    "mail: { password: { sandbox: REALSECRET1, sandbox: REALSECRET2 } }",
    "mail: { password: { file: [a, b], support: REALSECRET1 } }",
    // Misspelt, misplaced.
    "mail: { passwrd: REALSECRET4 }",
    "mail: { passwrd: { kind: REALSECRET4 } }",
    "mail:\n  pasword: REALSECRET4\n  smtp: x",
    "links: { a: { hrmos: { company: x, secretkey: REALSECRET4 } } }",
    "password: REALSECRET4",
    "mail:\n  password:REALSECRET4\n  smtp: x",
    "mail:\n  password：REALSECRET4\n  smtp: x",
    "mail:\n  password = REALSECRET4\n  smtp: x",
    "# password: REALSECRET4\nsupport: { a: b } # REALSECRET5",
    "links: { a: { schedule: { password: REALSECRET4 } } }",
    "mail: { smtp: \"smtps://x\", username: REALSECRET1, from: b }",
    // In addresses.
    "redis: { url: \"redis://:REALSECRET1@10.0.0.5/0\" }",
    "redis: { url: \"redis://me:a REALSECRET1@10.0.0.5/0\" }",
    "redis: { url: \"redi://me:REALSECRET1@10.0.0.5/0\" }",
    "redis: { url: \"unix:///run/redis.sock?pass=REALSECRET1\", prefix: \"a b\" }",
    "redis: { url: me:REALSECRET1 }",
    "redis:\n  url: >-\n    redis://:REALSECRET1@10.0.0.5/0\n  prefix: \"a b\"",
    "mail: { smtp: \"smtps://me:REALSECRET1@mail.example.jp\", from: \"a\" }",
    "mail: { smtp: \"me:REALSECRET1\", from: \"a\" }",
    "mail: { smtp: \"smtps://mail.example.jp?password=REALSECRET1\", from: \"a\" }",
    "links: { a: { kind: hrmos-mediment, mediment: { base_url: \"ftp://x/?t=REALSECRET1\" } } }",
    "links: { a: { kind: hrmos-mediment, mediment: { base_url: \"https://me:REALSECRET1@x.example.jp\" } } }",
    // Through an alias.
    "mail: { password: &pw \"REALSECRET1\", username: a, smtp: \"smtps://x\", from: *pw }\ntimezone: *pw",
    "mail: { password: *REALSECRET1 }",
    "mail: { password: &REALSECRET1 }",
    "mail: { password: !REALSECRET1 x }",
    // What cannot be parsed.
    "mail: { password: REAL}SECRET, a: REALSECRET1",
    "mail:\n  password: a: REALSECRET1\n  smtp: x",
    "mail:\n  password: \"REALSECRET1\n  smtp: \"x\"\n  to: [\"y\"]",
    "mail:\n  password: 'it's REALSECRET1'\n  smtp: x",
    "mail:\n  password: @REALSECRET1\n  smtp: x",
    "mail:\n  password: %REALSECRET1\n  smtp: x",
    "mail:\n  password: `REALSECRET1\n  smtp: x",
    "mail:\n  password:\n  REALSECRET1\n  smtp: x",
    "mail:\n  password: |\n  support: x\n REALSECRET1\n",
    "mail:\n\tpassword: REALSECRET1\n\tsmtp: x",
    "mail:\n　password: REALSECRET1\n",
    "mail: { support: \"a, password: REALSECRET1, to: \"x\" }",
    "timezone: \"Mars\nmail: { password: REALSECRET1 }\nsupport: \"x\"",
    "mail:\n  to: [a, b\n  password: a,REALSECRET1\n  from: [c]",
];

/// What a file is refused with; nothing if it is accepted.
fn message(place: &Place, text: &str) -> String {
    place.file("config.yaml", text);
    place.load().err().map(|error| format!("{error}\n{}\n{error:?}", error.report(200))).unwrap_or_default()
}

#[test]
fn no_message_shows_a_secret_however_it_is_written() {
    let place = Place::new();
    for shape in SHAPES {
        let files = [
            format!("{shape}\n"),
            format!("{shape}\nlnks: x\n"),
            format!("lnks: x\n{shape}\n"),
            format!("{shape}\n}}\n"),
            format!("{shape}\n  : [\n"),
            format!("timezone: Mars\n{shape}\n"),
            format!("timezone: \"Mars\n{shape}\n"),
            format!("mail: [\n{shape}\n"),
            shape.replace('\n', "\r\n"),
        ];
        let messages = files.map(|text| message(&place, &text));
        assert!(messages.iter().any(|message| !message.is_empty()), "nothing is refused: {shape}");
        for message in messages {
            assert!(!message.contains(CANARY), "{shape}\n\n{message}");
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 512, failure_persistence: None, ..Default::default() })]

    /// Nor does a slip of the keyboard bring one out.
    #[test]
    fn no_slip_brings_a_secret_out(
        shape in proptest::sample::select(SHAPES),
        at in proptest::prelude::any::<proptest::sample::Index>(),
        removed in 0usize..2,
        inserted in "[{}\\[\\],:#\"'|> \n-]{0,2}",
    ) {
        let characters: Vec<char> = shape.chars().collect();
        let at = at.index(characters.len());
        let (before, after) = (&characters[..at], &characters[(at + removed).min(characters.len())..]);
        let text: String = before.iter().copied().chain(inserted.chars()).chain(after.iter().copied()).collect();
        // Where a reference points to is shown: a slip may make one of what was none.
        let reference = ["file:", "env:", "credential:"].iter().any(|key| text.contains(&format!("{key} {CANARY}")));
        proptest::prop_assume!(!reference);
        let message = message(&Place::new(), &text);
        proptest::prop_assert!(!message.contains(CANARY), "{}\n\n{}", text, message);
    }
}
