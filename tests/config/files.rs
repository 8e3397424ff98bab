//! `form: csv`: an account that is a folder.

use renkei::config::{
    Config, DateForm, FileEncoding, Formulas, LinkServices, OfficeStationAccount, OfficeStationFiles,
};

use super::Place;

/// A configuration whose links reach OfficeStation by these keys.
fn config(links: &[(&str, &str)]) -> String {
    let link = |(n, (name, keys)): (usize, &(&str, &str))| {
        format!(
            "  {name}:\n    kind: officestation-kaonavi\n    officestation: {{ form: csv, {keys} }}\n    \
             kaonavi: {{ consumer_key: \"k{n}\", consumer_secret: \"s{n}\" }}\n"
        )
    };
    format!("links:\n{}", links.iter().enumerate().map(link).collect::<String>())
}

fn files<'a>(config: &'a Config, link: &str) -> &'a OfficeStationFiles {
    match &config.links[link].services {
        LinkServices::OfficeStationKaonavi { officestation: OfficeStationAccount::Csv(files), .. } => files,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_folder_is_all_that_must_be_said() {
    let place = Place::new();
    place.file("config.yaml", &config(&[("acme", "folder: exports")]));
    let config = place.load().unwrap();
    let found = files(&config, "acme");
    let folder = place.directory.path().join("exports");
    assert_eq!((&found.files.folder, &found.files.import_folder), (&folder, &folder.join("import")));
    assert_eq!((found.employees.as_str(), found.dependents.as_str()), ("従業員*.csv", "扶養家族*.csv"));
    assert_eq!(found.files.max_age.as_secs(), 26 * 3600);
    assert_eq!(found.files.keep.as_secs(), 30 * 86_400);
    let ways = (found.files.encoding, found.files.formulas, found.files.dates);
    assert_eq!(ways, (FileEncoding::Utf8Bom, Formulas::Refuse, DateForm::Slash));
    let names: Vec<&str> = config.links["acme"].secrets().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["kaonavi.consumer_key", "kaonavi.consumer_secret"]);
}

#[test]
fn two_links_with_one_folder_take_turns_and_must_say_the_same() {
    let place = Place::new();
    std::fs::create_dir(place.directory.path().join("exports")).unwrap();
    std::os::unix::fs::symlink(place.directory.path().join("exports"), place.directory.path().join("link"))
        .unwrap();
    let two = |second: &str| config(&[("acme", "folder: exports"), ("bee", second)]);
    place.file("config.yaml", &two("folder: link"));
    let both = place.load().unwrap();
    let lock =
        |link: &str| both.links[link].accounts().into_iter().find(|name| name.starts_with("officestation:"));
    assert_eq!(lock("acme"), lock("bee"));
    place.file("config.yaml", &two("folder: exports, max_age: 2h"));
    let message = place.refused();
    assert!(message.contains("is also that of `acme`"), "{message}");
}
