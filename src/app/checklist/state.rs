//! What stands above the list of checks: why there is no cluster, how to start, long work, what must not break.

use super::rows::{elapsed, spread};
use super::{List, spans};
use crate::app::checks::Checks;
use crate::lab::{Connection, Phase, Verdict, Work};
use crate::say;
use crate::text::{Role, truncate, width};

impl List {
    /// What comes before the list: why there is no cluster, long work, how to start.
    pub(super) fn state(&mut self, checks: &Checks) {
        match &checks.connection {
            Connection::Lost(_, reason) => {
                let (sentence, next) = say::reason(reason);
                self.text(1, &spans(&sentence, Role::Text));
                if let Some(next) = next {
                    self.text(1, &[(Role::Code, next)]);
                }
                self.blank();
            }
            Connection::Refused(text) => {
                let first = text.lines().next().unwrap_or_default();
                self.text(1, &spans(first, Role::Text));
                self.blank();
                self.text(1, &[(Role::Key, "s".into()), (Role::Dim, " 까닭과 나갈 길 보기".into())]);
                self.blank();
            }
            _ => {}
        }
        let minutes = checks.lab.as_ref().map_or(0, |lab| lab.minutes);
        match &checks.phase {
            Phase::Off if matches!(checks.connection, Connection::Refused(_)) => {}
            Phase::Off => self.start_line(checks, &format!(" {} · {minutes}분", checks.start().1)),
            Phase::Stopped => {
                self.text(1, &[(Role::Dim, "실습을 끝냈어요. 만든 것은 모두 지웠어요.".into())]);
                self.start_line(checks, " 다시 시작");
            }
            Phase::Failed(cause) => {
                let sign = if self.view.ascii { "[!] " } else { "✗ " };
                self.text(1, &[(Role::Bad, sign.into()), (Role::Strong, "실습 준비가 멈췄어요".into())]);
                for line in cause.lines() {
                    self.text(3, &spans(line, Role::Text));
                }
                self.blank();
                self.start_line(checks, " 다시 시작");
            }
            Phase::Working(steps) => {
                for work in steps {
                    self.work(work);
                }
            }
            Phase::Running(_)
                if checks.current(self.view.level).is_none()
                    && checks.verdicts.iter().all(|v| !matches!(v, Verdict::Unknown(_))) =>
            {
                let sign = if self.view.ascii { "[x] " } else { "✓ " };
                self.text(1, &[(Role::Good, sign.into()), (Role::Strong, "모두 통과했어요".into())]);
                self.text(
                    3,
                    &[
                        (Role::Key, "n".into()),
                        (Role::Dim, " 다음 학습   ".into()),
                        (Role::Key, "x".into()),
                        (Role::Dim, " 실습 끝내기".into()),
                    ],
                );
                self.blank();
            }
            Phase::Running(_) => {}
        }
    }

    fn start_line(&mut self, checks: &Checks, words: &str) {
        match self.view.playing {
            true => self.text(1, &[(Role::Wait, "준비하는 중이에요. 셸 칸을 보세요".into())]),
            false => self.text(1, &[(Role::Key, checks.start().0.into()), (Role::Dim, words.to_owned())]),
        }
        self.blank();
    }

    fn work(&mut self, work: &Work) {
        let (role, sign) = match &work.end {
            None => (Role::Wait, if self.view.ascii { "[~]" } else { "◐" }),
            Some(Ok(())) => (Role::Good, if self.view.ascii { "[x]" } else { "✓" }),
            Some(Err(_)) => (Role::Bad, if self.view.ascii { "[!]" } else { "✗" }),
        };
        let elapsed = match work.end {
            None => elapsed(self.view.now - work.since),
            Some(_) => String::new(),
        };
        let title = if work.end.is_none() { Role::Text } else { Role::Dim };
        let room = self.view.width.saturating_sub(width(sign) + width(&elapsed) + 4);
        let left =
            vec![(Role::Text, " ".into()), (role, sign.into()), (title, format!(" {}", truncate(&work.what, room)))];
        let row = spread(left, (Role::Dim, elapsed), self.view.width);
        self.push(None, false, row);
        if let Some(Err(cause)) = &work.end {
            self.text(3, &spans(cause, Role::Text));
        }
    }

    /// That nodes are broken on purpose, and the way out.
    pub(super) fn faults(&mut self, checks: &Checks) {
        let Some(lab) = checks.lab.as_ref().filter(|_| checks.faults > 0) else { return };
        self.text(1, &[(Role::Dim, "이 실습은 노드를 고장 내 두었어요. 그만두고 되돌리려면".into())]);
        self.text(1, &[(Role::Key, format!("jotasu lab rescue {}", lab.id))]);
        self.blank();
    }

    pub(super) fn invariants(&mut self, checks: &Checks) {
        let Some(lab) = checks.lab.as_ref().filter(|_| checks.running()) else { return };
        for (check, verdict) in lab.invariants.iter().zip(&checks.invariants) {
            if let Verdict::Failed(_) = verdict {
                let sign = if self.view.ascii { "[!] " } else { "✗ " };
                self.text(1, &[(Role::Bad, format!("{sign}지켜야 할 것: ")), (Role::Strong, check.title.clone())]);
                if let Some(said) = say::verdict(lab, check, verdict, lab.explain) {
                    self.said(None, &said);
                }
                self.blank();
            }
        }
    }
}
