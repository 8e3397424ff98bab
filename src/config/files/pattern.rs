//! Names of files, as an operator writes them: `従業員*.csv`.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// A file name in which `*` stands for any text. Names are compared without regard to case and to how a file system composes
/// characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    parts: Vec<String>,
}

impl Pattern {
    /// A pattern; `None` if it is empty or names a folder.
    pub fn new(text: &str) -> Option<Self> {
        let plain = !text.trim().is_empty() && !text.contains(['/', '\\', '\0']) && !text.starts_with('.');
        let parts = folded(text).split('*').map(str::to_owned).collect();
        plain.then(|| Pattern { text: text.to_owned(), parts })
    }

    /// True if a file of this name fits. Hidden files never do.
    pub fn fits(&self, name: &str) -> bool {
        let name = folded(name);
        let (Some(first), Some(last)) = (self.parts.first(), self.parts.last()) else { return false };
        if name.starts_with('.') {
            return false;
        }
        if self.parts.len() == 1 {
            return name == *first;
        }
        let Some(rest) = name.strip_prefix(first.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
        self.parts[1..self.parts.len() - 1].iter().all(|part| match rest.find(part.as_str()) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        let fits = |pattern: &str, name: &str| Pattern::new(pattern).expect("a pattern").fits(name);
        assert!(fits("従業員*.csv", "従業員_20261122.csv"));
        assert!(fits("従業員*.csv", "従業員.CSV"));
        assert!(fits("*家族*.csv", "扶養家族すべて.csv"));
        assert!(fits("a*b*a.csv", "a-b-a.csv"));
        // A Mac composes characters another way.
        assert!(fits("データ*.csv", "テ\u{3099}ータ1.csv"));
        assert!(!fits("従業員*.csv", "従業員.csv.part"));
        assert!(!fits("従業員*.csv", "旧従業員.csv"));
        assert!(!fits("a*a.csv", "a.csv"), "the star's two sides don't overlap");
        assert!(!fits("*.csv", ".hidden.csv"));
        assert!(fits("list.csv", "list.csv") && !fits("list.csv", "list2.csv"));
    }

    #[test]
    fn a_pattern_names_no_folder() {
        for text in ["", " ", "../x.csv", "a/b.csv", ".csv"] {
            assert_eq!(Pattern::new(text), None, "{text}");
        }
    }
}
