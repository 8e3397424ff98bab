//! The text that excerpts are cut from.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::mask::Masked;

/// A named text whose columns are counted in characters: miette counts bytes, which is three for most of the Japanese ones.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    masked: Masked,
}

impl Excerpt {
    pub(super) fn new(name: String, masked: Masked) -> Self {
        Excerpt { name, masked }
    }

    pub(super) fn masked(&self) -> &Masked {
        &self.masked
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.masked.text.read_span(span, before, after)?;
        let start = self.masked.text.get(..contents.span().offset()).unwrap_or_default();
        let line = start.rsplit('\n').next().unwrap_or_default();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            contents.line(),
            line.chars().count(),
            contents.line_count(),
        )))
    }
}
