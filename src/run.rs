//! Runs the screen: enters and leaves the terminal, turns what happens into messages and effects into tasks.
//! It decides nothing about courses or labs.

mod answer;
mod ask;
mod backend;
mod bytes;
mod claim;
mod frames;
mod hyperlinks;
mod images;
mod input;
mod outside;
mod shell;
mod terminal;

use std::ffi::OsString;
use std::future::Future;
use std::io;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

pub use ask::{ask, input};
pub use frames::run;
pub use input::{Input, message};
pub use outside::Outside;
pub use shell::{Clusters, Shell};

use crate::app::look::Wish;
use crate::app::{App, Look};
use crate::cluster::{self, Access, Engine};
use crate::course::Curriculum;
use crate::files::Tree;
use crate::lab::{Level, SHARED_CLUSTER};
use crate::progress::Store;
use crate::settings::{Home, Trusted};

/// What the command line says about the screen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How it is to look.
    pub wish: Wish,
    /// The learner's level, if it is said.
    pub level: Option<Level>,
}

/// Everything the screen is started with.
pub struct Start {
    /// The course.
    pub content: Tree,
    /// Its labs.
    pub labs: Tree,
    /// Where progress and memory are kept.
    pub home: Home,
    /// The way to the cluster.
    pub access: Access,
    /// What the command line says about the screen.
    pub options: Options,
    /// How this program is called again with the same options.
    pub again: Vec<OsString>,
    /// The course is being written: it is watched, and opened at this page (its path or id).
    pub preview: Option<Option<String>>,
}

/// Opens the course on the terminal and returns when the learner leaves.
pub fn start(start: Start) -> anyhow::Result<()> {
    let Start { content, labs, home, access, options, again, preview } = start;
    // Before the course is read: what is saved from now on is a change.
    let stamps = preview.is_some().then(|| content.stamps());
    let (curriculum, _problems) = Curriculum::load(&content);
    let (store, progress, notice) = Store::open(&home.data);
    let wish = options.wish;
    let look = Look::find(&wish, |name| std::env::var(name).ok());
    let level = options.level.or(progress.level).unwrap_or_default();
    let mut app = App::new(curriculum, progress, look, level);
    app.zone = jiff::tz::TimeZone::system();
    let outside = |tree: &Tree| (!matches!(tree, Tree::Embedded(_))).then(|| Trusted::load(&home));
    app.trusted = outside(&labs);
    app.trusted_courses = outside(&content);
    app.checks.named = access.context.is_some() || access.kubeconfig.is_some();

    if let Some(page) = preview {
        let node = page.and_then(|page| app.curriculum.find(&page));
        app.preview(node, stamps.unwrap_or_default());
    }

    let (sender, events) = mpsc::unbounded_channel();
    let state = home.state.clone();
    let shared = cluster::made::kubeconfig(&state, SHARED_CLUSTER);
    let shell = Shell::new(&state, Clusters { lab: cluster::shell_config(&state), shared }, again);
    let mut engine: Option<Engine> = None;
    let outside = Outside {
        content,
        labs,
        store: Arc::new(store),
        home,
        order: Box::new(move |order| {
            // The engine begins with the first lab: who only reads never waits for a cluster.
            engine
                .get_or_insert_with(|| cluster::engine_beside_shell(access.clone(), state.clone(), sender.clone()))
                .order(order);
        }),
        copy: Box::new(terminal::copy),
        mouse: Box::new(terminal::mouse),
        suspend: Box::new(terminal::suspend),
        show: Box::new(terminal::show),
        shell,
        notice: notice.map(|notice| notice.to_string()),
    };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("실행 환경을 만들 수 없어요")?;
    runtime.block_on(async {
        let stop = stop().context("신호를 받을 수 없어요")?;
        let mut screen = terminal::enter().context("터미널을 쓸 수 없어요")?;
        let asked = terminal::question(&wish).context("터미널을 쓸 수 없어요");
        let input = asked.and_then(|asked| input(asked, wish).context("터미널을 읽을 수 없어요"));
        let end = match input {
            Ok(input) => run(&mut app, &mut screen, input, events, stop, outside).await,
            Err(error) => Err(error),
        };
        terminal::leave();
        end
    })
}

/// Ends when the system asks the program to leave.
fn stop() -> io::Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
