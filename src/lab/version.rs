//! Versions and ranges of them, as labs require them of clusters and programs.

/// Whether a version is within a range such as `>=1.33, <1.40`; parts that are not written do not count. A range that
/// cannot be read holds nothing back: its author is told by lint, not the learner here.
pub fn satisfies(range: &str, version: &str) -> bool {
    let found = numbers(version);
    range.split(',').map(str::trim).filter(|part| !part.is_empty()).all(|part| {
        let operator: String = part.chars().take_while(|c| "<>=^~!".contains(*c)).collect();
        let wanted = numbers(part.strip_prefix(operator.as_str()).unwrap_or_default());
        let found = found.get(..wanted.len()).unwrap_or(&found);
        let order = found.cmp(&wanted);
        wanted.is_empty()
            || match operator.as_str() {
                ">=" | "^" => order.is_ge(),
                ">" => order.is_gt(),
                "<=" => order.is_le(),
                "<" => order.is_lt(),
                "" | "=" | "==" | "~" => order.is_eq(),
                _ => true,
            }
    })
}

/// `v1.36.3-rc.1+x` as 1, 36, 3.
fn numbers(version: &str) -> Vec<u64> {
    let core = version.trim().trim_start_matches('v').split(['-', '+']).next().unwrap_or_default();
    core.split('.').map_while(|part| part.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, version: &str, expected: bool) {
        assert_eq!(satisfies(range, version), expected, "{range} {version}");
    }

    #[test]
    fn a_version_is_held_against_a_range() {
        check(">=1.33", "v1.36.3", true);
        check(">=1.33", "v1.33.0-rc.1", true);
        check(">=1.33", "v1.9.9", false);
        check(">=1.33.2", "v1.33.1+k3s1", false);
        check(">=1.30, <1.36", "v1.36.0", false);
        check(">=1.30, <1.36", "v1.35.9", true);
        check(">1.33", "v1.33.5", false);
        check("<=1.33", "v1.33.5", true);
        check("1.33", "v1.33.5", true);
        check("1.33", "v1.34.0", false);
        check("", "v1.34.0", true);
    }
}
