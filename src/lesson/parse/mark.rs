//! Comments with a meaning. No comment is ever shown; these are kept.

const NAMES: [&str; 6] = ["check", "manual", "slide", "note", "node", "predict"];

/// Name and value of `<!-- name: value -->`, given what stands between the dashes.
pub fn parse(comment: &str) -> Option<(&'static str, &str)> {
    let comment = comment.trim();
    let (name, value) = comment.split_once(':').unwrap_or((comment, ""));
    let name = name.trim();
    NAMES.into_iter().find(|known| *known == name).map(|known| (known, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_comments_are_read() {
        assert_eq!(parse(" check: web-ready "), Some(("check", "web-ready")));
        assert_eq!(parse("check:lab/id"), Some(("check", "lab/id")));
        assert_eq!(parse(" manual "), Some(("manual", "")));
        assert_eq!(parse(" slide: 첫째\n둘째 "), Some(("slide", "첫째\n둘째")));
        assert_eq!(parse(" TODO: 고치기 "), None);
    }
}
