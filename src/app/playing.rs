//! `p`: everything that a lab needs, in one go. Where its cluster answers the lab is started; where none does, the program
//! itself makes one and starts the lab, in the shell's pane, where its steps are seen and can be given up. Then the shell
//! is opened.

use std::sync::Arc;

use super::shell::{Ask, Life};
use super::{App, Effect, Focus};
use crate::lab::{Connection, Lab, Order};
use crate::text::Role;

impl App {
    /// There is no cluster that the lab could be started on.
    pub(super) fn makes_cluster(&self) -> bool {
        let by_learner = self.checks.lab.as_ref().is_some_and(|lab| lab.cluster.by_learner);
        !matches!(self.checks.connection, Connection::Ready(_)) && !by_learner
    }

    /// Playing is what one would do now.
    pub(super) fn offers_play(&self) -> bool {
        let idle = !self.checks.running() && !self.checks.working() && !self.shell.playing();
        idle && self.checks.lacks_cluster()
    }

    /// Does it.
    pub(super) fn play(&mut self, lab: &Arc<Lab>) {
        if !self.makes_cluster() {
            self.shell.wanted = true;
            return self.effects.push(Effect::Order(Order::Start(lab.clone())));
        }
        let (id, hash) = (lab.id.clone(), lab.hash.clone());
        self.focus = Focus::Shell;
        self.begin_in_shell(|columns, rows| Ask::Play { lab: id, hash, columns, rows });
        self.shell.played = Some(lab.id.clone());
    }

    /// The lab runs: its shell is opened, where that was asked for with it. Not before, as it would not find the cluster.
    pub(super) fn played(&mut self) {
        if std::mem::take(&mut self.shell.wanted) {
            self.open_shell();
            self.say(Role::Good, "준비가 끝났어요. 셸이 열렸어요");
        }
    }

    /// What was played in the shell's pane has ended; `well` when the lab runs.
    pub(super) fn play_ended(&mut self, well: bool) {
        let Some(id) = self.shell.played.take() else { return };
        match well {
            true => {
                self.shell.life = Life::Ended("준비가 끝났어요".into());
                // The learner may have gone to another lesson meanwhile.
                let Some(lab) = self.checks.lab.clone().filter(|lab| lab.id == id) else { return };
                self.shell.wanted = true;
                if self.checks.running() {
                    return self.played();
                }
                // Nobody is to wait until the cluster is looked for once more.
                self.effects.push(Effect::Order(Order::Attach(lab)));
            }
            false => {
                self.shell.life = Life::Ended("준비를 마치지 못했어요".into());
                self.say(Role::Bad, "준비를 마치지 못했어요. 셸 칸에 까닭이 있어요. 다시 하려면 p");
            }
        }
    }
}
