//! The word that was probably meant.

/// The candidate nearest to `word`, if it is near enough to be worth naming.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let score = |candidate: &str| strsim::normalized_damerau_levenshtein(word, candidate);
    candidates
        .into_iter()
        .map(|candidate| (score(candidate), candidate))
        .filter(|(score, _)| *score >= 0.5)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate)
}

/// At most so many candidates that are near enough, the nearest first; of equally near ones in their order as texts.
pub(crate) fn nearest_few<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let score = |candidate: &str| strsim::normalized_damerau_levenshtein(word, candidate);
    let scored = candidates.into_iter().map(|candidate| (score(candidate), candidate));
    let mut near: Vec<(f64, &str)> = scored.filter(|(score, _)| *score >= 0.5).collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    near.dedup();
    near.into_iter().take(most).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_word_that_is_near_is_named() {
        let keys = ["kind", "kaonavi", "officestation"];
        assert_eq!(nearest("kidn", keys), Some("kind"));
        assert_eq!(nearest("offcestation", keys), Some("officestation"));
        assert_eq!(nearest("zebra", keys), None);
    }

    #[test]
    fn the_nearest_come_first_and_each_once() {
        let codes = ["A0002", "A0011", "B7", "A0001", "A0001"];
        assert_eq!(nearest_few("A001", codes, 5), ["A0001", "A0011", "A0002"]);
        assert_eq!(nearest_few("A001", codes, 1), ["A0001"]);
        assert_eq!(nearest_few("zebra", codes, 5), [""; 0]);
    }
}
