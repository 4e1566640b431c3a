//! `p`: everything that a lab needs, in one go. Where its cluster answers the lab is started; where none does, the program
//! itself makes one and starts the lab, in the shell's pane, where its steps are seen and can be given up. Then the shell
//! is opened.

use std::sync::Arc;

use super::shell::{After, Ask, End, Life};
use super::{App, Effect, Focus};
use crate::lab::{Lab, Order, Phase};
use crate::text::Role;

impl App {
    /// Playing is what one would do now.
    pub(super) fn offers_play(&self) -> bool {
        let idle = !self.checks.running() && !self.checks.working() && !self.shell.playing();
        idle && self.checks.lacks_cluster()
    }

    /// Does it.
    pub(super) fn play(&mut self, lab: &Arc<Lab>, timed: bool) {
        self.shell.after = Some(After { lab: lab.id.clone(), timed });
        if !self.checks.makes_cluster() {
            self.effects.push(Effect::Order(Order::Start(lab.clone())));
            if lab.cluster.by_learner {
                // The cluster is made in it.
                self.open_shell();
            }
            return;
        }
        let (id, hash) = (lab.id.clone(), lab.hash.clone());
        self.focus = Focus::Shell;
        self.begin_in_shell(|columns, rows| Ask::Play { lab: id, hash, columns, rows });
        self.shell.played = Some(lab.id.clone());
    }

    /// The phase of the open lab has changed. Once it runs, its shell is opened, where that was asked for with it; not
    /// before, as it would not find the cluster.
    pub(super) fn play_on(&mut self) {
        let open = self.checks.lab.as_ref().map(|lab| lab.id.clone());
        let Some(after) = self.shell.after.take_if(|after| Some(&after.lab) == open.as_ref()) else { return };
        match self.checks.phase {
            Phase::Running(_) => {
                if after.timed {
                    self.effects.push(Effect::Order(Order::Time));
                }
                self.open_shell();
                self.say(Role::Good, "준비가 끝났어요. 셸이 열렸어요");
            }
            Phase::Failed(_) | Phase::Stopped if !self.shell.playing() => {}
            _ => self.shell.after = Some(after),
        }
    }

    /// What was played in the shell's pane has ended.
    pub(super) fn play_ended(&mut self, end: &End) {
        let Some(id) = self.shell.played.take() else { return };
        let word = match end.code {
            Some(0) => {
                self.shell.life = Life::Ended("준비가 끝났어요".into());
                // The learner may have gone to another lesson meanwhile.
                match self.checks.lab.clone().filter(|lab| lab.id == id) {
                    Some(_) if self.checks.running() => self.play_on(),
                    // Nobody is to wait until the cluster is looked for once more.
                    Some(lab) => self.effects.push(Effect::Order(Order::Attach(lab))),
                    None => self.shell.after = None,
                }
                return;
            }
            Some(1) => (Role::Dim, "그만뒀어요"),
            _ => (Role::Bad, "준비를 마치지 못했어요"),
        };
        self.shell.after = None;
        if !self.shell.view.lines.is_empty() {
            self.shell.life = Life::Ended(word.1.into());
        }
        self.say(word.0, format!("{}. 다시 하려면 p", word.1));
    }
}
