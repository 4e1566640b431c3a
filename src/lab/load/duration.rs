//! Durations as authors write them. No wall clock here.

use std::time::Duration;

/// `60s`, `2m`, `500ms`, `1h`, and sums such as `1m30s`.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let (number, tail) = rest.split_at_checked(digits)?;
        let letters = tail.chars().take_while(char::is_ascii_lowercase).count();
        let (unit, tail) = tail.split_at_checked(letters)?;
        let number: u64 = number.parse().ok()?;
        let millis = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return None,
        };
        total = total.checked_add(Duration::from_millis(number.checked_mul(millis)?))?;
        rest = tail;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(parse(text), expected.map(Duration::from_millis), "{text}");
    }

    #[test]
    fn durations_have_units() {
        check("60s", Some(60_000));
        check("2m", Some(120_000));
        check("500ms", Some(500));
        check("1m30s", Some(90_000));
        check("0s", Some(0));
        check("60", None);
        check("", None);
        check("s", None);
        check("1초", None);
        check("-1s", None);
        check("99999999999999999999s", None);
    }
}
