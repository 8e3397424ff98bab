//! Names that the source keeps whole and the destination in two parts, and whose name they are (`DESIGN` §6 "Same or not").
//!
//! 氏名 of the source may be a person's legal name or the ビジネスネーム. For somebody whose ビジネスネーム the destination holds, 氏 and 名 and
//! their kana are never written: 氏名 that is neither name is a new ビジネスネーム, and 氏名 that is either of them says nothing. The
//! source may have an item for the ビジネスネーム as well. It counts unless 氏名 contradicts it, so that two values of one person can't
//! take turns from run to run.

use super::bind::{BoundRule, cell};
use crate::sync::{BlankPolicy, Cell, ItemRef, NameRoles, People, Row, Rules, Text, fold, form};

/// What a name in two parts is of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Legal,
    LegalKana,
    Business,
    BusinessKana,
    Other,
}

/// The two parts of a name among the rules of 本人情報.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) role: Role,
    /// 氏 and 名; one of them may not be mapped.
    pub(super) rules: [Option<usize>; 2],
    /// True if one value feeds both: it is split.
    split: bool,
}

/// A name as the source has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    Absent,
    Blank,
    /// A name without a space: nobody can say where 名 begins.
    Whole(String),
    Halves(String, String),
}

/// Which of a person's names are written, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Each to its own items.
    Plain,
    /// Only the ビジネスネーム, from its own items.
    BusinessOnly,
    /// Neither.
    Neither,
    /// 氏名 and its kana are the new ビジネスネーム.
    Renamed { name: Name, kana: Name },
}

/// All names in two parts of a run, bound to the destination's columns.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) pairs: Vec<Pair>,
    /// By rule of 本人情報: true if it is part of a name.
    in_pair: Vec<bool>,
    legal: [Option<usize>; 2],
    business: [Option<usize>; 2],
}

impl Names {
    pub(super) fn new(rules: &Rules, destination: &People) -> Self {
        let Some(NameRoles { legal, legal_kana, business, business_kana, others }) =
            &rules.roles().destination.names
        else {
            return Names::default();
        };
        let parts = [
            (Role::Legal, legal),
            (Role::LegalKana, legal_kana),
            (Role::Business, business),
            (Role::BusinessKana, business_kana),
        ];
        let others = others.iter().map(|items| (Role::Other, items));
        let pairs: Vec<Pair> =
            parts.into_iter().chain(others).map(|(role, items)| Pair::new(role, items, rules)).collect();
        let mut in_pair = vec![false; rules.own().len()];
        for rule in pairs.iter().flat_map(|pair| pair.rules).flatten() {
            in_pair[rule] = true;
        }
        let held = |item: &ItemRef| destination.columns.position(&item.to_string());
        Names {
            pairs,
            in_pair,
            legal: [&legal[0], &legal[1]].map(held),
            business: [&business[0], &business[1]].map(held),
        }
    }

    /// True if the rule is part of a name and not compared by itself.
    pub(super) fn has(&self, rule: usize) -> bool {
        self.in_pair.get(rule).copied().unwrap_or_default()
    }

    /// True if the rule is part of a person's own names, of which one says how another is read: a bad one holds back all.
    pub(super) fn is_own_name(&self, rule: usize) -> bool {
        let own = self.pairs.iter().filter(|pair| pair.role != Role::Other);
        own.flat_map(|pair| pair.rules).flatten().any(|own| own == rule)
    }

    /// The name that the rule is part of.
    pub(super) fn pair_of(&self, rule: usize) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.rules.contains(&Some(rule)))
    }

    pub(super) fn pair(&self, role: Role) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.role == role)
    }

    /// Which names of somebody whom the destination has are written.
    pub(super) fn standing(
        &self,
        rules: &[BoundRule<'_>],
        source: &Row,
        held: &Row,
        scratch: &mut String,
    ) -> Standing {
        let mut said = |role| self.pair(role).map_or(Name::Absent, |pair| pair.value(rules, source, scratch));
        let (name, business) = (said(Role::Legal), said(Role::Business));
        let agree = name.whole().is_some_and(|name| {
            business.whole().is_some_and(|business| fold::same(Text::Name, &name, &business))
        });
        let cells = self.business.map(|column| cell(held, column));
        if cells.contains(&Cell::Absent) {
            // There may be a ビジネスネーム that this login can't see.
            return Standing::BusinessOnly;
        }
        if cells == [Cell::Blank; 2] {
            // A ビジネスネーム that the destination doesn't know yet must not become the legal name.
            return if agree { Standing::BusinessOnly } else { Standing::Plain };
        }
        let is = |columns: [Option<usize>; 2], name: &str| {
            let held: String = columns.iter().filter_map(|column| cell(held, *column).text()).collect();
            fold::same(Text::Name, name, &held)
        };
        match name.whole() {
            None => self.own_items(rules, &business),
            Some(name) if is(self.legal, &name) => self.own_items(rules, &business),
            Some(name) if is(self.business, &name) => {
                // A blank kana beside it says nothing of the kana that came with 氏名.
                let has_kana = said(Role::BusinessKana).whole().is_some();
                if agree && has_kana { Standing::BusinessOnly } else { Standing::Neither }
            }
            Some(_) => {
                let own = said(Role::BusinessKana);
                let kana = if agree && own.whole().is_some() { own } else { said(Role::LegalKana) };
                Standing::Renamed { name, kana }
            }
        }
    }

    /// The name that goes to a pair's items and the pair whose items it comes from; `None` if the person's standing keeps it out.
    pub(super) fn told<'n>(
        &'n self,
        standing: &Standing,
        pair: &'n Pair,
        rules: &[BoundRule<'_>],
        source: &Row,
        scratch: &mut String,
    ) -> Option<(Name, &'n Pair)> {
        let origin = |role| self.pair(role).unwrap_or(pair);
        match (standing, pair.role) {
            (_, Role::Other)
            | (Standing::Plain, _)
            | (Standing::BusinessOnly, Role::Business | Role::BusinessKana) => {
                Some((pair.value(rules, source, scratch), pair))
            }
            (Standing::Renamed { name, .. }, Role::Business) => Some((name.clone(), origin(Role::Legal))),
            (Standing::Renamed { kana, .. }, Role::BusinessKana) => {
                Some((kana.clone(), origin(Role::LegalKana)))
            }
            _ => None,
        }
    }

    /// What the source's own items for the ビジネスネーム say of somebody who has one, where 氏名 says nothing of it. A blank one
    /// doesn't go as part of another change: it is kept, or cleared if blanks clear, and then 氏名 is the legal name again.
    fn own_items(&self, rules: &[BoundRule<'_>], business: &Name) -> Standing {
        let clears = |rule: &usize| {
            let rule = rules[*rule].rule;
            rule.selected && rule.blank == BlankPolicy::Clear
        };
        let is_cleared =
            || self.pair(Role::Business).is_some_and(|pair| pair.rules.iter().flatten().all(clears));
        match business {
            Name::Whole(_) | Name::Halves(..) => Standing::BusinessOnly,
            Name::Blank if is_cleared() => Standing::Plain,
            Name::Blank | Name::Absent => Standing::Neither,
        }
    }
}

impl Pair {
    fn new(role: Role, items: &[ItemRef; 2], rules: &Rules) -> Self {
        let place = |item: &ItemRef| rules.own().iter().position(|rule| rule.target == *item);
        let places = [place(&items[0]), place(&items[1])];
        let split = match places {
            [Some(last), Some(first)] => rules.own()[last].source == rules.own()[first].source,
            _ => false,
        };
        Pair { role, rules: places, split }
    }

    /// What the source says.
    pub(super) fn value(&self, rules: &[BoundRule<'_>], row: &Row, scratch: &mut String) -> Name {
        if self.split {
            let Some(last) = self.rules[0] else { return Name::Absent };
            return match rules[last].value(row, scratch) {
                Cell::Absent => Name::Absent,
                Cell::Blank => Name::Blank,
                Cell::Text(name) => match form::split_name(name) {
                    Some((last, first)) => Name::Halves(last.to_owned(), first.to_owned()),
                    None => Name::Whole(name.trim().to_owned()),
                },
            };
        }
        let mut halves = [String::new(), String::new()];
        for (half, rule) in halves.iter_mut().zip(self.rules) {
            match rule.map(|rule| rules[rule].value(row, scratch)) {
                Some(Cell::Absent) => return Name::Absent,
                Some(Cell::Text(text)) => text.clone_into(half),
                Some(Cell::Blank) | None => {}
            }
        }
        let [last, first] = halves;
        match (self.rules, last.is_empty() && first.is_empty()) {
            ([None, None], _) => Name::Absent,
            (_, true) => Name::Blank,
            (_, false) => Name::Halves(last, first),
        }
    }

    /// True if the destination holds the name, however it is parted.
    pub(super) fn is_held(&self, rules: &[BoundRule<'_>], name: &str, held: &Row) -> bool {
        let [Some(last), Some(first)] = self.rules else { return false };
        let parts = [rules[last].held(held), rules[first].held(held)];
        let whole: String = parts.iter().filter_map(|part| part.text()).collect();
        let mode = match rules[last].rule.text {
            Text::Kana => Text::Kana,
            _ => Text::Name,
        };
        fold::same(mode, name, &whole)
    }

    /// The name of the source's item, which is what staff have to put right.
    pub(super) fn label<'r>(&self, rules: &[BoundRule<'r>]) -> &'r str {
        let rule: Option<&'r crate::sync::Rule> =
            self.rules.iter().flatten().next().map(|rule| rules[*rule].rule);
        let item = rule.and_then(|rule| rule.source.items().into_iter().next()).unwrap_or_default();
        item.split_once('/').map_or(item, |(_, item)| item)
    }
}

impl Name {
    /// The name as one text, where there is one.
    pub(super) fn whole(&self) -> Option<String> {
        match self {
            Name::Absent | Name::Blank => None,
            Name::Whole(name) => Some(name.clone()),
            Name::Halves(last, first) => Some(format!("{last}{first}")),
        }
    }
}
