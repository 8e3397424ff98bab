//! From files to a [`Config`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use serde::de::DeserializeOwned;
use serde_saphyr::{Location, Spanned};

use super::error::{self, Concern, SourceFile};
use super::raw::{RawConfig, RawLink, Text};
use super::resolve::{self, Accounts, Checks};
use super::{Config, ConfigError, Exposure, Problem};

/// Looks up a variable of the environment.
pub type Env = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What a configuration is read against, beside its files.
pub struct Surroundings {
    /// The environment that `{ env: … }` and `{ credential: … }` are looked up in.
    pub env: Env,
}

impl Default for Surroundings {
    /// The process's own environment.
    fn default() -> Self {
        Surroundings { env: Box::new(|name| std::env::var(name).ok()) }
    }
}

/// The configuration file to use: the given one (`--config` or `RENKEI_CONFIG`), else `./config.yaml`, else `/etc/renkei/config.yaml`.
pub fn find(given: Option<PathBuf>) -> PathBuf {
    let local = PathBuf::from("config.yaml");
    given.unwrap_or_else(|| if local.is_file() { local } else { PathBuf::from("/etc/renkei/config.yaml") })
}

/// Reads a configuration with its links and secrets.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    load_in(path, &Surroundings::default())
}

/// The same with another environment.
pub fn load_in(path: &Path, surroundings: &Surroundings) -> Result<Config, ConfigError> {
    let (file, text) = open(path).map_err(one)?;
    strict(read(path.to_owned(), &file, &text, surroundings))
}

/// Reads a configuration from memory, as if it stood in the file `config.yaml` of a directory that only its owner can read.
pub fn parse_str(text: &str) -> Result<Config, ConfigError> {
    parse_str_in(text, Path::new("."), &Surroundings::default())
}

/// The same with another directory for relative paths and another environment.
pub fn parse_str_in(
    text: &str,
    directory: &Path,
    surroundings: &Surroundings,
) -> Result<Config, ConfigError> {
    let file = SourceFile::new("config.yaml".into(), directory.to_owned(), Exposure::Owner, text);
    strict(read(directory.join("config.yaml"), &Arc::new(file), text, surroundings))
}

/// What was read, with stand-ins where there are mistakes.
pub(super) struct Read {
    pub(super) config: Config,
    pub(super) problems: Vec<Problem>,
}

fn strict(read: Result<Read, ConfigError>) -> Result<Config, ConfigError> {
    let Read { config, problems } = read?;
    if problems.is_empty() { Ok(config) } else { Err(ConfigError::new(problems)) }
}

pub(super) fn one(problem: Problem) -> ConfigError {
    ConfigError::new(vec![problem])
}

pub(super) fn read(
    path: PathBuf,
    file: &Arc<SourceFile>,
    text: &str,
    surroundings: &Surroundings,
) -> Result<Read, ConfigError> {
    let mut raw: RawConfig = parse(file, text).map_err(one)?;
    let checks = Checks::new(Arc::clone(file), surroundings);
    let mut config = resolve::base(&checks, path, &mut raw);
    let mut accounts = Accounts::new();
    for (name, link) in raw.links.iter().flat_map(|table| &table.0) {
        add(&checks, &mut config, &mut accounts, name, link);
    }
    let files = raw.links_dir.as_ref().map(|dir| link_files(&checks, dir)).unwrap_or_default();
    let mut problems = checks.into_problems();
    for path in files {
        problems.extend(link_file(&path, &mut config, &mut accounts, surroundings));
    }
    Ok(Read { config, problems })
}

fn add(checks: &Checks<'_>, config: &mut Config, accounts: &mut Accounts, name: &Text, raw: &RawLink) {
    checks.about(Concern::Link(name.value.clone()));
    if config.links.contains_key(&name.value) {
        let help = "give one of them another name: a link is an entry of `links:` or a file of `links_dir:`";
        checks.problem(name, format!("there are two links `{}`", name.value), help);
    } else if let Some(link) = resolve::link(checks, config, name, raw) {
        resolve::conflicts(checks, &config.links, accounts, name, &link);
        config.links.insert(name.value.clone(), link);
    }
    checks.about(Concern::Settings);
}

fn parse<T: DeserializeOwned>(file: &Arc<SourceFile>, text: &str) -> Result<T, Problem> {
    serde_saphyr::from_str(text).map_err(|error| error::problem_of(file, text, &error))
}

pub(super) fn open(path: &Path) -> Result<(Arc<SourceFile>, String), Problem> {
    let name = path.display().to_string();
    let directory = path.parent().unwrap_or(Path::new(".")).to_owned();
    let file = |text: &str| {
        Arc::new(SourceFile::new(name.clone(), directory.clone(), resolve::exposure(path), text))
    };
    let unreadable =
        |reason: &str, help: &str| Problem::new(&file(""), None, reason.to_owned(), help.to_owned());
    match fs::read(path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok((file(&text), text)),
            Err(_) => Err(unreadable("the file is not UTF-8 text", "save it as UTF-8")),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(unreadable(
            "the file does not exist",
            "name another with --config or RENKEI_CONFIG, or start from `renkei config-default`",
        )),
        Err(error) => Err(unreadable(
            &format!("the file cannot be read: {}", resolve::words(&error)),
            "let renkei read it",
        )),
    }
}

/// The files of `links_dir:`, sorted.
fn link_files(checks: &Checks<'_>, raw: &Text) -> Vec<PathBuf> {
    let directory = checks.path(&raw.value);
    let yaml =
        |path: &PathBuf| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    let hidden =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let paths: io::Result<Vec<PathBuf>> =
        fs::read_dir(&directory).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    match paths {
        Ok(mut files) => {
            files.retain(|path| yaml(path) && !hidden(path));
            files.sort();
            files
        }
        Err(error) => {
            let reason =
                format!("the directory {} cannot be read: {}", directory.display(), resolve::words(&error));
            checks.about(Concern::Links);
            checks.problem(raw, reason, "make it, or leave `links_dir` out");
            checks.about(Concern::Settings);
            Vec::new()
        }
    }
}

/// Adds the link of one file; whatever is wrong with it concerns that link alone.
fn link_file(
    path: &Path,
    config: &mut Config,
    accounts: &mut Accounts,
    surroundings: &Surroundings,
) -> Vec<Problem> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let of_link = |problem: Problem| problem.about(Concern::Link(stem.clone()));
    let (file, text) = match open(path) {
        Ok(opened) => opened,
        Err(problem) => return vec![of_link(problem)],
    };
    let raw: Spanned<RawLink> = match parse(&file, &text) {
        Ok(raw) => raw,
        Err(problem) => return vec![of_link(problem)],
    };
    let name = Spanned::new(stem.clone(), raw.referenced, Location::UNKNOWN);
    let checks = Checks::new(file, surroundings);
    add(&checks, config, accounts, &name, &raw.value);
    checks.into_problems()
}
