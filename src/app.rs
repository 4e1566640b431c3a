//! The state of the screen and how it changes. It never does I/O, never draws and never waits: what has happened comes as
//! a [`Message`], what is to be done outside goes as an [`Effect`].

mod acting;
pub mod checklist;
pub mod checks;
mod choosing;
mod engine;
pub mod field;
pub mod find;
mod following;
pub mod footer;
mod helping;
mod history;
pub mod images;
pub mod link;
pub mod look;
pub mod notes;
mod noting;
mod obey;
mod opening;
mod outline;
mod palette;
pub mod pan;
pub mod panes;
mod panning;
pub mod picker;
mod playing;
mod pointer;
pub mod popup;
mod preview;
pub mod quiz;
pub mod reader;
pub mod record;
mod resume;
pub mod saving;
pub mod shell;
pub mod things;
pub mod tree;
mod typing;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::course::Curriculum;
use crate::files::Stamps;
use crate::keymap::{Chord, Key};
use crate::lab::{self, Lab, Level, Millis, Order};
use crate::lesson::Folding;
use crate::problem::Problem;
use crate::progress::{Change, Progress};
use crate::quiz::Quiz;
use crate::search::Index;
use crate::settings::Trusted;
use crate::text::Role;

pub use look::Look;
pub use opening::names;
pub use panes::{Focus, Panes};
pub use pointer::Mouse;
pub use preview::Changed;

/// Everything that can happen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// A key was pressed with others held down, which only the shell tells apart.
    Chord(Chord),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something at a cell.
    Mouse(Mouse, u16, u16),
    /// The terminal has so many columns and rows.
    Resize(u16, u16),
    /// What time it is; comes before whatever else has happened, and at the deadline.
    Clock(Millis),
    /// A lesson was read.
    Opened(Box<Opened>),
    /// The lab of a lesson was read: what could be read of it, and what is wrong with it.
    LabLoaded(usize, Option<Arc<Lab>>, Vec<Problem>),
    /// The engine speaks.
    Lab(lab::Event),
    /// The shell speaks.
    Shell(shell::Said),
    /// The hash of the course's files as they are now.
    Fingerprint(String),
    /// The answer to a save.
    Saved(Result<(), String>),
    /// A long lesson was laid out as a whole.
    LaidOut(Option<Box<reader::Laid>>),
    /// Highlighting has been loaded.
    Highlighted,
    /// A course that is being written has changed.
    Changed(Box<preview::Changed>),
    /// What the lints say of a course that is being written.
    Linted(Vec<Problem>),
    /// Quizzes were read, by their nodes.
    Quizzes(Vec<(usize, Arc<Quiz>)>),
    /// The course can be searched.
    Indexed(Arc<Index>),
    /// Something to say that came from outside (a damaged file put aside, a copy that failed).
    Notice(String),
    /// The terminal has said how it looks and how wide it draws.
    Answered(look::Answers),
    /// Images of a lesson were read.
    Images(Box<images::Found>),
    /// An image was painted.
    Painted(Box<images::Done>),
    /// The terminal or the system asks to leave.
    Terminate,
}

/// A lesson as read from the course.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The node of the curriculum.
    pub node: usize,
    /// Its Markdown, or why it could not be read.
    pub text: Result<String, Problem>,
}

/// Everything the program may do outside itself.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Read a lesson.
    Open(usize),
    /// Lay a long lesson out as a whole.
    LayOut(reader::Job),
    /// Read the quizzes of lessons.
    Quizzes(Vec<usize>),
    /// Read the lab of a lesson: the lesson, and the lab's id.
    LoadLab(usize, String),
    /// Write to the progress.
    Save(Vec<Change>),
    /// Ask something of the engine.
    Order(Order),
    /// Wait until the files of a course that is being written stand otherwise than so, and read it again.
    Watch(Stamps),
    /// Ask the lints about a course that is being written.
    Lint,
    /// Write down that a lab's files are trusted, by their hash.
    Trust(String),
    /// Ask something of the shell.
    Shell(shell::Ask),
    /// Find the hash of the course's files.
    Fingerprint,
    /// Put text on the terminal's clipboard.
    Copy(String),
    /// Listen to the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Make the index of the course.
    Index,
    /// Read images of a lesson, by the paths it writes.
    Images(usize, Vec<String>),
    /// Paint an image for the terminal.
    Paint(Box<images::Job>),
    /// Draw the whole screen anew.
    Redraw,
    /// Give the terminal back until `fg`.
    Suspend,
    /// Leave.
    Quit,
}

/// One line to the learner, in the footer until the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// How it is meant.
    pub role: Role,
    /// The line.
    pub text: String,
}

/// The whole state.
pub struct App {
    /// Columns and rows.
    pub size: (u16, u16),
    /// What the terminal can show.
    pub look: Look,
    /// The course.
    pub curriculum: Curriculum,
    /// What is done.
    pub progress: Progress,
    /// The learner's level.
    pub level: Level,
    /// The time.
    pub now: Millis,
    /// The learner's time zone, for the clock.
    pub zone: jiff::tz::TimeZone,
    /// The pane with the focus.
    pub focus: Focus,
    /// The popup, if one is open.
    pub popup: Option<popup::Popup>,
    /// The curriculum's pane.
    pub tree: tree::Tree,
    /// The lesson's pane.
    pub reader: reader::Reader,
    /// The checks' pane.
    pub checks: checks::Checks,
    /// The shell's pane.
    pub shell: shell::Shell,
    /// A line to the learner.
    pub status: Option<Status>,
    /// What is not on disk yet.
    pub saving: saving::Saving,
    /// Hashes of labs that are trusted; `None` where all are, being part of the program.
    pub trusted: Option<Trusted>,
    /// Hashes of courses whose commands may be typed in; `None` where all are, being part of the program.
    pub trusted_courses: Option<Trusted>,
    /// The mouse is left to the terminal.
    pub mouse_off: bool,
    /// Places to go back and forward to.
    history: history::History,
    /// Where to in the lesson that is being opened.
    aim: Option<(usize, history::Aim)>,
    /// Which folds are open in lessons that were open before.
    folds: BTreeMap<usize, Folding>,
    /// The images of the open lesson.
    pub images: images::Images,
    /// What was found in the open lesson, marked until it is ended.
    pub found: Option<find::Marks>,
    /// The quizzes, and the one that is open.
    pub quizzes: quiz::Quizzes,
    /// The index of the course, once it is made.
    index: find::Indexing,
    /// Where to go in the lesson that is being opened.
    sought: Option<find::Sought>,
    /// The lab that is about to be started is to be timed.
    pub timing: bool,
    /// The lab is to be started as soon as it is known how it stands.
    start_wanted: bool,
    /// What the learner left behind, until it has been said.
    left: Option<resume::Left>,
    /// The hint about Hangul input has been given.
    hangul_told: bool,
    /// When the place in the lesson is to be saved.
    place_at: Option<Millis>,
    /// The lesson to be opened, while it is being read.
    opening: Option<usize>,
    /// The course is being written.
    preview: Option<preview::Preview>,
    effects: Vec<Effect>,
}

impl App {
    /// The program before its first message; `start` says what to do first.
    pub fn new(curriculum: Curriculum, progress: Progress, look: Look, level: Level) -> Self {
        Self {
            size: (0, 0),
            look,
            curriculum,
            progress,
            level,
            now: 0,
            zone: jiff::tz::TimeZone::UTC,
            focus: Focus::Reader,
            popup: None,
            tree: tree::Tree::default(),
            reader: reader::Reader::default(),
            checks: checks::Checks::default(),
            shell: shell::Shell::default(),
            status: None,
            saving: saving::Saving::default(),
            trusted: None,
            trusted_courses: None,
            mouse_off: false,
            history: history::History::default(),
            aim: None,
            folds: BTreeMap::new(),
            images: images::Images::default(),
            found: None,
            quizzes: quiz::Quizzes::default(),
            index: find::Indexing::default(),
            sought: None,
            timing: false,
            start_wanted: false,
            left: None,
            hangul_told: false,
            place_at: None,
            opening: None,
            preview: None,
            effects: Vec::new(),
        }
    }

    /// Takes what has happened into the state and gives what is to be done about it.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Key(key) => self.chord(Chord::of(key)),
            Message::Chord(chord) => self.chord(chord),
            Message::Paste(text) => self.paste(&text),
            Message::Mouse(mouse, column, row) => self.mouse(mouse, column, row),
            Message::Resize(columns, rows) => {
                self.size = (columns, rows);
                self.images.paintings.outdate();
            }
            Message::Clock(now) => self.now = now,
            Message::Opened(opened) => self.opened(*opened),
            Message::LabLoaded(node, lab, problems) => self.lab_loaded(node, lab, &problems),
            Message::Lab(event) => self.engine(event),
            Message::Shell(said) => self.shell_said(said),
            Message::Fingerprint(hash) => self.fingerprint(hash),
            Message::Saved(result) => {
                let failed = self.saving.failed.is_some();
                self.saving.saved(result, self.now);
                match (failed, self.saving.failed.clone()) {
                    (true, None) => self.say(Role::Dim, "진도를 다시 저장했어요"),
                    (false, Some(why)) => self.say(Role::Bad, why),
                    _ => {}
                }
            }
            Message::Changed(changed) => self.changed(*changed),
            Message::Linted(found) => self.linted(found),
            Message::Highlighted => {
                self.reader.highlight();
                // The first frame is long drawn.
                self.make_index();
            }
            Message::Quizzes(found) => self.quizzes_loaded(found),
            Message::Indexed(index) => self.indexed(index),
            Message::LaidOut(laid) => laid.into_iter().for_each(|laid| self.reader.laid_out(*laid)),
            Message::Notice(text) => self.say(Role::Wait, text),
            Message::Answered(answers) => self.answered(&answers),
            Message::Images(found) => self.found_images(*found),
            Message::Painted(done) => self.images.paintings.take(*done),
            Message::Terminate => self.quit(),
        }
        self.settle();
        std::mem::take(&mut self.effects)
    }

    /// When something will change by itself: the one timer.
    pub fn deadline(&self) -> Option<Millis> {
        let clock = match &self.checks.phase {
            lab::Phase::Working(_) => Some((self.now / 1000 + 1) * 1000),
            lab::Phase::Running(_) if self.checks.lab.is_some() => Some((self.now / 60_000 + 1) * 60_000),
            _ => None,
        };
        [clock, self.saving.deadline(), self.place_at].into_iter().flatten().min()
    }

    /// A lesson has been asked for and is not there yet.
    pub fn waits(&self) -> bool {
        self.opening.is_some()
    }

    /// Adds to the progress: here at once, on disk soon.
    fn record(&mut self, change: Change) {
        self.progress.apply(&change);
        self.saving.add(change);
    }

    fn say(&mut self, role: Role, text: impl Into<String>) {
        self.status = Some(Status { role, text: text.into() });
    }

    /// What follows from any message: layouts at the present size, scrolling, saving.
    fn settle(&mut self) {
        let panes = self.panes();
        if let Some(reader) = panes.reader {
            let body = Panes::body(reader);
            self.give_room(usize::from(body.width), usize::from(body.height));
            self.reader.fit(usize::from(body.width), usize::from(body.height), self.look.ascii);
            self.effects.extend(self.reader.order().map(Effect::LayOut));
            self.ask_images();
            self.reader.keep_thing();
            self.mark_found(usize::from(body.width));
            self.ask_paintings();
            self.follow_quiz(usize::from(body.width), usize::from(body.height));
        }
        if self.checks.lab.is_some() {
            self.checks.steps = self
                .checks
                .step_numbers(Level::Advanced)
                .into_iter()
                .filter_map(|step| Some((step, self.reader.step_title(step)?)))
                .collect();
        }
        if let Some(checks) = panes.checks {
            self.follow_checks(checks);
        }
        if let Some(tree) = panes.tree {
            let height = usize::from(Panes::body(tree).height);
            self.tree.top = self.tree.top.min(self.tree.rows(&self.curriculum).len().saturating_sub(height));
        }
        self.fit_shell();
        if self.place_at.is_some_and(|at| at <= self.now) {
            self.record_place();
        }
        if let Some(save) = self.saving.next(self.now) {
            self.effects.push(save);
        }
    }
}
