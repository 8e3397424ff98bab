//! Who may stand in one file: people with the same items, so that no cell is empty. What an empty one means to an import is not known.

use std::collections::{BTreeMap, BTreeSet};

/// More combinations of items than this make a file an item instead.
const MOST_FILES: usize = 20;

/// The items of a file beside the key, and the people in it, each of whom has all of them.
pub type Together<'p, 'a, P> = Vec<(Vec<&'a str>, Vec<&'p P>)>;

/// The people by their items: those of whom they are the same together. Past 20 combinations a file has one item alone, and somebody stands in
/// one for each of theirs. Whoever has none is in no file. The same people and items always come in the same order.
pub fn by_items<'p, 'a, P>(
    people: impl IntoIterator<Item = &'p P>,
    items: impl Fn(&'p P) -> Vec<&'a str>,
) -> Together<'p, 'a, P> {
    let mut together: BTreeMap<Vec<&str>, Vec<&P>> = BTreeMap::new();
    let of_each: Vec<(&P, Vec<&str>)> = people
        .into_iter()
        .map(|person| (person, items(person)))
        .filter(|(_, items)| !items.is_empty())
        .collect();
    let combinations: BTreeSet<&[&str]> = of_each.iter().map(|(_, items)| &items[..]).collect();
    let many = combinations.len() > MOST_FILES;
    for (person, items) in &of_each {
        let width = if many { 1 } else { items.len() };
        for items in items.chunks(width) {
            together.entry(items.to_vec()).or_default().push(person);
        }
    }
    together.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(people: &[(&str, Vec<&'static str>)]) -> Vec<String> {
        let together = by_items(people, |(_, items)| items.clone());
        let file = |(items, people): &(Vec<&str>, Vec<&(&str, Vec<&str>)>)| {
            let people: Vec<&str> = people.iter().map(|(name, _)| *name).collect();
            format!("{}: {}", items.join("+"), people.join(" "))
        };
        together.iter().map(file).collect()
    }

    #[test]
    fn only_people_with_the_same_items_stand_together() {
        let people =
            [("A", vec!["b"]), ("B", vec!["a", "b"]), ("C", Vec::new()), ("D", vec!["b"]), ("E", vec!["a"])];
        assert_eq!(told(&people), ["a: E", "a+b: B", "b: A D"]);
    }

    #[test]
    fn past_20_combinations_a_file_has_one_item() {
        let items = ["a", "b", "c", "d", "e"];
        let combination = |n: usize| (0..5).filter(|bit| n >> bit & 1 == 1).map(|bit| items[bit]).collect();
        let people: Vec<(&str, Vec<&str>)> = (1..=21).map(|n| ("P", combination(n))).collect();
        assert_eq!(told(&people[..20]).len(), 20);
        let single = told(&people);
        assert_eq!(single.len(), 5);
        assert_eq!(single[4], "e: P P P P P P", "16 to 21");
    }
}
