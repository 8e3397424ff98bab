//! What the destination can hold: its sheets and items, as read at the start of every run.
//!
//! A service without sheets has one [`LayoutSheet`] with an empty name. In Kaonavi the first one is [`ItemRef::BASIC`].

use std::collections::HashSet;

use super::messages::{Failure, RunFailure};
use super::{Form, ItemRef};

/// The destination's sheets, the basic one first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// Every sheet that the service shows, mapped or not.
    pub sheets: Vec<LayoutSheet>,
}

/// One sheet of the destination.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayoutSheet {
    /// The service's id; 0 for the basic items.
    pub id: u64,
    /// The name, [`ItemRef::BASIC`] for the basic items.
    pub name: String,
    /// True if a person may have several records.
    pub multi: bool,
    /// The items in the service's order.
    pub items: Vec<LayoutItem>,
}

/// One item of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayoutItem {
    /// The service's id; 0 for the standard items, which have none.
    pub id: u64,
    /// The name that people see, which administrators may change.
    pub name: String,
    /// What values it takes.
    pub kind: Kind,
    /// How a value has to be written.
    pub form: Form,
    /// True if it may not be blank.
    pub required: bool,
    /// The longest text in characters.
    pub max_length: Option<usize>,
    /// True if a link can't write it: calculated items, and the key (社員番号), which stands here for the name check only.
    pub read_only: bool,
}

/// What values an item takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Kind {
    /// Any text.
    #[default]
    Text,
    /// A decimal number.
    Number,
    /// A day, written `YYYY-MM-DD`.
    Date,
    /// A month, written `YYYY-MM`.
    YearMonth,
    /// One of these master values.
    Select(Vec<String>),
    /// Any of these master values, joined by [`Cell::SEPARATOR`](super::Cell::SEPARATOR).
    Multi(Vec<String>),
    /// Something that no link writes: 所属, files, photos.
    Other,
}

impl Layout {
    /// The sheet of this name.
    pub fn sheet(&self, name: &str) -> Option<&LayoutSheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }

    /// The item of this name.
    pub fn item(&self, item: &ItemRef) -> Option<&LayoutItem> {
        self.sheet(&item.sheet)?.item(&item.item)
    }

    /// Refuses a layout in which a name doesn't say which sheet or item is meant (`reference/officestation-kaonavi-link.md` §6).
    /// `counts` says which sheets are looked at.
    pub(super) fn refuse_duplicates(&self, counts: impl Fn(&LayoutSheet) -> bool) -> Result<(), Failure> {
        let mut sheets = HashSet::new();
        for sheet in self.sheets.iter().filter(|sheet| counts(sheet)) {
            if !sheets.insert(sheet.name.as_str()) {
                return Err(RunFailure::DuplicateSheet { sheet: &sheet.name }.into());
            }
        }
        for sheet in self.sheets.iter().filter(|sheet| counts(sheet)) {
            let mut items = HashSet::new();
            for item in &sheet.items {
                if !items.insert(item.name.as_str()) {
                    return Err(RunFailure::DuplicateItem { sheet: &sheet.name, item: &item.name }.into());
                }
            }
        }
        Ok(())
    }

    /// True if all standard names are ASCII: the tenant speaks English, where the link can't be used
    /// (`reference/officestation-kaonavi-link.md` §2).
    pub(super) fn is_english(&self) -> bool {
        let Some(basic) = self.sheet(ItemRef::BASIC) else { return false };
        let mut standard = basic.items.iter().filter(|item| item.id == 0).peekable();
        standard.peek().is_some() && standard.all(|item| item.name.is_ascii())
    }
}

impl LayoutSheet {
    /// The item of this name.
    pub fn item(&self, name: &str) -> Option<&LayoutItem> {
        self.items.iter().find(|item| item.name == name)
    }
}
