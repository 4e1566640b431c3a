//! The loop: drain what is ready, draw once, perform effects, wait. Frames follow messages; there is no tick.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use futures::{Stream, StreamExt as _};
use ratatui::Terminal;
use ratatui::backend::Backend;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

use super::hyperlinks::Hyperlinks;
use super::images::Graphics;
use super::input::Input;
use super::outside::{Follow, Outside};
use crate::app::{App, Message};
use crate::lab::{self, Millis};
use crate::{lesson, ui};

/// The least time between two frames: a flood of messages costs at most 120 of them a second, which a learner who holds
/// a key down sees as one movement. A frame takes less than one of these milliseconds.
const FRAME: Duration = Duration::from_millis(8);
/// How long the first frame waits for the lesson: shorter than anybody sees, longer than reading a file takes.
const FIRST: Duration = Duration::from_millis(100);
/// Messages taken between two frames at most, so that a flood cannot hold a frame either.
const BATCH: usize = 512;

/// Runs the screen until it is left. `input` and `events` are the only sources of what happens, `stop` asks to leave.
pub async fn run<B>(
    app: &mut App,
    terminal: &mut Terminal<B>,
    input: impl Stream<Item = io::Result<impl Into<Input>>> + Unpin,
    mut events: UnboundedReceiver<lab::Event>,
    stop: impl Future<Output = ()>,
    mut outside: Outside,
) -> anyhow::Result<()>
where
    B: Backend,
    B::Error: Send + Sync + 'static,
{
    let mut input = input.fuse();
    let mut stop = pin!(stop);
    let mut tasks: JoinSet<Message> = JoinSet::new();
    let mut ready: VecDeque<Message> = VecDeque::new();
    let mut engine_speaks = true;
    let mut stopped = false;
    let mut dirty = true;
    let mut last: Option<Instant> = None;
    let began = Instant::now();
    let mut graphics = Graphics::default();
    let mut hyperlinks = Hyperlinks::of(std::env::var("TERM").ok().as_deref());

    let size = terminal.size().context("터미널 크기를 알 수 없어요")?;
    ready.push_back(Message::Clock(now()));
    ready.push_back(Message::Resize(size.width, size.height));
    ready.extend(outside.notice.take().map(Message::Notice));
    let mut effects = VecDeque::new();
    while let Some(message) = ready.pop_front() {
        effects.extend(app.update(message));
    }
    effects.extend(app.start());

    loop {
        while let Some(effect) = effects.pop_front() {
            match outside.perform(app, effect, &mut tasks) {
                Follow::Nothing => {}
                Follow::Message(message) => effects.extend(app.update(message)),
                Follow::Redraw => {
                    // `clear` would ask the terminal for its cursor, and wait.
                    let size = terminal.size().context("터미널 크기를 알 수 없어요")?;
                    terminal.resize(size.into()).context("화면을 지울 수 없어요")?;
                    graphics.forget();
                    hyperlinks.forget();
                    dirty = true;
                }
                Follow::Quit => {
                    if app.status.is_some() {
                        terminal.draw(|frame| ui::draw(app, frame)).context("화면에 쓸 수 없어요")?;
                    }
                    return finish(app, &outside, tasks).await;
                }
            }
        }
        let due = match last {
            Some(at) => at + FRAME,
            None if app.waits() => began + FIRST,
            None => began,
        };
        if dirty && due <= Instant::now() {
            let size = terminal.size().context("터미널 크기를 알 수 없어요")?;
            if (size.width, size.height) != app.size {
                effects.extend(app.update(Message::Resize(size.width, size.height)));
            }
            let mut show = |text: &str| match text {
                "" => Ok(()),
                text => (outside.show)(text).context("그림을 보일 수 없어요"),
            };
            show(graphics.before(app))?;
            let frame = terminal.draw(|frame| ui::draw(app, frame)).context("화면에 쓸 수 없어요")?;
            show(&hyperlinks.after(app, frame.buffer))?;
            show(&graphics.after(app))?;
            dirty = false;
            if last.replace(Instant::now()).is_none() {
                // Nothing that the first frame can do without takes the processor from it.
                tasks.spawn_blocking(|| {
                    lesson::warm();
                    Message::Highlighted
                });
            }
            if !effects.is_empty() {
                continue;
            }
        }
        let frame = dirty.then(|| due.saturating_duration_since(Instant::now()));
        let deadline = app.deadline().map(|at| Duration::from_millis(u64::try_from(at - now()).unwrap_or(0)));
        tokio::select! {
            () = &mut stop, if !stopped => {
                stopped = true;
                ready.push_back(Message::Terminate);
            }
            event = input.next(), if !input.is_done() => take(event, &mut ready),
            event = events.recv(), if engine_speaks => match event {
                Some(event) => ready.push_back(Message::Lab(event)),
                None => engine_speaks = false,
            },
            said = outside.shell.said() => ready.push_back(Message::Shell(said)),
            Some(done) = tasks.join_next() => ready.extend(done.ok()),
            () = sleep(frame) => continue,
            () = sleep(deadline) => {}
        }
        // What else is ready belongs to the same frame.
        while ready.len() < BATCH && !input.is_done() {
            let next = poll_fn(|context| {
                Poll::Ready(match input.poll_next_unpin(context) {
                    Poll::Ready(event) => Some(event),
                    Poll::Pending => None,
                })
            });
            let Some(event) = next.await else { break };
            take(event, &mut ready);
        }
        while ready.len() < BATCH
            && let Ok(event) = events.try_recv()
        {
            ready.push_back(Message::Lab(event));
        }
        effects.extend(app.update(Message::Clock(now())));
        while let Some(message) = ready.pop_front() {
            effects.extend(app.update(message));
        }
        dirty = true;
    }
}

/// An event of the terminal; its end or failure means that the terminal is gone.
fn take(event: Option<io::Result<impl Into<Input>>>, ready: &mut VecDeque<Message>) {
    match event {
        Some(Ok(event)) => ready.extend(event.into().message()),
        Some(Err(_)) | None => ready.push_back(Message::Terminate),
    }
}

async fn sleep(span: Option<Duration>) {
    match span {
        Some(span) => tokio::time::sleep(span).await,
        None => std::future::pending().await,
    }
}

fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// Puts on disk what is not there yet; what cannot be saved is said on leaving.
async fn finish(app: &App, outside: &Outside, mut tasks: JoinSet<Message>) -> anyhow::Result<()> {
    let unsaved = app.saving.unsaved();
    if unsaved.is_empty() {
        tasks.detach_all();
        return Ok(());
    }
    let store = outside.store.clone();
    let saved =
        tasks.spawn_blocking(move || Message::Saved(store.save(&unsaved).map(|_| ()).map_err(|e| e.to_string())));
    let id = saved.id();
    while let Some(done) = tasks.join_next_with_id().await {
        match done {
            Ok((task, Message::Saved(result))) if task == id => {
                return result.map_err(|why| anyhow::anyhow!("마지막 진도를 저장하지 못했어요: {why}"));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
    use futures::stream;
    use ratatui::backend::TestBackend;
    use tokio::sync::mpsc;

    use super::*;
    use crate::app::Look;
    use crate::course::Curriculum;
    use crate::files::Tree;
    use crate::lab::Level;
    use crate::progress::Store;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    /// What a session does next.
    enum Step {
        /// A key.
        Key(KeyCode),
        /// Wait until a lesson's opening is on disk.
        Opened(&'static str),
    }

    /// Types keys until the program ends; gives the state it ended in.
    fn session(content: &tempfile::TempDir, home: &tempfile::TempDir, steps: &[Step]) -> App {
        let tree = Tree::Folder(content.path().to_owned());
        let (store, progress, _) = Store::open(home.path());
        let mut app = App::new(Curriculum::load(&tree).0, progress, Look::default(), Level::Beginner);
        let mut terminal = Terminal::new(TestBackend::new(100, 20)).unwrap();
        let (_engine, events) = mpsc::unbounded_channel();
        let outside = Outside {
            content: tree.clone(),
            labs: tree,
            store: Arc::new(store),
            home: crate::settings::Home::below(home.path()),
            order: Box::new(|_| {}),
            copy: Box::new(|_| Ok(())),
            mouse: Box::new(|_| Ok(())),
            suspend: Box::new(|| Ok(())),
            show: Box::new(|_| Ok(())),
            shell: Default::default(),
            notice: None,
        };
        let input = stream::iter(steps).filter_map(|step| async move {
            match step {
                Step::Key(key) => Some(Ok(Event::Key(KeyEvent::new(*key, KeyModifiers::NONE)))),
                Step::Opened(lesson) => {
                    while Store::open(home.path()).1.lessons.get(*lesson).is_none_or(|l| l.opened.is_none()) {
                        tokio::time::sleep(FRAME).await;
                    }
                    None
                }
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime
            .block_on(run(&mut app, &mut terminal, Box::pin(input), events, std::future::pending(), outside))
            .unwrap();
        app
    }

    #[test]
    fn a_session_reads_a_lesson_and_the_next_one_begins_where_it_ended() {
        let long: String = (1..80).map(|i| format!("문단 {i}번이에요.\n\n")).collect();
        let content = folder(&[
            ("week_01/day_01/session_01.md", "---\nid: one\ntitle: 첫째\n---\n# 첫째\n"),
            ("week_01/day_01/session_02.md", &format!("---\nid: two\ntitle: 둘째\n---\n# 둘째\n\n{long}")),
        ]);
        let home = tempfile::tempdir().unwrap();
        use Step::{Key, Opened};
        let keys = [Opened("one"), Key(KeyCode::Down), Key(KeyCode::Enter), Opened("two")];
        let pages = [Key(KeyCode::PageDown), Key(KeyCode::PageDown), Key(KeyCode::Char('ㅂ'))];
        let app = session(&content, &home, &keys.into_iter().chain(pages).collect::<Vec<_>>());
        let line = app.reader.line();
        assert!(line > 20, "{line}");
        let saved = Store::open(home.path()).1;
        assert_eq!(saved.last(&app.curriculum), app.reader.node);
        let again = session(&content, &home, &[Opened("two"), Key(KeyCode::Char('q'))]);
        assert_eq!(again.curriculum.nodes[again.tree.selected].id, "two");
        assert_eq!(saved.place(&again.curriculum.nodes[again.tree.selected]), Some(line));
    }

    #[test]
    fn a_terminal_that_is_gone_ends_the_program() {
        let content = folder(&[("a.md", "# 하나\n")]);
        let home = tempfile::tempdir().unwrap();
        session(&content, &home, &[]);
    }
}
