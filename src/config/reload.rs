//! A running daemon's files read again: what is valid is new, what is not stays as it was.
//!
//! A mistake touches one of three things ([`Concern`]), and keeps that alone:
//!
//! - one link: that link stays, or stays away if there was none;
//! - the directory of the links: nobody knows what stands there, so no link disappears;
//! - anything else: the settings outside the links stay, all of them.
//!
//! A link and its organization go together. A kept link brings its old organization along; a new one whose organization comes with
//! settings that were refused waits for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::error::{Concern, SourceFile};
use super::load::{Read, one, open, read};
use super::{Config, ConfigError, Problem, Surroundings};

/// What a reload brought: whatever is valid is new, the rest is as it was.
#[derive(Debug, Clone)]
pub struct Reloaded {
    /// The configuration to go on with.
    pub config: Config,
    /// What was left as it was, and why; none if everything is new.
    pub error: Option<ConfigError>,
}

/// Reads the file of a running daemon again. A mistake in one link leaves that link as it is; any other leaves everything but the
/// links as it is. A link disappears only if it is in none of the files and all of them could be looked at.
pub fn reload(current: &Config, surroundings: &Surroundings) -> Reloaded {
    let keep = |error| Reloaded { config: current.clone(), error: Some(error) };
    let (file, text) = match open(&current.path) {
        Ok(opened) => opened,
        Err(problem) => return keep(one(problem)),
    };
    match read(current.path.clone(), &file, &text, surroundings) {
        Err(error) => keep(error),
        Ok(Read { config, mut problems }) => {
            let config = merge(current, config, &file, &mut problems);
            let error = (!problems.is_empty()).then(|| ConfigError::new(problems));
            Reloaded { config, error }
        }
    }
}

/// The new configuration with the old in place of whatever a mistake touches.
fn merge(current: &Config, read: Config, file: &Arc<SourceFile>, problems: &mut Vec<Problem>) -> Config {
    let mut links = read.links.clone();
    let mut kept: BTreeSet<String> = problems.iter().filter_map(Problem::link).map(str::to_owned).collect();
    if problems.iter().any(|problem| *problem.concern() == Concern::Links) {
        kept.extend(current.links.keys().filter(|link| !links.contains_key(*link)).cloned());
    }
    let refused = problems.iter().any(|problem| *problem.concern() == Concern::Settings);
    let mut config = if refused { current.clone() } else { read };
    for link in links.values().filter(|link| !kept.contains(&link.name)).cloned().collect::<Vec<_>>() {
        if !config.organizations.contains_key(&link.organization) {
            problems.push(waiting(file, &link.name, &link.organization));
            kept.insert(link.name);
        }
    }
    for name in kept {
        links.remove(&name);
        let Some(old) = current.links.get(&name) else { continue };
        if let Some(organization) = current.organizations.get(&old.organization) {
            config.organizations.entry(old.organization.clone()).or_insert_with(|| organization.clone());
        }
        links.insert(name, old.clone());
    }
    Config { links, ..config }
}

/// A link without a mistake of its own that cannot be used yet.
fn waiting(file: &Arc<SourceFile>, link: &str, organization: &str) -> Problem {
    let reason = format!("the link `{link}` waits for its new organization `{organization}`");
    let help = "correct the other mistakes of this file: they keep its organizations as they were";
    Problem::new(file, None, reason, help.to_owned()).about(Concern::Link(link.to_owned()))
}
