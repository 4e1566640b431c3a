//! The reference solution, performed step by step while verdicts go on.

use std::collections::BTreeSet;

use super::{Post, cancels};
use crate::cluster::session::{Ended, Session};
use crate::cluster::steps::Steps;
use crate::cluster::trouble::Trouble;
use crate::lab::{Event, Phase};

impl Post {
    /// Performs steps of the reference solution while verdicts go on, those whose checks have passed in this run left
    /// out. A step begins when the checks that the one before turns have passed: later ones may need them, and some
    /// states are only passed through.
    pub(super) async fn solve(&mut self, session: &mut Session, steps: usize) -> Result<(), Ended> {
        let site = session.site.clone();
        let mut tell = self.teller(&site.lab);
        let mut told = Steps::new(self.clock.clone(), &mut tell);
        // What was broken here counts as broken, whether it was seen already or not.
        let mut broken = BTreeSet::new();
        for (place, step) in site.lab.solution.iter().enumerate().take(steps) {
            let memory = &session.saved.memory;
            let now = &memory.passing() - &broken;
            if !site.lab.open_steps(&memory.passed_once(), &now).contains(&place) {
                continue;
            }
            let work = self.mailbox.unless(cancels, site.solve(step, &mut told));
            let solved = tokio::select! {
                solved = work => solved,
                ended = session.run() => return Err(ended),
            };
            let solved = match solved {
                Ok(Ok(answers)) => {
                    answers.into_iter().for_each(|answered| session.answer(answered.check, answered.value));
                    let passed =
                        told.step(format!("{}: 확인이 통과하기를 기다림", step.name), session.passed(&step.turns));
                    self.mailbox.unless(cancels, passed).await
                }
                Ok(Err(trouble)) => Ok(Err(trouble)),
                Err(order) => Err(order),
            };
            match solved {
                Ok(Ok(Ok(()))) => {
                    broken.retain(|check| !step.turns.contains(check));
                    broken.extend(step.breaks.iter().cloned());
                }
                Ok(Ok(Err(ended))) => return Err(ended),
                Ok(Err(Trouble::Changed)) => return Err(Ended::Changed),
                Ok(Err(trouble)) => {
                    // The steps say which one failed; the lab runs on.
                    self.say(Event::Phase { lab: site.lab.id.clone(), phase: Phase::Failed(trouble.to_string()) });
                    break;
                }
                Err(order) => {
                    self.mailbox.put_back(order);
                    break;
                }
            }
        }
        // A screen has forgotten the verdicts while it was told of work.
        session.tell_all();
        Ok(())
    }
}
