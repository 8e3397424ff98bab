//! Typical mistakes, each with the complete message.

use super::{clinic, refused, with_link};

macro_rules! mistakes {
    ($($name:ident: $yaml:expr;)*) => {
        $(
            #[test]
            fn $name() {
                let message = refused(&$yaml);
                assert!(!["hunter2", "k-secret", "s-secret"].iter().any(|secret| message.contains(secret)), "{message}");
                insta::assert_snapshot!(message);
            }
        )*
    };
}

mistakes! {
    a_misspelt_key_names_the_nearest: with_link("    shedule: { officestation-to-kaonavi: \"0 6 * * *\" }\n");
    a_misspelt_key_at_the_top: "lnks: {}\n";
    a_misspelt_key_beside_a_secret: "mail: { password: hunter2, usrname: renkei }\n";
    a_key_that_stands_twice: "support: a\nsupport: b\n";
    a_list_where_a_mapping_belongs: "links:\n  - acme\n";
    a_value_where_a_mapping_belongs: "mail: smtp.example.jp\n";
    a_mapping_where_a_value_belongs: "support: { name: 情報システム部 }\n";
    a_value_where_a_list_belongs: "mail:\n  smtp: \"smtp://127.0.0.1\"\n  to: hr@example.co.jp\n";
    a_link_without_anything: "links:\n  acme:\n";
    a_bracket_that_is_not_closed: "http: { listen: \"127.0.0.1:9464\"\nsupport: x\n";
    a_tab_in_the_indentation: "mail:\n\tsmtp: x\n";
    a_wrong_indentation: "mail:\n  smtp: x\n   from: y\n";
    a_schedule_without_quotes: with_link("    schedule: { officestation-to-kaonavi: */5 * * * * }\n");
    a_full_width_colon: "support：情報システム部\nstate_dir: /tmp\n";
    a_full_width_space_in_the_indentation: "mail:\n　smtp: \"smtp://127.0.0.1\"\n";
    a_secret_below_its_key: "mail:\n  password: |\n    hunter2\n  usrname: renkei\n";
    a_bare_number_as_a_secret: "mail: { password: 0123 }\n";
    a_word_where_true_or_false_belongs: "redis: { allow_plaintext: perhaps }\n";
    an_unknown_kind_of_secret: "mail: { password: { fiel: x } }\n";
    a_mapping_of_an_unknown_setting: with_link("    mapping: { officestation-to-kaonavi: { self: { 基本情報/性別: { fron: 性別 } } } }\n");

    a_bad_schedule: with_link("    schedule: { officestation-to-kaonavi: \"0 25 * * *\" }\n");
    an_unknown_flow: with_link("    schedule: { officestation-to-kaonvai: \"0 6 * * *\" }\n");
    a_flow_of_the_other_kind: with_link("    schedule: { hrmos-to-mediment-employees: \"0 6 * * *\" }\n");
    a_schedule_on_the_spot_only_flow: with_link("    schedule: { kaonavi-to-officestation: \"0 6 * * *\" }\n");
    an_unknown_word_of_a_setting: with_link("    flows: { officestation-to-kaonavi: { blank: clera } }\n");
    a_setting_of_another_flow: with_link("    flows: { officestation-to-kaonavi: { months: 3 }, kaonavi-to-officestation: { dependents_empty: clear } }\n");
    a_link_of_no_kind: "links: { acme: { organization: default } }\n";
    a_link_of_an_unknown_kind: "links: { acme: { kind: officestation-kaonabi } }\n";
    services_of_the_other_kind: "links:\n  acme:\n    kind: hrmos-mediment\n    kaonavi: { consumer_key: \"k-secret\", consumer_secret: \"s-secret\" }\n";
    an_account_without_its_parts: "links: { acme: { kind: officestation-kaonavi, officestation: {}, kaonavi: {} } }\n";
    bad_base_urls: r#"links:
  acme:
    kind: officestation-kaonavi
    officestation: { base_url: "https://os.example.jp/api/v1", station_id: S1, login_id: api, password: "hunter2" }
    kaonavi: { base_url: "http://kaonavi.example.jp", consumer_key: "k-secret", consumer_secret: "s-secret" }
  other:
    kind: officestation-kaonavi
    officestation: { base_url: "os.example.jp", station_id: S2, login_id: api, password: "hunter2" }
    kaonavi: { base_url: "https://me:hunter2@kaonavi.example.jp", consumer_key: "k-secret", consumer_secret: "s-secret" }
"#;
    an_unknown_organization: format!("organizations: {{ subsidiary: {{}} }}\n{}", with_link("    organization: subsidairy\n"));
    addresses_of_the_default_organization: "organizations: { default: { mail_to: [\"hr@example.jp\"] } }\n";
    addresses_without_a_mail_server: "organizations: { subsidiary: { mail_to: [\"hr@example.jp\"] } }\n";
    mail_without_its_parts: "mail:\n  to: [\"hr@example.jp\", \"hr@example.jp\", \"人事部 hr@example\"]\n";
    a_bad_mail_server: "mail: { smtp: \"mail.example.jp\", from: \"renkei@example.jp\" }\n";
    a_password_in_the_mail_servers_url: "mail: { smtp: \"smtps://renkei:hunter2@mail.example.jp\", from: \"renkei@example.jp\" }\n";
    a_password_over_plain_smtp: "mail: { smtp: \"smtp://mail.example.jp\", from: \"renkei@example.jp\", username: renkei, password: \"hunter2\" }\n";
    a_plain_redis_on_another_machine: "redis: { url: \"redis://:hunter2@10.0.0.5:6379/0\" }\n";
    a_bad_redis_url: "redis: { url: \"http://127.0.0.1\", prefix: \"ren kei\" }\n";
    a_bad_time_zone: "timezone: Asia/Tokio\n";
    a_bad_address_to_listen_on: "http: { listen: 9464 }\n";
    durations_without_a_unit: "worker: { lease: 15, drain: 20 sec, sweep: 0s, concurrency: 0 }\n";
    a_lease_shorter_than_its_renewals: "worker: { lease: 6s, renew: 5s }\n";
    padding_with_too_many_digits: with_link("    main_code_padding: { digits: 16 }\n");
    a_directory_of_links_that_is_not_there: "links_dir: links.d\n";

    days_that_are_none: r#"mail: { smtp: "smtp://127.0.0.1", from: "renkei@example.jp", remind_from: 9, expires: 2027-03-31 }
links:
  acme:
    kind: officestation-kaonavi
    officestation: { base_url: "https://os.example.jp", station_id: S1, login_id: api, password: "hunter2", expires: 2027-02-29 }
    kaonavi: { consumer_key: "k-secret", consumer_secret: "s-secret", expires: 2027/03/31 }
  clinic:
    kind: hrmos-mediment
    hrmos:
      company: demo
      secret_key: "k-secret"
      key_issued: 26-09-01
    mediment: { base_url: "https://mediment.example.jp", consumer_key: "k-secret", consumer_secret: "s-secret", expires: tomorrow }
"#;
    an_end_that_is_said_twice: clinic("key_issued: 2026-09-01, expires: 2026-12-01");
    a_key_in_the_place_of_its_day: clinic("key_issued: s-secret");
    a_misspelt_day_of_issue: clinic("key_isued: 2026-09-01");

    files_with_mistakes: r#"links:
  acme:
    kind: officestation-kaonavi
    officestation:
      form: csv
      base_url: "https://os.example.jp"
      password: "hunter2"
      import_folder: .
      folder: .
      employees_file: exports/従業員.csv
      headers: { 従業員番号: 社員コード, 氏名: 氏名, 名: "" }
      dependent_headers: { 続き柄: 続柄 }
      max_age: 26
      encoding: sjis
      formulas: run
      dates: "YYYY/MM/DD"
    kaonavi: { consumer_key: "k-secret", consumer_secret: "s-secret" }
"#;
    files_without_a_folder: "links: { acme: { kind: officestation-kaonavi, officestation: { form: csv, employees_file: \"*.csv\", dependents_file: \"*.csv\" }, kaonavi: { consumer_key: \"k-secret\", consumer_secret: \"s-secret\" } } }\n";
    keys_of_files_beside_the_api: "links: { acme: { kind: officestation-kaonavi, officestation: { base_url: \"https://os.example.jp\", station_id: S1, login_id: api, password: \"hunter2\", folder: /exports, keep: 30d, headers: { 氏: 姓 } }, kaonavi: { consumer_key: \"k-secret\", consumer_secret: \"s-secret\" } } }\n";
    files_of_mediment_with_mistakes: r#"links:
  clinic:
    kind: hrmos-mediment
    hrmos: { company: demo, secret_key: "s-secret" }
    mediment:
      form: csv
      base_url: "https://mediment.example.jp"
      consumer_key: "k-secret"
      expires: 2027-03-31
      folder: .
      roster: ./従業員*.csv
      headers: { 社員番号: コード, 部署: 所属部署1 }
      template: nowhere.yaml
      durations: "H:MM"
      max_age: 24
"#;
    files_of_mediment_without_folders: "links: { clinic: { kind: hrmos-mediment, hrmos: { company: demo, secret_key: \"s-secret\" }, mediment: { form: csv } } }\n";
    keys_of_files_beside_mediments_api: "links: { clinic: { kind: hrmos-mediment, hrmos: { company: demo, secret_key: \"s-secret\" }, mediment: { base_url: \"https://mediment.example.jp\", consumer_key: \"k-secret\", consumer_secret: \"s-secret\", roster: /lists, names: true, headers: { 姓: 氏 } } } }\n";
    an_unknown_form: "links: { acme: { kind: officestation-kaonavi, officestation: { form: cvs, folder: /exports }, kaonavi: { consumer_key: \"k-secret\", consumer_secret: \"s-secret\" } } }\n";

    many_mistakes_are_reported_at_once: r#"timezone: Asia/Tokio
worker: { lease: 15 }
redis: { url: "redis://redis.example.jp" }
mail: { smtp: "smtp://127.0.0.1:18025", from: "renkei", to: ["hr@example.co.jp"] }
links:
  acme:
    kind: officestation-kaonavi
    officestation:
      base_url: "https://os.example.jp"
      station_id: S1
      password: { file: os-password }
    kaonavi: { consumer_key: { env: KAONAVI_KEY }, consumer_secret: { credential: kaonavi-secret } }
    schedule:
      officestation-to-kaonavi: "0 6 * *"
      kaonavi-to-officestation: "0 7 * * *"
    flows:
      officestation-to-kaonavi: { on_error: persno }
    mapping:
      officestation-to-kaonavi:
        self:
          基本情報/所属: 部署メモ
"#;
}
