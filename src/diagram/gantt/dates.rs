//! Dates and durations as Mermaid writes them.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::fmt::strtime;

/// The tokens of `dateFormat`, as `strftime` spells them. The longer ones first.
const TOKENS: [(&str, &str); 16] = [
    ("YYYY", "%Y"),
    ("YY", "%y"),
    ("MMMM", "%B"),
    ("MMM", "%b"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("HH", "%H"),
    ("hh", "%I"),
    ("mm", "%M"),
    ("ss", "%S"),
    ("M", "%m"),
    ("D", "%d"),
    ("H", "%H"),
    ("h", "%I"),
    ("A", "%p"),
    ("a", "%p"),
];

/// `YYYY-MM-DD` → `%Y-%m-%d`
pub fn pattern(format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while !rest.is_empty() {
        if let Some((token, spelled)) = TOKENS.iter().find(|(token, _)| rest.starts_with(token)) {
            out.push_str(spelled);
            rest = rest.get(token.len()..).unwrap_or("");
        } else {
            let mut chars = rest.chars();
            out.extend(chars.next());
            rest = chars.as_str();
        }
    }
    out
}

/// A date as the diagram's format writes it, or as ISO 8601 does; a time alone is one of an arbitrary day.
pub fn date(text: &str, pattern: &str) -> Option<DateTime> {
    if text.len() > 40 {
        return None;
    }
    let parsed = strtime::parse(pattern, text).ok().and_then(|found| {
        let time = found.to_time().unwrap_or(Time::midnight());
        Some(found.to_date().ok()?.to_datetime(time))
    });
    let clock = || {
        let time = strtime::parse(pattern, text).ok()?.to_time().ok()?;
        Some(jiff::civil::date(2000, 1, 1).to_datetime(time))
    };
    let iso = || text.parse::<DateTime>().ok();
    parsed.or_else(iso).or_else(clock).filter(|at| (1..=9000).contains(&at.year()))
}

/// `30d`, `1.5h`, `2w`: in milliseconds, at most a thousand years; months and years are counted as 30 and 365 days.
#[expect(clippy::cast_possible_truncation, reason = "within a thousand years")]
pub fn duration(text: &str) -> Option<i64> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
    let day = 86_400_000.0;
    let milliseconds = match unit {
        "ms" => 1.0,
        "s" => 1_000.0,
        "m" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => day,
        "w" => 7.0 * day,
        "M" => 30.0 * day,
        "y" => 365.0 * day,
        _ => return None,
    };
    let total = number * milliseconds;
    (total.is_finite() && total <= 365_000.0 * day).then_some(total as i64)
}

/// So many milliseconds later.
pub fn later(at: DateTime, milliseconds: i64) -> Option<DateTime> {
    at.checked_add(milliseconds.milliseconds()).ok()
}

/// One day before.
pub fn day_before(at: DateTime) -> DateTime {
    at.checked_sub(1.day()).unwrap_or(at)
}

/// One day after.
pub fn day_after(at: DateTime) -> DateTime {
    at.checked_add(1.day()).unwrap_or(at)
}

/// Milliseconds since 1970, to compare.
pub fn instant(at: DateTime) -> i64 {
    at.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_millisecond())
}

/// It is not midnight.
pub fn clock(at: DateTime) -> bool {
    at.time() != Time::midnight()
}

/// As short as it can be read: `03-01`, `2026-03-01`, `03-01 09:00`.
pub fn show(at: DateTime, year: bool, clock: bool) -> String {
    let year = if year { format!("{:04}-", at.year()) } else { String::new() };
    let clock = if clock { format!(" {:02}:{:02}", at.hour(), at.minute()) } else { String::new() };
    format!("{year}{:02}-{:02}{clock}", at.month(), at.day())
}

/// Days on which nobody works.
#[derive(Debug, Default)]
pub struct Excluded {
    weekdays: Vec<Weekday>,
    dates: BTreeSet<Date>,
}

impl Excluded {
    /// `weekends`, names of days, dates; between commas or blanks.
    pub fn add(&mut self, text: &str, pattern: &str) {
        for word in text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()).take(400) {
            match word.to_ascii_lowercase().as_str() {
                "weekends" => self.weekdays.extend([Weekday::Saturday, Weekday::Sunday]),
                "monday" => self.weekdays.push(Weekday::Monday),
                "tuesday" => self.weekdays.push(Weekday::Tuesday),
                "wednesday" => self.weekdays.push(Weekday::Wednesday),
                "thursday" => self.weekdays.push(Weekday::Thursday),
                "friday" => self.weekdays.push(Weekday::Friday),
                "saturday" => self.weekdays.push(Weekday::Saturday),
                "sunday" => self.weekdays.push(Weekday::Sunday),
                _ => self.dates.extend(date(word, pattern).map(DateTime::date)),
            }
        }
    }

    /// The end moved by the days on which nobody works; `budget` counts the days looked at.
    pub fn stretch(&self, from: DateTime, to: DateTime, budget: &mut usize) -> DateTime {
        if self.weekdays.is_empty() && self.dates.is_empty() {
            return to;
        }
        let (mut day, mut end) = (from, to);
        while day < end && *budget > 0 {
            *budget -= 1;
            let off = self.weekdays.contains(&day.weekday()) || self.dates.contains(&day.date());
            if off {
                end = day_after(end);
            }
            let next = day_after(day);
            if next == day {
                break;
            }
            day = next;
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_their_format() {
        #[track_caller]
        fn check(format: &str, text: &str, expected: &str) {
            assert_eq!(date(text, &pattern(format)).map(|at| at.to_string()).unwrap_or_default(), expected);
        }
        check("YYYY-MM-DD", "2026-03-01", "2026-03-01T00:00:00");
        check("YYYY-MM-DD HH:mm", "2026-03-01 09:30", "2026-03-01T09:30:00");
        check("DD/MM/YYYY", "01/03/2026", "2026-03-01T00:00:00");
        check("HH:mm", "17:49", "2000-01-01T17:49:00");
        check("DD/MM/YYYY", "2026-03-01", "2026-03-01T00:00:00");
        check("YYYY-MM-DD", "내일", "");
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("30d"), Some(30 * 86_400_000));
        assert_eq!(duration("1.5h"), Some(5_400_000));
        assert_eq!(duration("3"), None);
        assert_eq!(duration("d"), None);
        assert_eq!(duration("9999999999999y"), None);
    }

    #[test]
    fn weekends_move_the_end() {
        let mut excluded = Excluded::default();
        excluded.add("weekends, 2026-03-04", "%Y-%m-%d");
        let friday = jiff::civil::date(2026, 2, 27).at(0, 0, 0, 0);
        let end = excluded.stretch(friday, later(friday, 4 * 86_400_000).unwrap(), &mut 100);
        assert_eq!(end.to_string(), "2026-03-06T00:00:00");
    }
}
