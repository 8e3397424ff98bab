//! What is to be written of one record, packed: a run that creates 100,000 people holds millions of values.

/// One item's new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<'a> {
    /// Which rule: an index for [`Rules::get`](super::Rules::get).
    pub rule: usize,
    /// The canonical text for the destination; `None` clears the item. Several values of a check box are joined by
    /// [`Cell::SEPARATOR`](super::Cell::SEPARATOR).
    pub value: Option<&'a str>,
}

/// The changes of one record in mapping order: one text, and where each value ends in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    text: Box<str>,
    /// The rule, and the end of its value; a clear ends where it begins, as no value is empty.
    ends: Box<[(u16, u32)]>,
}

impl Changes {
    /// Changes in this order. Values are never empty.
    pub fn of<'a>(changes: impl IntoIterator<Item = Change<'a>>) -> Self {
        let mut text = String::new();
        let mut ends = Vec::new();
        for change in changes {
            text.push_str(change.value.unwrap_or_default());
            ends.push((narrow(change.rule), u32::try_from(text.len()).unwrap_or(u32::MAX)));
        }
        Changes { text: text.into(), ends: ends.into() }
    }

    /// The changes in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Change<'_>> + '_ {
        let mut start = 0;
        self.ends.iter().map(move |&(rule, end)| {
            let end = end as usize;
            let value = &self.text[start..end];
            start = end;
            Change { rule: usize::from(rule), value: (!value.is_empty()).then_some(value) }
        })
    }

    /// How many items change.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if nothing changes.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// A rule's index as it is kept. Mappings have tens of lines; [`resolve`](fn@super::resolve) refuses one with more than 65,535.
pub(super) fn narrow(rule: usize) -> u16 {
    u16::try_from(rule).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_clears_come_back_in_order() {
        let changes = [
            Change { rule: 0, value: Some("山田") },
            Change { rule: 3, value: None },
            Change { rule: 7, value: Some("x") },
        ];
        let packed = Changes::of(changes);
        assert_eq!(packed.iter().collect::<Vec<_>>(), changes);
        assert_eq!(packed.len(), 3);
    }
}
