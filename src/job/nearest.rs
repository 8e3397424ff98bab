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
}
