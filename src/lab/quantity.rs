//! Kubernetes quantities by value: `0.5` is `500m`, `1Gi` is `1024Mi`. Exact, in billionths, as the API server keeps
//! them; it never prints one.

use serde_json::Value;

const NANO: i128 = 1_000_000_000;

/// The value of a quantity in billionths; finer parts are rounded up, as the API server does. `None` when it is not
/// one, or too large.
pub fn parse(text: &str) -> Option<i128> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, suffix) = rest.split_at_checked(end)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let mut digits: i128 = 0;
    for digit in whole.chars().chain(fraction.chars()) {
        digits = digits.checked_mul(10)?.checked_add(i128::from(digit.to_digit(10)?))?;
    }
    let places = i32::try_from(fraction.len()).ok()?;
    let (power, factor) = scale(suffix)?;
    let exponent = power.checked_add(9)?.checked_sub(places)?;
    let scaled = digits.checked_mul(factor)?;
    let ten = 10_i128.checked_pow(exponent.unsigned_abs());
    let value = match ten {
        Some(ten) if exponent >= 0 => scaled.checked_mul(ten)?,
        Some(ten) => scaled / ten + i128::from(scaled % ten != 0),
        None if scaled == 0 => 0,
        None if exponent >= 0 => return None,
        None => 1,
    };
    Some(if negative { -value } else { value })
}

/// A JSON string or number as a quantity.
pub fn of(value: &Value) -> Option<i128> {
    match value {
        Value::String(text) => parse(text),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => i128::from(whole).checked_mul(NANO),
            None => parse(&number.to_string()),
        },
        _ => None,
    }
}

/// A value in billionths as a double: equal quantities give equal doubles.
pub fn double(nano: i128) -> f64 {
    nano as f64 / NANO as f64
}

/// The power of ten and the factor of a suffix.
fn scale(suffix: &str) -> Option<(i32, i128)> {
    Some(match suffix {
        "" => (0, 1),
        "n" => (-9, 1),
        "u" => (-6, 1),
        "m" => (-3, 1),
        "k" => (3, 1),
        "M" => (6, 1),
        "G" => (9, 1),
        "T" => (12, 1),
        "P" => (15, 1),
        "E" => (18, 1),
        "Ki" => (0, 1 << 10),
        "Mi" => (0, 1 << 20),
        "Gi" => (0, 1 << 30),
        "Ti" => (0, 1 << 40),
        "Pi" => (0, 1 << 50),
        "Ei" => (0, 1 << 60),
        _ => {
            let power = suffix.strip_prefix(['e', 'E'])?.parse::<i32>().ok()?;
            ((-60..=60).contains(&power).then_some(power)?, 1)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(left: &str, right: &str) {
        assert!(parse(left).is_some(), "{left}");
        assert_eq!(parse(left), parse(right), "{left} and {right}");
    }

    #[test]
    fn quantities_compare_by_value() {
        same("0.5", "500m");
        same(".5", "500m");
        same("1", "1000m");
        same("1.0", "1");
        same("0.1", "100m");
        same("1Gi", "1024Mi");
        same("1.5Gi", "1536Mi");
        same("1e3", "1k");
        same("1E3", "1000");
        same("1E", "1e18");
        same("-1", "-1000m");
        same("+2", "2");
        same("0.0000000001", "1n");
        same("12e6", "12M");
    }

    #[test]
    fn what_is_no_quantity_is_none() {
        for text in [
            "",
            "-",
            ".",
            "1.2.3",
            "abc",
            "1Zi",
            "1 Gi",
            "m",
            "1e",
            "1e99999",
            "99999999999999999999999999999999999999999",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_of_json_count_too() {
        assert_eq!(of(&serde_json::json!(0.5)), parse("500m"));
        assert_eq!(of(&serde_json::json!(2)), parse("2"));
        assert_eq!(of(&serde_json::json!(null)), None);
    }
}
