//! `form: csv` of mediment: a list of employees, and files whose columns are configuration.

use renkei::config::{Config, DateForm, ImportColumn, LinkServices, MedimentAccount, MedimentFiles};

use super::Place;

/// A configuration whose link reaches mediment by these keys.
fn config(keys: &str) -> String {
    format!(
        "links:\n  clinic:\n    kind: hrmos-mediment\n    hrmos: {{ company: demo, secret_key: \"s\" }}\n    \
         mediment: {{ form: csv, {keys} }}\n"
    )
}

fn files(config: &Config) -> &MedimentFiles {
    match &config.links["clinic"].services {
        LinkServices::HrmosMediment { mediment: MedimentAccount::Csv(files), .. } => files,
        other => panic!("{other:?}"),
    }
}

fn headers(columns: &[ImportColumn]) -> Vec<&str> {
    columns.iter().map(|column| column.header.as_str()).collect()
}

#[test]
fn two_folders_are_all_that_must_be_said() {
    let place = Place::new();
    place.file("config.yaml", &config("folder: mediment, roster: mediment/roster"));
    let config = place.load().unwrap();
    let found = files(&config);
    let folder = place.directory.path().canonicalize().unwrap().join("mediment");
    assert_eq!(found.files.import_folder, folder);
    assert!(found.files.folder.ends_with("mediment/roster"), "{:?}", found.files.folder);
    assert_eq!((found.roster.as_str(), found.files.max_age.as_secs()), ("*.csv", 24 * 3600));
    assert_eq!(found.files.dates, DateForm::Slash);
    assert_eq!(headers(&found.template.attendance)[..3], ["対象の年月", "社員番号", "実働日数"]);
    let names: Vec<&str> = config.links["clinic"].secrets().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["hrmos.secret_key"]);
}

#[test]
fn a_list_is_a_folder_or_a_file_whatever_is_there() {
    let place = Place::new();
    let lists = place.directory.path().canonicalize().unwrap().join("lists.2026");
    std::fs::create_dir(&lists).unwrap();
    for (roster, pattern) in
        [("lists.2026", "*.csv"), ("lists.2026/名簿.csv", "名簿.csv"), ("\"lists.2026/従業員*\"", "従業員*")]
    {
        place.file("config.yaml", &config(&format!("folder: mediment, roster: {roster}")));
        let config = place.load().unwrap();
        let found = files(&config);
        assert_eq!((&found.files.folder, found.roster.as_str()), (&lists, pattern), "{roster}");
    }
}

#[test]
fn a_template_says_what_the_files_look_like() {
    let place = Place::new();
    place.file("template.yaml", "attendance: [{ header: コード, item: 社員番号 }, 実労働時間]\n");
    let keys = "folder: mediment, roster: lists, template: template.yaml, names: true";
    place.file("config.yaml", &config(keys));
    let config_of = place.load().unwrap();
    let template = &files(&config_of).template;
    assert_eq!(headers(&template.attendance), ["コード", "氏名", "実労働時間"]);
    assert_eq!(headers(&template.update).len(), 11);
    place.file("template.yaml", "attendance: [社員番号, 実働時間]\n");
    let message = place.refused();
    assert!(message.contains("template.yaml: `attendance`: there is no item `実働時間`"), "{message}");
}
