//! jotasu (조타수): a terminal courseware runner for Kubernetes operations, in Korean.
//!
//! # Architecture
//!
//! One package: a thin `main.rs` over this library. Modules form a line, not a graph; a module names only those
//! above it, and `tests/architecture.rs` holds that.
//!
//! ```text
//! text               cells, widths, josa, key decomposition of Hangul, Role
//! problem            what is wrong with content: file, line, column, help
//! yaml               authored YAML as a tree that knows its lines
//! files              the one reader (embedded course | folder) and the one atomic writer
//! lab                checks, observations, Memory, decide(); solutions, actions; orders, events  pure
//! diagram            Mermaid → a picture in cells                                                pure
//! lesson             Markdown → blocks → rows at a width                                         pure
//! quiz               questions beside a page, a run over them, when they come back               pure
//! course             week/day/lesson tree; joins lessons, labs and quizzes; lints both ways
//! search             an index of the course, and queries on it                                    pure
//! progress settings  what is done; config, allow-list, trust
//! say                Verdict, Cause, Problem → sentence; progress → report
//! keymap             the one table of keys
//! app                state and update            no I/O, no Frame, no await, no kube
//! ui                 draw(&App)                  no &mut App
//! cluster            side branch over lab, files, problem: guard, watches, engine, actions. The only place that names kube.
//! run                loop, tasks, terminal, the learner's shell
//! command            the command line
//! ```
//!
//! Two threads, each with a runtime of its own: the screen's and the engine's. An [`lab::Order`] goes to the engine, a
//! [`lab::Event`] comes back with a whole vector of verdicts; nothing else is shared, so that nothing a cluster does can
//! hold a frame. A third thread only reads the terminal; a fourth, while there is one, serves the learner's shell: asks
//! go to it, pictures of its screen come back, each in the place of the one before. What takes
//! long (a lesson, the index, the whole of a long page) is a task of the screen's runtime on a thread of its own. A
//! search of a large course is parted among threads that the screen waits for, a few milliseconds.
pub mod app;
pub mod cluster;
pub mod command;
pub mod course;
pub mod diagram;
pub mod files;
pub mod keymap;
pub mod lab;
pub mod lesson;
pub mod problem;
pub mod progress;
pub mod quiz;
pub mod run;
pub mod say;
pub mod search;
pub mod settings;
pub mod text;
pub mod ui;
pub mod yaml;
