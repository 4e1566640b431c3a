//! Faults that earlier programs have left on nodes: what is half made is undone at once, the rest is told.

use std::sync::Arc;

use super::Post;
use crate::cluster::checkpoint::CheckpointFile;
use crate::cluster::fault::Faults;
use crate::cluster::guard::Admitted;
use crate::cluster::owns::Pace;
use crate::cluster::site::Site;
use crate::cluster::state::StateFile;
use crate::cluster::steps::Steps;
use crate::lab::{self, Event, Lab, Phase};

impl Post {
    /// Before anything else is done for a lab. What cannot be undone now is told by `jotasu doctor` and undone by
    /// `jotasu lab rescue`; it holds up no other lab.
    pub(super) async fn settle(&mut self, lab: &Arc<Lab>) {
        let every = Faults::every(&self.state_dir).unwrap_or_else(|error| {
            tracing::warn!(%error, "the journals of faults are not read");
            Vec::new()
        });
        let mut tell = self.teller(lab);
        let mut steps = Steps::new(self.clock.clone(), &mut tell);
        for faults in &every {
            if let Err(trouble) = faults.settle(&mut steps, &mut |_| {}).await {
                tracing::warn!(%trouble, cluster = faults.cluster(), "a fault half made is not undone");
            }
        }
        let open = every.iter().map(|faults| faults.open(&lab.id)).sum();
        self.say(Event::Faults { lab: lab.id.clone(), open });
    }

    /// The lab on a cluster.
    pub(super) fn site(&self, admitted: Admitted, lab: Arc<Lab>) -> Site {
        Site {
            faults: admitted.kind.as_deref().and_then(|name| Faults::of(&self.state_dir, name)),
            file: StateFile::new(&self.state_dir, &lab.id),
            checkpoint: CheckpointFile::new(&self.state_dir, &lab.id),
            clock: self.clock.clone(),
            pace: Pace::Usual,
            admitted,
            lab,
        }
    }

    /// The lab as its seed makes it: the one that is given, else the one of the run before, else any.
    pub(super) fn seeded(&self, site: Site, kept: Option<u32>) -> Site {
        match site.lab.sown {
            Some(_) => site,
            None => site.sown(kept.unwrap_or_else(|| lab::any_seed(self.clock.now().unsigned_abs()))),
        }
    }
}

/// How a lab stands that does not run: its faults may still be there.
pub(super) fn left(site: &Site) -> Phase {
    let text = |id: &str| format!("이 실습이 노드에 낸 고장이 남아 있어요. 되돌리려면: jotasu lab rescue {id}");
    if site.open_faults() > 0 { Phase::Failed(text(&site.lab.id)) } else { Phase::Off }
}
