//! What is wrong with a configuration, place by place.
//!
//! Every [`Problem`] has two forms: one line, `file:line:column: reason; what to write`, for logs and scripts, and a miette report with an
//! excerpt of the file. An excerpt shows lines around the mistake, so the text it is cut from is blacked out but for
//! what is known to be harmless; nor does a message quote what is blacked out.

mod excerpt;
mod mask;
mod structure;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, SourceCode, SourceSpan};
use serde_saphyr::Location;

use excerpt::Excerpt;
use mask::Masked;
pub(super) use structure::problem_of;

/// A file of the configuration.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// The name in messages: the path as it was given.
    pub(super) name: String,
    /// What relative paths in it are relative to.
    pub(super) directory: PathBuf,
    /// Who can read it.
    pub(super) exposure: Exposure,
    excerpt: Excerpt,
}

/// Who can read a file that may hold secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// Its owner alone.
    Owner,
    /// Others too, by these permission bits.
    Others(u32),
}

/// One mistake.
#[derive(Debug, Clone)]
pub struct Problem {
    file: Arc<SourceFile>,
    place: Option<Place>,
    concern: Concern,
    reason: String,
    help: String,
}

/// What a mistake touches: a reload keeps that as it was, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Concern {
    /// Everything but the links.
    Settings,
    /// Which links there are: some of them could not be looked for.
    Links,
    /// The link of this name.
    Link(String),
}

/// A place in a file: what is wrong stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    line: u64,
    column: u64,
    offset: Option<u64>,
    len: u64,
}

/// A configuration that cannot be used: every mistake that was found, in the order of the files.
#[derive(Debug, Clone)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl SourceFile {
    pub(super) fn new(name: String, directory: PathBuf, exposure: Exposure, text: &str) -> Self {
        let excerpt = Excerpt::new(name.clone(), Masked::new(text));
        SourceFile { name, directory, exposure, excerpt }
    }
}

impl From<Location> for Place {
    fn from(location: Location) -> Self {
        let span = location.span();
        let known = span.byte_offset().filter(|offset| *offset < u64::from(u32::MAX));
        Place {
            line: location.line(),
            column: location.column(),
            offset: known,
            len: known.and_then(|_| span.byte_len()).unwrap_or(0),
        }
    }
}

impl Place {
    fn offset_in(self, text: &str) -> Option<usize> {
        match self.offset {
            Some(offset) => usize::try_from(offset).ok(),
            None => offset_of(text, self.line, self.column),
        }
    }
}

impl Problem {
    pub(super) fn new(file: &Arc<SourceFile>, place: Option<Place>, reason: String, help: String) -> Self {
        // What is quoted from the file must not break the line, nor reach a terminal as a control sequence.
        let line = |text: String| text.replace(char::is_control, " ");
        let masked = file.excerpt.masked();
        let hidden = place.and_then(|place| place.offset_in(&masked.text)).is_some_and(|at| masked.hides(at));
        let reason = if hidden { masked.purged(&reason) } else { reason };
        Problem {
            file: Arc::clone(file),
            place,
            concern: Concern::Settings,
            reason: line(reason),
            help: line(help),
        }
    }

    /// The same without quoting what an excerpt would not show, wherever it stands.
    pub(super) fn purged(mut self) -> Self {
        self.reason = self.file.excerpt.masked().purged(&self.reason);
        self
    }

    pub(super) fn about(mut self, concern: Concern) -> Self {
        self.concern = concern;
        self
    }

    /// What it touches.
    pub(super) fn concern(&self) -> &Concern {
        &self.concern
    }

    /// The file's name as it was given.
    pub fn file(&self) -> &str {
        &self.file.name
    }

    /// Line and column, from 1; none if the file as a whole is meant.
    pub fn position(&self) -> Option<(u64, u64)> {
        self.place.map(|place| (place.line, place.column))
    }

    /// The link that it concerns alone, if any.
    pub fn link(&self) -> Option<&str> {
        match &self.concern {
            Concern::Link(link) => Some(link),
            Concern::Settings | Concern::Links => None,
        }
    }

    /// What is wrong.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What to write instead.
    pub fn remedy(&self) -> &str {
        &self.help
    }

    /// `file:line:column: reason; what to write`.
    pub fn line(&self) -> String {
        let place = self.position().map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        format!("{}{place}: {}; {}", self.file.name, self.reason, self.help)
    }

    /// The bytes to underline: of the first line alone, at least one.
    fn span(&self) -> Option<SourceSpan> {
        let place = self.place?;
        let text = &self.file.excerpt.masked().text;
        let offset = place.offset_in(text)?;
        let rest = text.get(offset..)?;
        let line = rest.lines().next().map_or(0, str::len);
        let len = usize::try_from(place.len).unwrap_or(usize::MAX).clamp(1, line.max(1));
        let end = (len..=len + 3).find(|end| rest.is_char_boundary(*end)).unwrap_or(0);
        Some((offset, end).into())
    }
}

fn offset_of(text: &str, line: u64, column: u64) -> Option<usize> {
    let (line, column) = (usize::try_from(line).ok()?, usize::try_from(column).ok()?);
    let before: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let rest = text.get(before..)?.lines().next().unwrap_or_default();
    let within = rest.char_indices().nth(column.checked_sub(1)?).map_or(rest.len(), |(at, _)| at);
    Some(before + within)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.map(|_| &self.file.excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some("here".into()), span))))
    }
}

impl ConfigError {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        ConfigError { problems }
    }

    /// Every mistake.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The miette report, as wide as told, in plain text: for people, with excerpts of the files.
    pub fn report(&self, width: usize) -> String {
        self.rendered(width, miette::GraphicalTheme::unicode_nocolor())
    }

    /// The same for a terminal that shows colours.
    pub fn report_in_colour(&self, width: usize) -> String {
        self.rendered(width, miette::GraphicalTheme::unicode())
    }

    fn rendered(&self, width: usize, theme: miette::GraphicalTheme) -> String {
        let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(width);
        let mut report = String::new();
        for problem in &self.problems {
            if problem.place.is_none() {
                report.push_str(&problem.line());
                report.push('\n');
            } else if handler.render_report(&mut report, problem).is_err() {
                report.push_str(&problem.line());
            }
        }
        report
    }
}

/// The one-line forms, a line each.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.problems.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            f.write_str(&problem.line())?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

impl Diagnostic for ConfigError {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.problems.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}
