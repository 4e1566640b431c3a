//! Triggers: something destructive on the learner's explicit word, what must hold after it, and its undoing, which is due
//! from before the first change on, also after a crash.

use super::{Post, cancels};
use crate::cluster::actions::describe;
use crate::cluster::session::{Ended, Session};
use crate::cluster::site::Site;
use crate::cluster::steps::Steps;
use crate::cluster::trouble::Trouble;
use crate::files::Lock;
use crate::lab::{Event, Phase, Source, Trigger};

impl Post {
    /// Pulls the trigger of a check: written down, done, waited for, undone. An order that ends it is obeyed afterwards.
    pub(super) async fn trigger(&mut self, session: &mut Session, name: &str) -> Result<(), Ended> {
        let site = session.site.clone();
        let Some(trigger) = of(&site, name) else { return Ok(()) };
        let pulled = self.pull(session, &site, name, &trigger).await;
        let failed = match pulled {
            Ok(()) => None,
            Err(End::Session(ended)) => return Err(ended),
            Err(End::Work(Trouble::Changed)) => return Err(Ended::Changed),
            Err(End::Work(trouble)) => Some(trouble),
        };
        if let Some(trouble) = failed {
            self.say(Event::Phase { lab: site.lab.id.clone(), phase: Phase::Failed(trouble.to_string()) });
        }
        session.tell_all();
        Ok(())
    }

    async fn pull(&mut self, session: &mut Session, site: &Site, name: &str, trigger: &Trigger) -> Result<(), End> {
        let Some(_work) = busy(site)? else { return Err(End::Work(Trouble::Busy)) };
        let now = self.clock.now();
        session.remember(|memory| {
            memory.triggers.insert(name.to_owned(), now);
            memory.undue.insert(name.to_owned());
            // It must hold anew.
            memory.checks.remove(name);
        });
        if !session.is_written() {
            session.remember(|memory| forget(memory, name));
            return Err(End::Work(Trouble::Impossible(
                "적어 둘 수 없어서 하지 않았어요. 되돌릴 수 없게 될 수 있어요.".into(),
            )));
        }
        let mut tell = self.teller(&site.lab);
        let mut steps = Steps::new(self.clock.clone(), &mut tell);
        let mut end = Ok(());
        for action in &trigger.actions {
            let work = steps.step(describe(action), site.perform(action, false));
            let done = tokio::select! {
                done = self.mailbox.unless(cancels, work) => done,
                ended = session.run() => return Err(End::Session(ended)),
            };
            end = match done {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(trouble)) => Err(End::Work(trouble)),
                Err(order) => {
                    self.mailbox.put_back(order);
                    Err(End::Work(Trouble::Cancelled))
                }
            };
            if end.is_err() {
                break;
            }
        }
        let held = match end {
            Ok(()) => {
                let names = [name.to_owned()];
                let passed = steps.step("일어나야 할 일을 기다림", session.passed(&names));
                match self.mailbox.unless(cancels, passed).await {
                    Ok(Ok(Ok(()))) => Ok(()),
                    Ok(Ok(Err(ended))) => return Err(End::Session(ended)),
                    Ok(Err(trouble)) => Err(End::Work(trouble)),
                    Err(order) => {
                        self.mailbox.put_back(order);
                        Err(End::Work(Trouble::Cancelled))
                    }
                }
            }
            Err(end) => Err(end),
        };
        undo(session, site, name, trigger, &mut steps, held.is_ok()).await?;
        held
    }

    /// Undoes what a trigger has left that was pulled by a program that is no more.
    pub(super) async fn restore(&mut self, session: &mut Session) -> Result<(), Ended> {
        let site = session.site.clone();
        let names: Vec<String> = session.saved.memory.undue.iter().cloned().collect();
        if names.is_empty() {
            return Ok(());
        }
        // While its program lives, that is its work.
        let Ok(Some(_work)) = busy(&site) else { return Ok(()) };
        let mut tell = self.teller(&site.lab);
        let mut steps = Steps::new(self.clock.clone(), &mut tell);
        for name in names {
            let Some(trigger) = of(&site, &name) else {
                session.remember(|memory| forget(memory, &name));
                continue;
            };
            match undo(session, &site, &name, &trigger, &mut steps, false).await {
                Err(End::Session(ended)) => return Err(ended),
                Err(End::Work(Trouble::Changed)) => return Err(Ended::Changed),
                Err(End::Work(trouble)) => tracing::warn!(%trouble, "a trigger is not undone yet"),
                Ok(()) => {}
            }
        }
        session.tell_all();
        Ok(())
    }
}

/// Why pulling a trigger came to no good end.
enum End {
    Session(Ended),
    Work(Trouble),
}

impl From<Trouble> for End {
    fn from(trouble: Trouble) -> Self {
        Self::Work(trouble)
    }
}

/// The right to work on the lab, held while a trigger is out; `None` while another program has it.
fn busy(site: &Site) -> Result<Option<Lock>, Trouble> {
    Ok(site.file.work()?)
}

fn of(site: &Site, name: &str) -> Option<Trigger> {
    let check = site.lab.checks.iter().find(|check| check.name == name)?;
    match &check.source {
        Source::Trigger(trigger) => Some(Trigger::clone(trigger)),
        _ => None,
    }
}

fn forget(memory: &mut crate::lab::Memory, name: &str) {
    memory.triggers.remove(name);
    memory.undue.remove(name);
}

/// Undoes; where one action fails the others are done all the same, and the undoing stays due.
async fn undo(
    session: &mut Session,
    site: &Site,
    name: &str,
    trigger: &Trigger,
    steps: &mut Steps<'_>,
    held: bool,
) -> Result<(), End> {
    let mut failed = None;
    for action in &trigger.undo {
        let work = steps.step(format!("되돌리기: {}", describe(action)), site.perform(action, false));
        let done = tokio::select! {
            done = work => done,
            ended = session.run() => return Err(End::Session(ended)),
        };
        failed = failed.or(done.err());
    }
    match failed {
        Some(trouble) => Err(End::Work(trouble)),
        None => {
            session.remember(|memory| {
                memory.undue.remove(name);
                if held {
                    // What it was to show has been seen, and is undone.
                    memory.checks.entry(name.to_owned()).or_default().latched = true;
                } else {
                    memory.triggers.remove(name);
                }
            });
            Ok(())
        }
    }
}
