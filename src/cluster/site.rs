//! One lab on one cluster: begun, reset, removed. What it owns, its identities and its file go together.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::actions::{Answered, Hands, describe};
use super::ask::Prober;
use super::checkpoint::CheckpointFile;
use super::clock::Clock;
use super::fault::Faults;
use super::guard::Admitted;
use super::identity::{self, LAB, MANAGED, Reader};
use super::nodes;
use super::owns::{self, Pace};
use super::requires;
use super::state::{Saved, Stage, StateFile};
use super::steps::Steps;
use super::trouble::Trouble;
use crate::files::Lock;
use crate::lab::{Action, Lab, Memory, Reason, SolutionStep, Work, is_our_cluster};

/// How often an action is tried again that was not answered, and how soon.
const TRIES: u32 = 3;
const AGAIN: Duration = Duration::from_secs(1);
/// How long a namespace that is on its way out is waited for.
const TERMINATING: Duration = Duration::from_secs(90);

/// What is found of a lab before anything is done.
#[derive(Debug)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// It runs on this cluster.
    Running(Box<Saved>),
    /// A start or stop did not come to its end on this cluster.
    Half(Box<Saved>),
    /// It ran on another cluster: what is kept of it is of no use here.
    Elsewhere,
}

/// One lab on one cluster.
#[derive(Clone)]
pub struct Site {
    /// The cluster.
    pub admitted: Admitted,
    /// The lab.
    pub lab: Arc<Lab>,
    /// Its file.
    pub file: StateFile,
    /// Where the last green moment is kept.
    pub checkpoint: CheckpointFile,
    /// Its time.
    pub clock: Clock,
    /// How it is removed.
    pub pace: Pace,
    /// The faults of its nodes, where they may have any.
    pub faults: Option<Faults>,
}

impl Site {
    /// The lab as a seed makes it.
    #[must_use]
    pub fn sown(self, seed: u32) -> Self {
        Self { lab: Arc::new(self.lab.sow(seed)), ..self }
    }

    /// What is kept of the lab.
    pub fn found(&self) -> io::Result<Found> {
        Ok(match self.file.load()? {
            None => Found::Nothing,
            Some(saved) if saved.cluster_uid != self.admitted.cluster_uid => Found::Elsewhere,
            Some(saved) if saved.stage == Stage::Running => Found::Running(Box::new(saved)),
            Some(saved) => Found::Half(Box::new(saved)),
        })
    }

    /// How many faults of the lab's are on the nodes.
    pub fn open_faults(&self) -> usize {
        self.faults.as_ref().map_or(0, |faults| faults.open(&self.lab.id))
    }

    /// Sets the lab up: looked up, recorded, identities, namespaces, actions. Nothing half made is left by an error.
    pub async fn begin(&self, steps: &mut Steps<'_>) -> Result<(Saved, Reader), Trouble> {
        let _work = self.work()?;
        self.mend(steps).await?;
        steps.step("클러스터 확인", self.admitted.verify()).await?;
        if self.lab.breaks_nodes() {
            steps.step("전용 클러스터인지 확인", self.alone()).await?;
        }
        steps
            .step(
                "실습에 필요한 것 확인",
                requires::check(&self.admitted.admin, &self.lab.requires, self.kind().is_some()),
            )
            .await?;
        if let Found::Half(saved) = self.found()? {
            steps.step("지난번에 남은 것 정리", self.wipe(*saved)).await?;
        }
        let mut saved = steps.step("이미 있는 것 확인", self.claim()).await?;
        let made = self.make(&mut saved, steps).await;
        if made.is_err() {
            // The learner reads why it failed; a failure to clean up is told as a step of its own.
            let _ = steps.step("만든 것 되돌리기", self.wipe(saved.clone())).await;
        }
        made.map(|reader| (saved, reader))
    }

    /// Removes what is owned and sets up again, with a new start.
    pub async fn reset(&self, mut saved: Saved, steps: &mut Steps<'_>) -> Result<(Saved, Reader), Trouble> {
        let _work = self.work()?;
        self.leave_off(&mut saved, steps).await?;
        steps.step("클러스터 확인", self.admitted.verify()).await?;
        saved.stage = Stage::Removing;
        self.file.save(&saved)?;
        let removal = owns::remove(&self.admitted.admin, &self.lab.owns, &saved.nodes, self.pace);
        steps.step("실습이 가진 것 삭제", removal).await?;
        saved.stage = Stage::Preparing;
        // What is timed is timed on.
        saved.memory = Memory { timed: saved.memory.timed.take(), ..Memory::default() };
        self.file.save(&saved)?;
        let made = self.make(&mut saved, steps).await;
        if made.is_err() {
            let _ = steps.step("만든 것 되돌리기", self.wipe(saved.clone())).await;
        }
        made.map(|reader| (saved, reader))
    }

    /// Removes exactly what is owned, the identities with the last lab, and the file.
    pub async fn end(&self, mut saved: Saved, steps: &mut Steps<'_>) -> Result<(), Trouble> {
        let _work = self.work()?;
        self.leave_off(&mut saved, steps).await?;
        steps.step("클러스터 확인", self.verify_patiently()).await?;
        steps.step("실습이 가진 것 삭제", self.wipe(saved)).await
    }

    /// A busy API server that has not answered in time is asked again: what is not removed now stays.
    async fn verify_patiently(&self) -> Result<(), Trouble> {
        let mut tries = 0;
        loop {
            match self.admitted.verify().await {
                Err(Trouble::Api { error, .. }) if error.reason == Reason::Hang && tries < TRIES => {
                    tries += 1;
                    sleep(AGAIN).await;
                }
                done => return done,
            }
        }
    }

    /// Removal without words, also of what is half made.
    pub async fn clear(&self, saved: Saved) -> Result<(), Trouble> {
        let _work = self.work()?;
        self.wipe(saved).await
    }

    /// Who asks within the lab's namespaces.
    pub fn prober(&self) -> Prober {
        Prober::new(self.admitted.clone(), &self.lab.id)
    }

    /// The kind cluster it runs on, if it is one of ours.
    pub fn kind(&self) -> Option<String> {
        let name = self.admitted.name.strip_prefix("kind-")?;
        is_our_cluster(name).then(|| name.to_owned())
    }

    /// The right to work on the lab: two programs that set it up at once would remove what the other makes.
    fn work(&self) -> Result<Lock, Trouble> {
        self.file.work()?.ok_or(Trouble::Busy)
    }

    /// Undoes the faults of the lab's nodes first: nothing else can be removed from a cluster that is not well.
    async fn mend(&self, steps: &mut Steps<'_>) -> Result<(), Trouble> {
        match &self.faults {
            Some(faults) => faults.rescue(Some(&self.lab.id), steps, &mut |_| {}).await,
            None => Ok(()),
        }
    }

    /// Undoes the faults of a lab that ends: what we repair is nobody's solution, so that it is written down first. Who
    /// dies meanwhile leaves a lab that is being removed, and none that seems to be solved.
    async fn leave_off(&self, saved: &mut Saved, steps: &mut Steps<'_>) -> Result<(), Trouble> {
        if self.open_faults() > 0 {
            saved.stage = Stage::Removing;
            self.file.save(saved)?;
        }
        self.mend(steps).await
    }

    /// A lab that breaks nodes has its cluster for itself.
    async fn alone(&self) -> Result<(), Trouble> {
        let Some(faults) = &self.faults else { return Err(Trouble::NotDedicated(self.lab.id.clone())) };
        if let Some(entry) = faults.entries(None)?.iter().find(|entry| entry.lab != self.lab.id) {
            let text = format!(
                "{}에 다른 실습({})의 고장이 남아 있어요. 먼저: jotasu lab rescue {}",
                self.admitted.name, entry.lab, entry.lab
            );
            return Err(Trouble::Impossible(text));
        }
        let others = identity::others(&self.admitted, &self.lab.id).await?;
        match others.first() {
            Some(other) => Err(Trouble::Impossible(format!(
                "{}에서 다른 실습({other})을 하고 있어서 노드를 고장 내지 않아요. 먼저: jotasu lab stop {other}",
                self.admitted.name
            ))),
            None => Ok(()),
        }
    }

    async fn wipe(&self, mut saved: Saved) -> Result<(), Trouble> {
        let mut silent = |_: &[Work]| {};
        self.leave_off(&mut saved, &mut Steps::new(self.clock.clone(), &mut silent)).await?;
        self.admitted.verify().await?;
        saved.stage = Stage::Removing;
        self.file.save(&saved)?;
        owns::remove(&self.admitted.admin, &self.lab.owns, &saved.nodes, self.pace).await?;
        if self.pace == Pace::Usual {
            identity::leave(&self.admitted, &self.lab.id).await?;
        }
        self.checkpoint.remove()?;
        self.file.remove()?;
        Ok(())
    }

    /// Looks owned things up, and writes down what nodes are like, before anything is made.
    async fn claim(&self) -> Result<Saved, Trouble> {
        self.wait_for_leaving().await?;
        let admin = &self.admitted.admin;
        owns::claim(admin, &self.lab, false).await?;
        let nodes = nodes::record(admin, &self.lab.owns).await.map_err(Trouble::doing("노드를 보지 못했어요"))?;
        let mut saved = Saved::new(&self.lab.id, &self.admitted.cluster_uid, &self.admitted.server, nodes);
        saved.seed = self.lab.sown.as_ref().map(|sown| sown.seed);
        self.file.save(&saved)?;
        Ok(saved)
    }

    /// A namespace of this lab that is still going away is no foreign one: somebody has just stopped the lab.
    async fn wait_for_leaving(&self) -> Result<(), Trouble> {
        let since = Instant::now();
        for name in &self.lab.owns.namespaces {
            loop {
                let found = self.admitted.admin.get("v1", "Namespace", None, name).await;
                let found = found.map_err(Trouble::doing("네임스페이스를 보지 못했어요"))?;
                let leaving = found.is_some_and(|found| {
                    !found["metadata"]["deletionTimestamp"].is_null()
                        && found["metadata"]["labels"].get(LAB).and_then(Value::as_str) == Some(&self.lab.id)
                });
                if !leaving || since.elapsed() > TERMINATING {
                    break;
                }
                sleep(Duration::from_millis(200)).await;
            }
        }
        Ok(())
    }

    /// Identities, namespaces, actions; the run begins when they are done.
    async fn make(&self, saved: &mut Saved, steps: &mut Steps<'_>) -> Result<Reader, Trouble> {
        let reader = steps.step("읽기 전용 계정 준비", identity::reader(&self.admitted)).await?;
        identity::enter(&self.admitted, &self.lab.id).await?;
        for namespace in self.namespaces_of_setup() {
            steps.step(format!("네임스페이스 {namespace} 만들기"), self.namespace(&namespace)).await?;
        }
        for action in &self.lab.setup {
            steps.step(describe(action), self.perform(action, true)).await?;
        }
        if let Some(sown) = &self.lab.sown {
            // Which ones they are, is for the learner to find out.
            let what = format!("seed {}의 고장 내기", sown.seed);
            steps.step(what, self.sow(&sown.actions)).await?;
        }
        saved.stage = Stage::Running;
        let timed = saved.memory.timed.take();
        saved.memory = Memory::new(&self.lab.id, &self.admitted.cluster_uid, self.clock.now());
        saved.memory.timed = timed;
        self.file.save(saved)?;
        Ok(reader)
    }

    async fn sow(&self, actions: &[Action]) -> Result<(), Trouble> {
        for action in actions {
            self.perform(action, true).await?;
        }
        Ok(())
    }

    /// Performs one action of the lab, on the cluster that was admitted and on no other. What comes to the same when it is
    /// done twice is tried again when a busy API server has not answered in time.
    pub async fn perform(&self, action: &Action, mark: bool) -> Result<Option<Answered>, Trouble> {
        let mut tries = 0;
        loop {
            match self.perform_once(action, mark).await {
                Err(Trouble::Api { error, .. })
                    if error.reason == Reason::Hang && tries < TRIES && action.may_be_repeated() =>
                {
                    tries += 1;
                    sleep(AGAIN).await;
                }
                // It was done the first time, and the answer was lost.
                Err(Trouble::Missing(_)) if tries > 0 && matches!(action, Action::Delete(_)) => return Ok(None),
                done => return done,
            }
        }
    }

    async fn perform_once(&self, action: &Action, mark: bool) -> Result<Option<Answered>, Trouble> {
        if !self.may_be_silent(action)? {
            self.admitted.verify().await?;
        }
        let (faults, now) = (self.faults.as_ref(), self.clock.now());
        Hands { admitted: &self.admitted, lab: &self.lab, mark, faults, now }.perform(action).await
    }

    /// True for work on a node that is done while a fault of ours may keep the API server from answering; what keeps it
    /// to the cluster that was admitted is the id of the node's container.
    fn may_be_silent(&self, action: &Action) -> Result<bool, Trouble> {
        let Action::Node { .. } = action else { return Ok(false) };
        let entries = self.faults.as_ref().map(|faults| faults.entries(Some(&self.lab.id))).transpose()?;
        Ok(entries.is_some_and(|entries| entries.iter().any(|entry| entry.is_open())))
    }

    /// Performs one step of the reference solution and gives what it answers.
    ///
    /// # Errors
    /// The first action's that fails.
    pub async fn solve(&self, step: &SolutionStep, steps: &mut Steps<'_>) -> Result<Vec<Answered>, Trouble> {
        let mut answers = Vec::new();
        for action in &step.actions {
            let what = format!("{}: {}", step.name, describe(action));
            answers.extend(steps.step(what, self.perform(action, false)).await?);
        }
        Ok(answers)
    }

    /// Owned namespaces that the setup puts something into; the others are the learner's to make.
    fn namespaces_of_setup(&self) -> Vec<String> {
        let sown = self.lab.sown.as_ref().map(|sown| sown.actions.as_slice()).unwrap_or_default();
        let used = |name: &String| self.lab.setup.iter().chain(sown).any(|action| mentions(action, name));
        self.lab.owns.namespaces.iter().filter(|name| used(name)).cloned().collect()
    }

    async fn namespace(&self, name: &str) -> Result<(), Trouble> {
        let labels = json!({MANAGED: "jotasu", LAB: self.lab.id});
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}});
        self.perform(&Action::Apply(vec![object]), true).await?;
        Ok(())
    }
}

/// True when an action puts something into the namespace, or applies itself.
fn mentions(action: &Action, namespace: &str) -> bool {
    let objects = match action {
        Action::Apply(objects) => objects,
        Action::Helm(call) => return call.namespace == namespace,
        _ => return false,
    };
    objects.iter().any(|object| {
        let metadata = &object["metadata"];
        metadata["namespace"] == namespace || (object["kind"] == "Namespace" && metadata["name"] == namespace)
    })
}
