//! Undoing to the last green moment: planned and said, then done while verdicts go on.

use super::{Post, cancels};
use crate::cluster::session::{Ended, Session};
use crate::cluster::steps::Steps;
use crate::cluster::trouble::Trouble;
use crate::lab::{Event, Phase, Plan};

impl Post {
    /// Says what undoing would do.
    pub(super) async fn plan_undo(&mut self, session: &mut Session) -> Result<(), Ended> {
        let (site, start) = (session.site.clone(), session.saved.memory.start);
        let planned = tokio::select! {
            planned = site.plan_undo(start) => planned,
            ended = session.run() => return Err(ended),
        };
        let plan = match planned {
            Ok((plan, _)) => Ok(plan),
            Err(Trouble::Changed) => return Err(Ended::Changed),
            Err(trouble) => Err(trouble.to_string()),
        };
        self.say(Event::Undo { lab: site.lab.id.clone(), plan });
        Ok(())
    }

    /// Does what was shown.
    pub(super) async fn undo(&mut self, session: &mut Session, shown: &Plan) -> Result<(), Ended> {
        let (site, start) = (session.site.clone(), session.saved.memory.start);
        let lab = site.lab.id.clone();
        let mut tell = self.teller(&site.lab);
        let mut steps = Steps::new(self.clock.clone(), &mut tell);
        let work = self.mailbox.unless(cancels, site.undo(start, shown, &mut steps));
        let undone = tokio::select! {
            undone = work => undone,
            ended = session.run() => return Err(ended),
        };
        match undone {
            Ok(Ok(failed)) => self.say(Event::Undone { lab, failed }),
            Ok(Err(Trouble::Changed)) => return Err(Ended::Changed),
            Ok(Err(trouble)) => self.say(Event::Phase { lab, phase: Phase::Failed(trouble.to_string()) }),
            Err(order) => self.mailbox.put_back(order),
        }
        // A screen has forgotten the verdicts while it was told of work.
        session.tell_all();
        Ok(())
    }
}
