//! Natural order: numbers within names by value.

use std::cmp::Ordering;

/// `day_2` before `day_10`; what is equal so is ordered by its bytes.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.chars().peekable(), b.chars().peekable());
    loop {
        match (left.peek().copied(), right.peek().copied()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(l), Some(r)) if l.is_ascii_digit() && r.is_ascii_digit() => {
                let order = number(&mut left).cmp(&number(&mut right));
                if order != Ordering::Equal {
                    return order;
                }
            }
            (Some(l), Some(r)) => {
                let order = l.to_lowercase().cmp(r.to_lowercase());
                if order != Ordering::Equal {
                    return order;
                }
                left.next();
                right.next();
            }
        }
    }
}

/// The digits ahead, comparable by value however many there are.
fn number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> (usize, String) {
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        if !(digits.is_empty() && digit == '0') {
            digits.push(digit);
        }
    }
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str]) {
        let mut sorted: Vec<_> = names.iter().rev().copied().collect();
        sorted.sort_by(|a, b| natural(a, b));
        assert_eq!(sorted, names);
    }

    #[test]
    fn two_comes_before_ten() {
        check(&["day2", "day10"]);
        check(&["session_1", "session_02", "session_2", "session_10"]);
        check(&["a", "a1", "a1b", "a2", "B", "b1"]);
        check(&["9", "99999999999999999999999998", "99999999999999999999999999"]);
        check(&["", "1주차", "2주차", "가", "나"]);
    }
}
