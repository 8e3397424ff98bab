//! `renkei man`.

use crate::renkei;

#[test]
fn the_page_has_a_section_for_every_subcommand() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, stdout, stderr) = renkei(folder.path(), &["man"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains(".TH renkei 1"), "{stdout}");
    let sections: Vec<&str> = stdout
        .lines()
        .filter_map(|line| line.strip_prefix(".SH \"RENKEI "))
        .map(|name| name.trim_end_matches('"'))
        .collect();
    let all = "SERVE CHECK CONFIG-DEFAULT ENQUEUE PLAN EXPLAIN HISTORY HISTORY SHOW RETRY SCHEDULE MAIL-TEST SANDBOX DEMO COMPLETIONS MAN";
    for name in all.split(' ').filter(|name| *name != "SHOW").chain(["HISTORY SHOW"]) {
        assert!(sections.contains(&name), "{name} is missing in {sections:?}");
    }
    assert!(stdout.contains("\\-\\-dry\\-run") && stdout.contains("Exit codes"), "{stdout}");
    assert!(!stdout.contains("enqueue(1)"), "there is no page of that name");
}
