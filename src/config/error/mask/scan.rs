//! A rough reading of YAML that never fails: which bytes are keys, values and the rest.

use std::ops::Range;

use super::names::{shows_key, shows_value};

/// The bytes that must not be shown, in order.
pub(super) fn hidden(text: &str) -> Vec<Range<usize>> {
    let (blocks, flows, hidden) = (Vec::new(), Vec::new(), Vec::new());
    let mut scan = Scan { text, at: 0, fresh: false, blocks, flows, hidden };
    while let Some(next) = text[scan.at..].chars().next() {
        let before = scan.at;
        scan.step(next);
        if scan.at == before {
            scan.hidden.push(before..before + next.len_utf8());
            scan.at += next.len_utf8();
        }
    }
    scan.hidden
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// True if a value of the last key, or of a list's item, may come: on the same line, and only one.
    fresh: bool,
    /// The keys above, with their columns.
    blocks: Vec<(usize, &'t str)>,
    /// The open brackets, the outermost first.
    flows: Vec<Flow<'t>>,
    hidden: Vec<Range<usize>>,
}

/// What a comma is followed by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A key.
    Mapping,
    /// A value: in a list of one line.
    List,
}

/// An open bracket.
struct Flow<'t> {
    /// False if it stands where no value may come.
    placed: bool,
    /// True if it stands behind something on its line.
    inline: bool,
    /// True if a key may come: at the beginning and after a comma.
    entry: bool,
    kind: Kind,
    /// The key before the next value.
    key: Option<&'t str>,
}

impl<'t> Scan<'t> {
    fn step(&mut self, next: char) {
        let rest = &self.text[self.at..];
        let line = rest.find('\n').map_or(self.text.len(), |end| self.at + end);
        let spaced = rest[next.len_utf8()..].chars().next().is_none_or(char::is_whitespace);
        let in_flow = !self.flows.is_empty();
        match next {
            '\n' => self.end_line(),
            ' ' | '\t' | '\r' | '\u{feff}' => self.at += next.len_utf8(),
            '#' => self.hide(self.at + 1, line),
            '-' if spaced && !in_flow && self.begins_entry() => {
                let column = self.column();
                self.blocks.retain(|(above, _)| *above <= column);
                self.at += 1;
                self.fresh = true;
            }
            '{' | '[' if in_flow || self.fresh || self.begins_entry() => {
                // Where no value may come, nothing within is what it looks like; but a whole file may be one mapping in brackets.
                let placed = self.fresh || (!in_flow && self.blocks.is_empty());
                let inline = !self.begins_entry();
                self.flows.push(Flow {
                    placed,
                    inline,
                    entry: true,
                    kind: if next == '[' { Kind::List } else { Kind::Mapping },
                    key: None,
                });
                self.at += 1;
                self.fresh = next == '[' && self.fresh;
            }
            '}' | ']' if in_flow => {
                let inline = self.flows.pop().is_some_and(|flow| flow.inline);
                self.at += 1;
                self.end_value(inline);
            }
            ',' if in_flow => {
                self.at += 1;
                self.fresh = self.flows.last_mut().is_some_and(|flow| {
                    flow.key = None;
                    flow.entry = true;
                    flow.kind == Kind::List
                });
            }
            '|' | '>' if !in_flow && !self.begins_entry() => self.block(line),
            '&' | '!' | '*' => {
                let end = rest.find(|c: char| c.is_whitespace() || (in_flow && ",[]{}".contains(c)));
                self.hide(self.at + 1, end.map_or(self.text.len(), |end| self.at + end));
            }
            _ => self.scalar(next, line),
        }
    }

    /// After a value nothing may come: not in its brackets before a comma, not below its key if it stands behind that.
    fn end_value(&mut self, inline: bool) {
        self.fresh = false;
        match (self.flows.last_mut(), self.blocks.last_mut()) {
            (Some(flow), _) => flow.entry = false,
            (None, Some((_, key))) if inline => *key = "",
            (None, _) => {}
        }
    }

    fn end_line(&mut self) {
        self.at += 1;
        self.fresh &= !self.flows.is_empty();
        // A list that goes on in the next line may be one that was not closed.
        self.flows.iter_mut().for_each(|flow| flow.kind = Kind::Mapping);
    }

    /// Hides bytes, but for the white space around them, and goes on behind them.
    fn hide(&mut self, start: usize, end: usize) {
        let text = &self.text[start..end];
        let (from, to) = (end - text.trim_start().len(), start + text.trim_end().len());
        if from < to {
            self.hidden.push(from..to);
        }
        self.at = end;
    }

    /// The column of the next byte.
    fn column(&self) -> usize {
        self.at - self.text[..self.at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// True if nothing but white space and the dashes of lists stands before on the line.
    fn begins_entry(&self) -> bool {
        let before = &self.text[self.at - self.column()..self.at];
        before.chars().all(|c| c.is_whitespace() || matches!(c, '-' | '\u{feff}'))
    }

    /// The keys above the next value; a blank one, which is the name of none, where a bracket is misplaced.
    fn path(&self) -> Vec<&'t str> {
        let flow = |flow: &Flow<'t>| [(!flow.placed).then_some(""), flow.key];
        let flows = self.flows.iter().flat_map(flow).flatten();
        self.blocks.iter().map(|(_, key)| *key).chain(flows).collect()
    }

    /// A block of lines, which is never shown: those that are indented deeper than its key.
    fn block(&mut self, line: usize) {
        let key = self.blocks.last().map_or(0, |(column, _)| *column);
        self.hide(self.at + 1, line);
        while let Some(rest) = self.text.get(self.at + 1..).filter(|rest| !rest.is_empty()) {
            let content = rest.split('\n').next().unwrap_or_default();
            if !content.trim().is_empty() && content.len() - content.trim_start().len() <= key {
                break;
            }
            self.hide(self.at + 1, self.at + 1 + content.len());
        }
        self.fresh = false;
    }

    /// A key or a value.
    fn scalar(&mut self, first: char, line: usize) {
        let (start, in_flow, entry) = (self.at, !self.flows.is_empty(), self.begins_entry());
        let quoted = matches!(first, '"' | '\'');
        let end = if quoted { self.quoted(first) } else { self.plain(line) };
        let behind = self.text[end..].trim_start_matches([' ', '\t']);
        let colon = behind.strip_prefix(':').is_some_and(|rest| {
            let next = rest.chars().next();
            next.is_none_or(|c| c.is_whitespace() || (in_flow && (quoted || ",[]{}".contains(c))))
        });
        let written = &self.text[start..end];
        if colon && (in_flow || entry) && !written.contains('\n') {
            self.key(if quoted { written.trim_matches(first) } else { written }, start, end);
            self.at = self.text.len() - behind.len() + 1;
            return;
        }
        if entry && !in_flow {
            // A value below its key may be the rest of a secret.
            self.fresh &= self.text[..start].trim_end_matches([' ', '\t']).ends_with('-');
        }
        if self.fresh && shows_value(&self.path(), written) {
            self.at = end;
        } else if in_flow || (quoted && self.fresh) {
            self.hide(start, end);
        } else {
            // What follows a value on its line belongs to it, whatever it looks like.
            self.hide(start, end.max(self.plain(line)));
        }
        self.end_value(!entry);
    }

    fn key(&mut self, word: &'t str, start: usize, end: usize) {
        let column = self.column();
        match self.flows.last_mut() {
            Some(flow) => {
                *flow = Flow { kind: Kind::Mapping, placed: flow.placed && flow.entry, key: None, ..*flow }
            }
            None => self.blocks.retain(|(above, _)| *above < column),
        }
        if !shows_key(&self.path(), word) {
            self.hide(start, end);
        }
        match self.flows.last_mut() {
            Some(flow) => (flow.key, flow.entry) = (Some(word), false),
            None => self.blocks.push((column, word)),
        }
        self.fresh = true;
    }

    /// The end of a quoted scalar, on whatever line; that of the text if there is none.
    fn quoted(&self, quote: char) -> usize {
        let body = self.at + 1;
        let mut escaped = false;
        let mut characters = self.text[body..].char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            if escaped {
                escaped = false;
            } else if c == '\\' && quote == '"' {
                escaped = true;
            } else if c == quote && (quote == '"' || characters.next_if(|(_, next)| *next == '\'').is_none())
            {
                return body + at + 1;
            }
        }
        self.text.len()
    }

    /// The end of a plain scalar of one line: before a colon, where a key may stand, a comment, or, between brackets, a comma or a bracket.
    fn plain(&self, line: usize) -> usize {
        let (in_flow, entry) = (!self.flows.is_empty(), self.begins_entry());
        let text = &self.text[self.at..line];
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            let next = text[at + c.len_utf8()..].chars().next();
            let ends_key = next.is_none_or(|c| c.is_whitespace() || (in_flow && ",[]{}".contains(c)));
            let colon = c == ':' && ends_key && (in_flow || entry);
            let comment = c == '#' && before.is_whitespace() && at > 0;
            if colon || comment || (in_flow && ",[]{}".contains(c) && at > 0) {
                return self.at + text[..at].trim_end().len();
            }
            before = c;
        }
        self.at + text.trim_end().len()
    }
}
