//! What the learner left behind: said once, when a running lab is opened again.

use super::App;
use crate::lab::{Millis, Verdict};
use crate::say;
use crate::text::Role;

/// The lab of the lesson that was open last, and when it was.
pub struct Left {
    lab: String,
    at: Millis,
}

impl App {
    /// Remembers what was left, before this session writes over it.
    pub(super) fn remember_left(&mut self, node: usize) {
        let Some(node) = self.curriculum.nodes.get(node) else { return };
        let record = self.progress.lessons.get(&node.id);
        let at = record.and_then(|r| r.last.max(r.place.map(|(at, _)| at)));
        self.left = node.lab.clone().zip(at).map(|(lab, at)| Left { lab, at });
    }

    /// Says what was left, with the first whole answer about the running lab.
    pub(super) fn say_left(&mut self) {
        let Some(lab) = self.checks.lab.clone() else { return };
        let open = self.checks.counted(self.level).filter(|(i, _)| self.checks.shown(*i).0 != Verdict::Passed).count();
        let known = self.checks.verdicts.iter().all(|v| !matches!(v, Verdict::Unknown(_)));
        if !self.checks.running() || !known || self.left.as_ref().is_none_or(|left| left.lab != lab.id) {
            return;
        }
        let Some(left) = self.left.take().filter(|_| open > 0 && self.status.is_none()) else { return };
        let node = self.reader.node.and_then(|i| self.curriculum.nodes.get(i));
        let title = node.map_or(lab.title.as_str(), |n| n.title.split(':').next().unwrap_or(&n.title));
        let step = match self.checks.current_step(self.level) {
            Some(step) if step > 0 => format!(" {step}단계"),
            _ => String::new(),
        };
        let failed = self.checks.unfolded_check(self.level).and_then(|i| self.checks.verdicts.get(i));
        let cause = failed.and_then(Verdict::finding).and_then(|f| say::brief(f.cause.as_ref()?));
        let cause = cause.map(|c| format!(", 마지막 오류 {c}")).unwrap_or_default();
        let when = day(left.at, self.now, &self.zone);
        self.say(Role::Dim, format!("{when}: {title}{step}, 남은 확인 {open}개{cause}"));
    }
}

/// A day as seen from now: 오늘, 어제, 그저께, then by number.
pub fn day(at: Millis, now: Millis, zone: &jiff::tz::TimeZone) -> String {
    let date = |millis| jiff::Timestamp::from_millisecond(millis).map(|t| t.to_zoned(zone.clone()).date());
    let (Ok(then), Ok(today)) = (date(at), date(now)) else { return "지난번".into() };
    match today.since(then).map(|span| span.get_days()) {
        Ok(0) => "오늘".into(),
        Ok(1) => "어제".into(),
        Ok(2) => "그저께".into(),
        Ok(days @ 3..=30) => format!("{days}일 전"),
        _ => "지난번".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hours: i64, expected: &str) {
        let now = 1_800_000_000_000; // 2027-01-15 08:00 UTC
        assert_eq!(day(now - hours * 3_600_000, now, &jiff::tz::TimeZone::UTC), expected);
    }

    #[test]
    fn days_are_counted_by_the_calendar() {
        check(0, "오늘");
        check(8, "오늘");
        check(9, "어제");
        check(33, "그저께");
        check(24 * 5, "5일 전");
        check(24 * 100, "지난번");
        check(-48, "지난번");
    }
}
