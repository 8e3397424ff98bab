//! Holds the documentation to the code: `docs/architecture.md`'s table of rooms to every import, and `docs/requirements.md`'s rows to the
//! files, items and tests that they name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms a room may import, beside itself and what all but `sync` and `sandbox` may: `job`, `telemetry`, `config`.
fn allowed() -> BTreeMap<&'static str, Allowed> {
    use Allowed::{Everything, Only, Strictly};
    BTreeMap::from([
        ("main", Everything),
        ("cli", Everything),
        ("config", Only(&["sync"])),
        ("job", Only(&[])),
        ("telemetry", Only(&[])),
        ("queue", Only(&[])),
        ("schedule", Only(&["queue"])),
        ("worker", Only(&["queue", "flows", "history", "notify"])),
        ("sync", Strictly(&[])),
        ("flows", Only(&["services", "sync"])),
        ("services", Only(&["http", "sync"])),
        ("http", Only(&["queue"])),
        ("history", Only(&["queue"])),
        ("notify", Only(&["queue"])),
        ("web", Only(&["history", "queue"])),
        ("sandbox", Strictly(&[])),
    ])
}

enum Allowed {
    /// The binary's rooms put everything together.
    Everything,
    /// These, beside the shared ones.
    Only(&'static [&'static str]),
    /// These and nothing else.
    Strictly(&'static [&'static str]),
}

const SHARED: [&str; 3] = ["job", "telemetry", "config"];

/// The rooms that a source text imports: `crate::room`, also inside `use crate::{a, b::c}`.
fn imports(source: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    let code: String =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for (at, _) in code.match_indices("crate::") {
        if at > 0 && code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            rooms.extend(heads_of_group(group));
        } else {
            rooms.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    rooms
}

/// The first path segments inside a `{…}` group, nested groups passed over.
fn heads_of_group(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut head, mut reading) = (0, Vec::new(), String::new(), true);
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(std::mem::take(&mut head));
                reading = true;
            }
            ':' if depth == 0 => reading = false,
            c if depth == 0 && reading && (c.is_alphanumeric() || c == '_') => head.push(c),
            _ => {}
        }
    }
    heads.push(head);
    heads.retain(|head| !head.is_empty());
    heads
}

fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src is readable") {
        let path = entry.expect("src is readable").path();
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    source_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files
}

/// `src/queue/begin.rs` and `src/queue.rs` are of the room `queue`.
fn room_of(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("a file of src");
    let first = inside.components().next().expect("not empty").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn every_import_is_one_that_its_room_may_make() {
    let rules = allowed();
    let mut broken = Vec::new();
    for path in files() {
        let room = room_of(&path);
        if room == "lib" {
            continue;
        }
        let Some(rule) = rules.get(room.as_str()) else {
            broken.push(format!("{}: `{room}` is not a room of the house", path.display()));
            continue;
        };
        for import in imports(&fs::read_to_string(&path).expect("readable")) {
            let may = match rule {
                Allowed::Everything => true,
                Allowed::Only(rooms) => rooms.contains(&import.as_str()) || SHARED.contains(&import.as_str()),
                Allowed::Strictly(rooms) => rooms.contains(&import.as_str()),
            };
            // A lower-case head that is no room is an item or macro of the crate's root.
            if import != room && rules.contains_key(import.as_str()) && !may {
                broken.push(format!("{}: `{room}` may not use `{import}`", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "imports that DESIGN doesn't allow:\n{}", broken.join("\n"));
}

#[test]
fn the_pure_core_uses_no_io_clock_randomness_or_environment() {
    let forbidden = [
        "tokio::",
        "redis::",
        "reqwest::",
        "std::fs",
        "std::net",
        "std::env",
        "std::time",
        "Utc::now",
        "Local::now",
        "tracing::",
    ];
    let mut broken = Vec::new();
    for path in files().into_iter().filter(|path| room_of(path) == "sync") {
        let source = fs::read_to_string(&path).expect("readable");
        broken.extend(
            forbidden
                .iter()
                .filter(|word| source.contains(**word))
                .map(|word| format!("{}: {word}", path.display())),
        );
    }
    assert!(broken.is_empty(), "the core is not pure:\n{}", broken.join("\n"));
}

#[test]
fn no_file_is_past_four_hundred_lines() {
    let long: Vec<String> = files()
        .into_iter()
        .map(|path| (fs::read_to_string(&path).expect("readable").lines().count(), path))
        .filter(|(lines, _)| *lines > 400)
        .map(|(lines, path)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "files that want splitting:\n{}", long.join("\n"));
}

#[test]
fn imports_are_found_in_every_form() {
    let source = "use crate::queue::Queue;\nuse crate::{job::Job, sync::{Plan, plan}};\n// crate::web\nlet x = crate::notify::x();";
    assert_eq!(imports(source), ["queue", "job", "sync", "notify"]);
}

/// What stands in backticks in a text.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// True if the word stands in the text by itself.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}

/// True for a file, or `file#item` with an item that the file speaks of.
fn is_place(root: &Path, place: &str) -> bool {
    let (file, item) = place.split_once('#').map_or((place, None), |(file, item)| (file, Some(item)));
    let source = fs::read_to_string(root.join(file));
    source.is_ok_and(|source| item.is_none_or(|item| has_word(&source, item)))
}

/// True if a test goes by this name of its binary (`lib` for unit tests), its modules and itself: `flows::holds::a_test`. Modules are
/// files, or stand in the file of the module around them.
fn is_test(root: &Path, path: &str) -> bool {
    let mut parts: Vec<&str> = path.split("::").collect();
    let (Some(name), Some((binary, modules))) = (parts.pop(), parts.split_first()) else { return false };
    let mut folder = if *binary == "lib" { root.join("src") } else { root.join("tests").join(binary) };
    folder.extend(modules);
    folder.ancestors().take(parts.len()).any(|module| {
        [module.with_extension("rs"), module.join("mod.rs"), module.join("main.rs")]
            .iter()
            .filter_map(|file| fs::read_to_string(file).ok())
            .any(|source| declares_test(&source, name))
    })
}

/// True for a function with a test's attribute, or for a line of a macro that makes tests.
fn declares_test(source: &str, name: &str) -> bool {
    let function = source.find(&format!("fn {name}("));
    let is_marked = function.is_some_and(|at| {
        let before: Vec<&str> = source[..at].lines().rev().take(4).collect();
        before.iter().any(|line| line.trim() == "#[test]" || line.trim().starts_with("#[tokio::test"))
    });
    is_marked || (source.contains("macro_rules!") && source.contains(&format!("\n    {name}: ")))
}

#[test]
fn every_sentence_of_the_requirement_has_a_place_and_a_test_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/requirements.md")).expect("readable");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| 「")).collect();
    let mut wrong = Vec::new();
    for row in &rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [sentence, place, tests] = cells[..] else {
            wrong.push(format!("not three cells: {row}"));
            continue;
        };
        // Settings and codes are in backticks as well; what has a slash is a place.
        let places = named(place).filter(|place| place.contains('/') && !is_place(root, place));
        wrong.extend(places.map(|place| format!("{sentence}: there is no {place}")));
        let unknown = named(tests).filter(|test| !is_test(root, test));
        wrong.extend(unknown.map(|test| format!("{sentence}: there is no test {test}")));
        let has_reason = tests.split_once("none, because ").is_some_and(|(_, reason)| !reason.is_empty());
        if named(tests).next().is_none() && !has_reason {
            wrong.push(format!("{sentence}: neither a test nor `none, because …`"));
        }
    }
    assert!(wrong.is_empty(), "docs/requirements.md:\n{}", wrong.join("\n"));
    assert!(rows.len() > 80, "only {} rows were read", rows.len());
}

#[test]
fn places_and_tests_that_do_not_exist_are_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = "every_import_is_one_that_its_room_may_make";
    assert!(declares_test("#[tokio::test(flavor = \"multi_thread\")]\nasync fn holds() {", "holds"));
    assert!(!declares_test("fn holds() {", "holds") && !declares_test("#[test]\nfn holds_on() {", "holds"));
    assert!(is_place(root, "rustfmt.toml") && is_place(root, "rustfmt.toml#max_width"));
    assert!(!is_place(root, "rustfmt.tom") && !is_place(root, "rustfmt.toml#max_widt"));
    assert!(is_test(root, &format!("architecture::{own}")));
    assert!(
        !is_test(root, own) && !is_test(root, &format!("lib::sync::{own}")),
        "tests have their own binary"
    );
}
