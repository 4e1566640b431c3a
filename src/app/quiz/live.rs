//! The cluster's answer to a prediction: the verdict of a check, of the lesson's lab or of one that is watched for it.

use std::sync::Arc;

use crate::app::{App, Effect};
use crate::lab::{Event, Lab, Order, Phase, Verdict};
use crate::quiz::Item;

/// A lab that is watched for a prediction's sake.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) lab: Arc<Lab>,
    running: bool,
    verdicts: Vec<Verdict>,
}

impl App {
    /// Takes a lab that was read for a prediction; false when it is the lesson's own.
    pub(in crate::app) fn quiz_lab(&mut self, node: usize, lab: Option<&Arc<Lab>>) -> bool {
        if self.curriculum.nodes.get(node).is_none_or(|node| node.lab.is_some()) {
            return false;
        }
        if let (Some(lab), Some(sitting)) = (lab, &mut self.quizzes.sitting) {
            sitting.live = Some(Live { lab: lab.clone(), running: false, verdicts: Vec::new() });
            self.effects.push(Effect::Order(Order::Attach(lab.clone())));
        }
        true
    }

    /// Hears what the engine says of a lab that is watched for a prediction.
    pub(in crate::app) fn quiz_hears(&mut self, event: &Event) {
        let live = self.quizzes.sitting.as_mut().and_then(|sitting| sitting.live.as_mut());
        match (event, live) {
            (Event::Phase { lab, phase }, Some(live)) if live.lab.id == *lab => {
                live.running = matches!(phase, Phase::Running(_));
            }
            (Event::Verdicts { lab, verdicts, .. }, Some(live)) if live.lab.id == *lab => {
                live.verdicts.clone_from(verdicts);
            }
            _ => {}
        }
    }

    /// Whether the check of a prediction has passed, as far as the cluster tells.
    pub(super) fn live(&self, item: &Item) -> Option<bool> {
        let named = item.question.check.as_ref()?;
        let of = |lab: &Lab| {
            let same = named.lab.is_empty() || lab.id == named.lab;
            lab.checks.iter().position(|check| check.name == named.check).filter(|_| same)
        };
        let verdict = match self.checks.lab.as_deref().and_then(of).filter(|_| self.checks.running()) {
            Some(index) => match self.checks.shown(index) {
                (verdict, false) => verdict,
                _ => return None,
            },
            None => {
                let live = self.quizzes.sitting.as_ref()?.live.as_ref().filter(|live| live.running)?;
                live.verdicts.get(of(&live.lab)?)?.clone()
            }
        };
        match verdict {
            Verdict::Passed => Some(true),
            Verdict::Failed(_) => Some(false),
            _ => None,
        }
    }
}
