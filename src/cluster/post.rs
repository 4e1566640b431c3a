//! What the engine does with orders: connects, sets up, runs, removes, and says so.

mod early;
mod faults;
mod reach;
mod solve;
mod trigger;
mod undo;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::access::Access;
use super::clock::Clock;
use super::guard::Admitted;
use super::identity::{self, Reader};
use super::mailbox::Mailbox;
use super::session::{Ended, Session};
use super::shell_config::ShellConfig;
use super::site::{Found, Site};
use super::state::{Kept, Saved, StateFile};
use super::steps::Steps;
use super::symptom;
use super::trouble::Trouble;
use crate::lab::{Event, Lab, Order, Phase, Work};

/// What a started piece of work asks for next.
enum Next {
    /// The lab is not running; orders decide.
    Off(Option<Arc<Lab>>),
    /// A lab runs.
    Running(Box<Session>),
    /// The engine closes.
    Closed,
}

/// The engine's desk.
pub struct Post {
    access: Access,
    state_dir: PathBuf,
    events: mpsc::UnboundedSender<Event>,
    mailbox: Mailbox,
    clock: Clock,
    admitted: Option<Admitted>,
    /// There is a shell that is to find the cluster.
    shell: bool,
}

impl Post {
    /// Nothing is asked of the cluster yet.
    pub fn new(
        access: Access,
        state_dir: PathBuf,
        events: mpsc::UnboundedSender<Event>,
        mailbox: Mailbox,
        shell: bool,
    ) -> Self {
        Self { access, state_dir, events, mailbox, clock: Clock::default(), admitted: None, shell }
    }

    /// Until closed.
    pub async fn run(mut self) {
        let mut next = Next::Off(None);
        loop {
            next = match next {
                Next::Off(lab) => self.off(lab).await,
                Next::Running(session) => self.running(*session).await,
                Next::Closed => return,
            };
        }
    }

    /// No lab runs: keeps an eye on the cluster of the one that is looked at.
    async fn off(&mut self, lab: Option<Arc<Lab>>) -> Next {
        let order = match (&self.admitted, &lab) {
            (Some(admitted), Some(looked_at)) => {
                let (admitted, events) = (admitted.clone(), self.events.clone());
                let file = StateFile::new(&self.state_dir, &looked_at.id);
                tokio::select! {
                    order = self.mailbox.next() => order,
                    () = reach::watch_idle(admitted, events, file) => Order::Attach(looked_at.clone()),
                }
            }
            _ => self.mailbox.next().await,
        };
        match (order, lab) {
            (Order::Attach(lab), _) => self.attach(lab).await,
            (Order::Start(lab), _) => self.start(lab).await,
            (Order::Close, _) => Next::Closed,
            (Order::Stop, Some(lab)) => self.sweep(lab).await,
            // What is left half made is cleaned up before it is set up again.
            (Order::Reset, Some(lab)) => self.start(lab).await,
            (_, lab) => Next::Off(lab),
        }
    }

    /// A lab runs until an order or the cluster ends it.
    async fn running(&mut self, mut session: Session) -> Next {
        if let Err(ended) = self.restore(&mut session).await {
            return self.ended(session, &ended);
        }
        let _found = self.shell.then(|| ShellConfig::write(&self.state_dir, &session.site));
        loop {
            let order = tokio::select! {
                order = self.mailbox.next() => order,
                ended = session.run() => return self.ended(session, &ended),
            };
            match order {
                Order::Answer { check, value } => session.answer(check, value),
                Order::Why { check } => session.look(&check),
                Order::Solve { steps } => {
                    if let Err(ended) = self.solve(&mut session, steps).await {
                        return self.ended(session, &ended);
                    }
                }
                Order::Mark { check, done: true } => session.remember(|memory| {
                    memory.marks.insert(check);
                }),
                Order::Mark { check, done: false } => session.remember(|memory| {
                    memory.marks.remove(&check);
                }),
                Order::Time => session.time(),
                Order::Trigger(check) => {
                    if let Err(ended) = self.trigger(&mut session, &check).await {
                        return self.ended(session, &ended);
                    }
                }
                Order::PlanUndo => {
                    if let Err(ended) = self.plan_undo(&mut session).await {
                        return self.ended(session, &ended);
                    }
                }
                Order::Undo(plan) => {
                    if let Err(ended) = self.undo(&mut session, &plan).await {
                        return self.ended(session, &ended);
                    }
                }
                Order::Reset => {
                    let (site, saved) = (session.site.clone(), session.saved.clone());
                    drop(session);
                    return self.reset(site, saved).await;
                }
                Order::Stop => {
                    let (site, saved) = (session.site.clone(), session.saved.clone());
                    drop(session);
                    return self.stop(site, saved).await;
                }
                Order::Close => {
                    session.close().await;
                    return Next::Closed;
                }
                Order::Attach(lab) | Order::Start(lab) if lab.id == session.site.lab.id => {
                    session.tell_all();
                }
                Order::Attach(lab) => {
                    session.write_now();
                    drop(session);
                    return self.attach(lab).await;
                }
                Order::Start(lab) => {
                    session.write_now();
                    drop(session);
                    return self.start(lab).await;
                }
            }
        }
    }

    /// A session that came to its end by itself.
    fn ended(&mut self, mut session: Session, ended: &Ended) -> Next {
        let lab = session.site.lab.clone();
        match ended {
            Ended::Changed => {
                session.write_now();
                self.failed(lab, &Trouble::Changed)
            }
            Ended::Taken(Kept::Gone) => self.phase(&lab, Phase::Stopped),
            // It is gone on with when the other program is done.
            Ended::Taken(Kept::Leaving) => self.phase(&lab, Phase::Off),
            Ended::Taken(Kept::Other | Kept::Same) => {
                self.mailbox.put_back(Order::Attach(lab.clone()));
                Next::Off(Some(lab))
            }
        }
    }

    /// Goes on with a lab that runs here, else says that it does not.
    async fn attach(&mut self, lab: Arc<Lab>) -> Next {
        let Some(site) = self.reach(&lab).await else { return Next::Off(Some(lab)) };
        match site.found() {
            Ok(Found::Running(saved)) => self.resume(site, *saved).await,
            Ok(Found::Nothing) => self.phase(&lab, faults::left(&site)),
            Ok(Found::Half(_)) if matches!(site.file.work(), Ok(None)) => self.phase(&lab, Phase::Off),
            Ok(Found::Half(_)) => {
                let text = "지난번 준비나 정리가 끝나지 않았어요. 다시 시작하면 남은 것을 정리하고 처음부터 해요.";
                self.phase(&lab, Phase::Failed(text.into()))
            }
            Ok(Found::Elsewhere) => {
                let _ = site.file.remove();
                let text = "지난번에는 다른 클러스터에서 하던 실습이라, 그 기록은 버렸어요. 다시 시작하세요.";
                self.phase(&lab, Phase::Failed(text.into()))
            }
            Err(error) => self.failed(lab, &error.into()),
        }
    }

    /// Sets a lab up, or goes on with it.
    async fn start(&mut self, lab: Arc<Lab>) -> Next {
        let Some(site) = self.reach(&lab).await else {
            return self.phase(&lab, Phase::Failed("클러스터에 연결되지 않아 시작하지 못했어요.".into()));
        };
        let kept = match site.found() {
            Ok(Found::Running(saved)) => return self.resume(site, *saved).await,
            Ok(Found::Elsewhere) => {
                if let Err(error) = site.file.remove() {
                    return self.failed(lab, &error.into());
                }
                None
            }
            Ok(Found::Half(saved)) => saved.seed,
            Ok(Found::Nothing) => None,
            Err(error) => return self.failed(lab, &error.into()),
        };
        let site = self.seeded(site, kept);
        let mut tell = self.teller(&lab);
        let begun = {
            let mut steps = Steps::new(self.clock.clone(), &mut tell);
            self.mailbox.unless(cancels, site.begin(&mut steps)).await
        };
        self.begun(site, begun).await
    }

    async fn reset(&mut self, site: Site, saved: Saved) -> Next {
        let mut tell = self.teller(&site.lab);
        let begun = {
            let mut steps = Steps::new(self.clock.clone(), &mut tell);
            self.mailbox.unless(cancels, site.reset(saved, &mut steps)).await
        };
        self.begun(site, begun).await
    }

    /// After a setup: runs, or failed, or cancelled and cleaned up.
    async fn begun(&mut self, site: Site, begun: Result<Result<(Saved, Reader), Trouble>, Order>) -> Next {
        let order = match begun {
            Ok(Ok((saved, reader))) => return self.shown(site, saved, reader).await,
            Ok(Err(trouble)) => return self.failed(site.lab, &trouble),
            Err(order) => order,
        };
        if let Ok(Found::Half(saved)) = site.found() {
            let mut tell = self.teller(&site.lab);
            let mut steps = Steps::new(self.clock.clone(), &mut tell);
            if let Err(trouble) = steps.step("취소: 만든 것 되돌리기", site.clear(*saved)).await {
                return self.failed(site.lab, &trouble);
            }
        }
        match order {
            Order::Close => Next::Closed,
            _ => self.phase(&site.lab, Phase::Stopped),
        }
    }

    /// A lab that is set up runs once it shows what is broken.
    async fn shown(&mut self, site: Site, saved: Saved, reader: Reader) -> Next {
        let mut tell = self.teller(&site.lab);
        let waited = {
            let mut steps = Steps::new(self.clock.clone(), &mut tell);
            self.mailbox.unless(cancels, symptom::shown(&site, &saved, &reader, &mut steps)).await
        };
        match waited {
            Ok(()) => self.open(site, saved, reader, false),
            Err(Order::Close) => Next::Closed,
            Err(_) => self.stop(site, saved).await,
        }
    }

    async fn stop(&mut self, site: Site, saved: Saved) -> Next {
        let mut tell = self.teller(&site.lab);
        let mut steps = Steps::new(self.clock.clone(), &mut tell);
        match site.end(saved, &mut steps).await {
            Ok(()) => self.phase(&site.lab, Phase::Stopped),
            Err(trouble) => self.failed(site.lab, &trouble),
        }
    }

    /// Stops what an earlier session has left, or resets it.
    async fn sweep(&mut self, lab: Arc<Lab>) -> Next {
        let Some(site) = self.reach(&lab).await else { return Next::Off(Some(lab)) };
        match site.found() {
            Ok(Found::Running(saved) | Found::Half(saved)) => self.stop(site, *saved).await,
            Ok(_) => self.phase(&lab, Phase::Off),
            Err(error) => self.failed(lab, &error.into()),
        }
    }

    async fn resume(&mut self, site: Site, saved: Saved) -> Next {
        let site = saved.seed.into_iter().fold(site, Site::sown);
        let reader = match identity::reader(&site.admitted).await {
            // Its own faults may keep the cluster from answering: then the lab goes on all the same.
            Err(Trouble::Api { error, .. })
                if (error.reason.is_silence() || error.code >= 500) && site.open_faults() > 0 =>
            {
                Reader::awaited(&site.admitted).map_err(Trouble::doing("읽기 전용 계정을 준비하지 못했어요"))
            }
            reader => reader,
        };
        match reader {
            Ok(reader) => self.open(site, saved, reader, true),
            Err(trouble) => self.failed(site.lab, &trouble),
        }
    }

    fn open(&self, site: Site, saved: Saved, reader: Reader, resumed: bool) -> Next {
        let since = saved.memory.start;
        self.say(Event::Phase { lab: site.lab.id.clone(), phase: Phase::Running(since) });
        Next::Running(Box::new(Session::open(site, saved, reader, resumed, self.events.clone())))
    }

    fn failed(&self, lab: Arc<Lab>, trouble: &Trouble) -> Next {
        self.phase(&lab, Phase::Failed(trouble.to_string()))
    }

    fn phase(&self, lab: &Arc<Lab>, phase: Phase) -> Next {
        self.say(Event::Phase { lab: lab.id.clone(), phase });
        Next::Off(Some(lab.clone()))
    }

    /// Tells the steps of work on a lab.
    fn teller(&self, lab: &Lab) -> impl FnMut(&[Work]) + Send + use<> {
        let (events, lab) = (self.events.clone(), lab.id.clone());
        move |works: &[Work]| {
            let _ = events.send(Event::Phase { lab: lab.clone(), phase: Phase::Working(works.to_vec()) });
        }
    }

    /// Nobody listens when the program ends.
    fn say(&self, event: Event) {
        let _ = self.events.send(event);
    }
}

/// What cancels a setup; everything else waits for its end.
fn cancels(order: &Order) -> bool {
    matches!(order, Order::Stop | Order::Close)
}
