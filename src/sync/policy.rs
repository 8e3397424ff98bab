//! How a flow settles what the requirement leaves open. Every default is `DESIGN` §6's.

use super::BlankPolicy;

/// What a bad value holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// The person's data set is not written.
    #[default]
    Person,
    /// Only the item is not written.
    Item,
    /// Nobody is written and the run is 異常終了.
    Run,
}

/// What somebody who looks like a person of the destination under another code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NearDuplicates {
    /// Held until a person decides.
    #[default]
    Hold,
    /// Created all the same.
    Create,
}

/// What a text longer than the destination takes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overlong {
    /// A bad value (`E_LENGTH`).
    #[default]
    Error,
    /// Cut to the length.
    Truncate,
}

/// What happens to a person's rows in the destination when the source has no dependant any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DependentsEmpty {
    /// They stay.
    #[default]
    Keep,
    /// They are removed.
    Clear,
}

/// Where two sheets or items of one name stop the run (`reference/officestation-kaonavi-link.md` §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NameScope {
    /// Anywhere in Kaonavi.
    #[default]
    All,
    /// Only among what is mapped.
    Mapped,
}

/// What a run with rejected people is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnPartial {
    /// 完了 with its errors counted.
    #[default]
    Completed,
    /// 異常終了.
    Failed,
}

/// What a 退職者 whom the destination doesn't know is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Retired {
    /// Created like anybody else.
    #[default]
    Create,
    /// 対象外.
    Skip,
}

/// Zero padding of 社員番号 (メインコード設定, `reference/officestation-kaonavi-link.md` §5): only codes of ASCII digits, only if shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Padding {
    /// Digits after padding, 1 to 15.
    pub digits: u8,
}

impl Padding {
    /// The code with its leading zeros.
    pub fn pad(self, code: &str) -> String {
        let digits = usize::from(self.digits);
        if !code.is_empty() && code.len() < digits && code.bytes().all(|byte| byte.is_ascii_digit()) {
            format!("{code:0>digits$}")
        } else {
            code.to_owned()
        }
    }
}

/// The limits of the guards of `DESIGN` §6 "Safety". A share is a percentage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardLimits {
    /// The source must return at least this share of the people in scope of the last full 完了 run…
    pub source_percent: u32,
    /// …unless fewer than this many are missing.
    pub source_missing: usize,
    /// More creations than this…
    pub creations: usize,
    /// …and than this share of the destination trip;
    pub creations_percent: u32,
    /// people who join from 31 days ago to 60 days ahead count only above this share.
    pub joiners_percent: u32,
    /// More people than this changed in one item from one non-blank value to another…
    pub changed: usize,
    /// …and than this share trip.
    pub changed_percent: u32,
    /// More people than this cleared in one item…
    pub cleared: usize,
    /// …and than this share trip.
    pub cleared_percent: u32,
    /// Dependants' rows to be written under this share of the destination's rows of the same people…
    pub rows_percent: u32,
    /// …and at least this many fewer trip.
    pub rows_missing: usize,
}

impl Default for GuardLimits {
    fn default() -> Self {
        GuardLimits {
            source_percent: 70,
            source_missing: 5,
            creations: 20,
            creations_percent: 10,
            joiners_percent: 30,
            changed: 20,
            changed_percent: 30,
            cleared: 10,
            cleared_percent: 5,
            rows_percent: 70,
            rows_missing: 10,
        }
    }
}

/// The settings of one flow of one link that the core needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// What a blank source item does; `keep`.
    pub blank: BlankPolicy,
    /// What a bad value holds back; `person`.
    pub on_error: OnError,
    /// What a run with rejected people is; `completed`.
    pub on_partial: OnPartial,
    /// What a near-duplicate is; `hold`.
    pub near_duplicates: NearDuplicates,
    /// What an overlong text is; `error`.
    pub overlong: Overlong,
    /// From some dependants to none; `keep`.
    pub dependents_empty: DependentsEmpty,
    /// Where duplicate names stop the run; `all`.
    pub duplicate_names: NameScope,
    /// Zero padding of the source's codes; off.
    pub padding: Option<Padding>,
    /// What a 退職者 whom the destination doesn't know is, where 退職者 are in scope; `create`.
    pub retired: Retired,
    /// People without 入社日 are 対象外; off.
    pub require_hire_date: bool,
    /// When a run is stopped before it writes.
    pub guards: GuardLimits,
}
