//! What subcommands print on stdout.

use std::io::Write;

use serde::Serialize;

use super::error::ExpectedError;

/// Prints a text as it is. A reader who has gone (`renkei history | head`) is no failure.
pub(super) fn text(text: &str) -> Result<(), ExpectedError> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(ExpectedError::Io { what: "write the result".to_owned(), source: error })
        }
        _ => Ok(()),
    }
}

/// Prints a line.
pub(super) fn line(line: impl std::fmt::Display) -> Result<(), ExpectedError> {
    text(&format!("{line}\n"))
}

/// Prints a value as one line of JSON.
pub(super) fn json(value: &impl Serialize) -> Result<(), ExpectedError> {
    line(serde_json::to_string(value).expect("results are plain data with a JSON form"))
}

/// How wide a table may be: `$COLUMNS`, else the terminal's width, else a common one.
pub(super) fn width() -> u16 {
    const USUAL: u16 = 120;
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    let terminal = || rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|size| size.ws_col);
    told().or_else(terminal).filter(|width| *width > 0).unwrap_or(USUAL)
}
