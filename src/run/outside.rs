//! Performs effects: what may take long in blocking tasks, the rest at once.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::shell::Shell;
#[cfg(feature = "images")]
use super::{images, terminal};
use crate::app::{App, Changed, Effect, Message, Opened};
use crate::course::{self, Curriculum, Node};
use crate::files::{Stamps, Tree};
use crate::lab;
use crate::lab::Order;
use crate::progress::Store;
use crate::quiz;
use crate::search::Index;
use crate::settings::{Home, Trusted};

/// Writes what shows images to the terminal.
pub type Show = Box<dyn FnMut(&str) -> io::Result<()>>;
/// Puts text on a clipboard.
pub type Clipboard = Box<dyn FnMut(&str) -> io::Result<()>>;

/// Everything outside the state that effects reach.
pub struct Outside {
    /// The course's files.
    pub content: Tree,
    /// The labs' files.
    pub labs: Tree,
    /// The progress on disk.
    pub store: Arc<Store>,
    /// Where the learner's files are.
    pub home: Home,
    /// Gives an order to the engine.
    pub order: Box<dyn FnMut(Order)>,
    /// Puts text on the clipboard.
    pub copy: Clipboard,
    /// Listens to the mouse, or leaves it to the terminal.
    pub mouse: Box<dyn FnMut(bool) -> io::Result<()>>,
    /// Gives the terminal back for a while.
    pub suspend: Box<dyn FnMut() -> io::Result<()>>,
    /// Writes what shows images to the terminal.
    pub show: Show,
    /// The learner's shell.
    pub shell: Shell,
    /// Something to say at the start.
    pub notice: Option<String>,
}

/// What follows from an effect at once.
pub enum Follow {
    /// Nothing.
    Nothing,
    /// A message.
    Message(Message),
    /// The whole screen is drawn anew.
    Redraw,
    /// The end.
    Quit,
}

impl Outside {
    /// Performs an effect; what takes long answers through a task.
    pub fn perform(&mut self, app: &App, effect: Effect, tasks: &mut JoinSet<Message>) -> Follow {
        match effect {
            Effect::Open(index) => {
                let Some(node) = app.curriculum.nodes.get(index).cloned() else { return Follow::Nothing };
                let content = self.content.clone();
                tasks.spawn_blocking(move || Message::Opened(Box::new(open(&content, index, &node))));
            }
            Effect::LayOut(job) => {
                tasks.spawn_blocking(move || Message::LaidOut(job.run().map(Box::new)));
            }
            Effect::Quizzes(nodes) => {
                let path = |index: usize| Some((index, app.curriculum.nodes.get(index)?.quiz.clone()?));
                let paths: Vec<(usize, String)> = nodes.into_iter().filter_map(path).collect();
                let content = self.content.clone();
                let read = move |(index, path): (usize, String)| {
                    let quiz = content.read(&path).map(|text| quiz::load(&path, &text).0).unwrap_or_default();
                    (index, Arc::new(quiz))
                };
                tasks.spawn_blocking(move || Message::Quizzes(paths.into_iter().map(read).collect()));
            }
            Effect::LoadLab(index, id) => {
                let labs = self.labs.clone();
                tasks.spawn_blocking(move || {
                    let (lab, problems) = lab::load(&labs, &id);
                    Message::LabLoaded(index, lab.map(Arc::new), problems)
                });
            }
            Effect::Watch(stamps) => {
                let content = self.content.clone();
                tasks.spawn(async move { Message::Changed(Box::new(changed(content, stamps).await)) });
            }
            Effect::Lint => {
                let (content, labs) = (self.content.clone(), self.labs.clone());
                tasks.spawn_blocking(move || Message::Linted(course::lint(&content, &labs)));
            }
            Effect::Save(changes) => {
                let store = self.store.clone();
                tasks.spawn_blocking(move || {
                    Message::Saved(store.save(&changes).map(|_| ()).map_err(|e| e.to_string()))
                });
            }
            Effect::Trust(hash) => {
                if let Err(error) = Trusted::append(&self.home, &hash) {
                    return Follow::Message(Message::Notice(format!("믿는다고 적어 두지 못했어요: {error}")));
                }
            }
            Effect::Order(order) => (self.order)(order),
            Effect::Shell(ask) => {
                if let Some(said) = self.shell.perform(ask) {
                    return Follow::Message(Message::Shell(said));
                }
            }
            Effect::Fingerprint => {
                let content = self.content.clone();
                tasks.spawn_blocking(move || Message::Fingerprint(course::fingerprint(&content)));
            }
            Effect::Copy(text) => {
                if let Err(error) = (self.copy)(&text) {
                    return Follow::Message(Message::Notice(format!("복사하지 못했어요: {error}")));
                }
            }
            Effect::Mouse(on) => {
                if let Err(error) = (self.mouse)(on) {
                    return Follow::Message(Message::Notice(format!("마우스를 바꾸지 못했어요: {error}")));
                }
            }
            Effect::Index => {
                let (content, curriculum) = (self.content.clone(), app.curriculum.clone());
                tasks.spawn_blocking(move || {
                    Message::Indexed(Arc::new(Index::build(&curriculum, |path| content.read(path).ok())))
                });
            }
            #[cfg(feature = "images")]
            Effect::Images(index, paths) => {
                let Some(node) = app.curriculum.nodes.get(index) else { return Follow::Nothing };
                let folder = node.path.as_deref().map_or("", course::parent).to_owned();
                let cell = app.look.images.and_then(|imaging| imaging.cell(terminal::measured()));
                let content = self.content.clone();
                tasks.spawn_blocking(move || {
                    Message::Images(Box::new(images::picture::read(&content, index, &folder, paths, cell)))
                });
            }
            #[cfg(feature = "images")]
            Effect::Paint(job) => {
                let measured = terminal::measured();
                tasks
                    .spawn_blocking(move || Message::Painted(Box::new(job.done(images::paint::paint(&job, measured)))));
            }
            #[cfg(not(feature = "images"))]
            Effect::Images(..) | Effect::Paint(_) => {}
            Effect::Suspend => {
                return match (self.suspend)() {
                    Ok(()) => Follow::Redraw,
                    Err(error) => Follow::Message(Message::Notice(format!("셸로 나가지 못했어요: {error}"))),
                };
            }
            Effect::Redraw => return Follow::Redraw,
            Effect::Quit => return Follow::Quit,
        }
        Follow::Nothing
    }
}

/// Between two looks at the files: soon enough for a person who saves and looks up.
const LOOK: Duration = Duration::from_millis(300);

/// Waits until the files of a course stand otherwise than before, and reads it again.
async fn changed(content: Tree, before: Stamps) -> Changed {
    let look = || {
        let content = content.clone();
        async move { tokio::task::spawn_blocking(move || content.stamps()).await.unwrap_or_default() }
    };
    loop {
        let began = Instant::now();
        let stamps = look().await;
        // A large course is looked at less often: looking takes a tenth of the time at most.
        tokio::time::sleep(LOOK.max(began.elapsed() * 10)).await;
        if stamps == before {
            continue;
        }
        // An editor that puts a new file in the place of the old one takes a moment.
        tokio::time::sleep(Duration::from_millis(30)).await;
        let content = content.clone();
        let read = tokio::task::spawn_blocking(move || {
            let stamps = content.stamps();
            Changed { curriculum: Curriculum::load(&content).0, stamps }
        });
        if let Ok(changed) = read.await {
            return changed;
        }
    }
}

/// Reads a lesson.
fn open(content: &Tree, index: usize, node: &Node) -> Opened {
    let path = node.path.clone().unwrap_or_default();
    let text = content.read(&path).map_err(|error| error.problem());
    Opened { node: index, text }
}
