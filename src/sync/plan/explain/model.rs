//! What an explanation is made of: findings, no sentences.

use crate::sync::{Class, ItemRef, Outcome, Problem};

/// Whether an explanation carries the people's data. It carries none of it unless it is told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Values {
    /// Texts are left out: only whether there is one is told.
    #[default]
    Hidden,
    /// Texts are there, whatever may be a マイナンバー masked.
    Shown,
}

/// What is in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The service has no such item, or doesn't show it.
    Absent,
    /// Nothing.
    Blank,
    /// A text, there only with [`Values::Shown`]. Several values of a check box have `、` between them.
    Text(Option<String>),
}

/// Why a plan does with one 社員番号 what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What the source gave.
    pub source: Reading,
    /// What the destination gave.
    pub destination: Reading,
    /// Everybody of the source who goes by the 社員番号, in the source's order, or who was found to be the destination's person of
    /// it; else the destination's person alone. Empty if neither side has anybody.
    pub people: Vec<Explained>,
}

/// What one side gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// How many people.
    pub people: usize,
    /// How many the service said that there are, where that isn't `people`.
    pub announced: Option<usize>,
    /// The codes, as the service has them, of those who go by the 社員番号.
    pub found: Vec<String>,
}

impl Reading {
    /// True if nothing says that somebody is missing.
    pub fn is_complete(&self) -> bool {
        self.announced.is_none_or(|announced| announced == self.people)
    }
}

/// One person, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// 社員番号 in the source as it is matched, after padding; nothing for somebody whom only the destination has.
    pub source: Option<String>,
    /// 社員番号 of the person found in the destination.
    pub destination: Option<String>,
    /// Whether the person is 対象; nothing for somebody whom only the destination has.
    pub scope: Option<InScope>,
    /// Who it is in the destination.
    pub found: Found,
    /// What was compared; nothing where it was settled before.
    pub comparison: Option<Comparison>,
    /// What comes of it.
    pub action: Action,
}

/// Whether somebody is 対象.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InScope {
    /// 入社予定者, 現職者 or 退職者.
    pub class: Class,
    /// 入社日 in the source.
    pub hire: Seen,
    /// 退職日 in the source.
    pub retire: Seen,
    /// Why the person is 対象外, in the words of [`Plan::skipped`](crate::sync::Plan::skipped).
    pub left_out: Option<&'static str>,
}

/// Who somebody is in the destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Not looked for: 対象外 before.
    NotAsked,
    /// Only the destination has the person.
    OnlyDestination,
    /// Several people of 対象 have the 社員番号.
    Duplicate {
        /// How many.
        people: usize,
    },
    /// The destination's person, found so.
    Known(By),
    /// Nobody.
    New,
    /// Nobody, and 対象外 therefore.
    LeftOut(&'static str),
    /// Nobody, but somebody looks like the same person (`H_NEAR_DUPLICATE`).
    NearDuplicate {
        /// That one's code.
        other: String,
    },
    /// Nobody, but somebody has the メールアドレス (E05).
    SameMail {
        /// That one's code.
        other: String,
    },
    /// Somebody looks like the same person, and it was approved that it is another.
    Approved {
        /// Whom the approvals are about.
        others: Vec<String>,
    },
    /// The 社員番号 seems to be another person's by now (E23).
    NumberReused {
        /// The destination's code.
        other: String,
    },
    /// It can't be told who it is (E20–E22, E24).
    Conflict {
        /// The codes of all whom it may be.
        destination: Vec<String>,
        /// The codes of others in the source who may be the same.
        source: Vec<String>,
    },
}

/// What somebody was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// 社員番号.
    Number,
    /// 氏名 and メールアドレス.
    Person,
    /// Either.
    Both,
}

/// Both sides' data side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Every mapped item of 本人情報 in mapping order, then required items that nothing fills.
    pub items: Vec<ItemStep>,
    /// 扶養家族情報; nothing if the flow doesn't carry it.
    pub dependents: Option<RowsStep>,
}

/// One item of 本人情報.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemStep {
    /// The destination's item.
    pub item: ItemRef,
    /// What comes of it.
    pub verdict: ItemVerdict,
    /// What the source says, translated by the item's `value_map`.
    pub source: Seen,
    /// What the destination holds.
    pub held: Seen,
    /// What is written, with [`Values::Shown`] only.
    pub written: Option<String>,
}

/// What comes of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemVerdict {
    /// The same on both sides.
    Same,
    /// Blank in the source, and nothing to keep.
    Blank,
    /// Spelled otherwise, and the same: the destination's form stays.
    Spelling,
    /// Written where nothing was.
    Register,
    /// Written over something.
    Update,
    /// Removed.
    Clear,
    /// Blank in the source: what the destination holds stays.
    KeptBlank,
    /// The source doesn't have the item, which is not blank.
    SourceAbsent,
    /// The destination doesn't have the item, or doesn't show it.
    DestinationAbsent,
    /// Only people who are created get the item, or the job names others.
    NotSelected,
    /// A name that isn't this person's to write, who has a ビジネスネーム.
    BusinessName,
    /// It would be written, but for this.
    Withheld(Withheld),
    /// The destination can't take it: the codes of the lines about it, such as `E_MASTER`.
    Bad(Vec<&'static str>),
}

/// Why something is not written that would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// The person is held.
    Held,
    /// Another value of 本人情報 is bad.
    BadValue,
    /// A dependant's record may hold a マイナンバー.
    BadRows,
}

/// 扶養家族情報, which is compared and replaced as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsStep {
    /// What comes of the rows.
    pub verdict: RowsVerdict,
    /// How many the source has.
    pub source: usize,
    /// How many the destination has.
    pub held: usize,
    /// The bare names of the items that change.
    pub items: Vec<String>,
}

/// What comes of a person's dependants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsVerdict {
    /// They are the same.
    Same,
    /// The source has none, and the destination keeps its own.
    Kept,
    /// They are replaced.
    Replaced,
    /// They would be replaced, but for this.
    Withheld(Withheld),
    /// A value is bad.
    Bad,
    /// Somebody who is 対象外 has the same 社員番号: whose they are can't be told.
    Shared,
}

/// What comes of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing: the source doesn't have the person.
    OnlyDestination,
    /// Nothing: 対象外 for this reason.
    Skipped(&'static str),
    /// What the plan says.
    Planned {
        /// The outcome.
        outcome: Outcome,
        /// The bare names of the items that are written.
        items: Vec<String>,
        /// The lines about the person.
        problems: Vec<Problem>,
    },
}
