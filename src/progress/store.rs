//! The file under XDG data: read, applied and replaced under a lock, so that programs open at once lose nothing.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::change::Change;
use super::model::{Progress, SCHEMA};
use crate::files;

/// Something the learner should know about the file; shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It could not be understood and was set aside.
    Damaged {
        /// Where it is now.
        aside: PathBuf,
    },
    /// A newer program wrote it: it is read as far as possible and not written.
    Newer {
        /// Its schema.
        schema: u64,
    },
    /// It cannot be read; nothing is written over it.
    Unreadable {
        /// The system's word, in Korean.
        why: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { aside } => {
                write!(f, "진도 파일이 손상되어 따로 옮겨 두고 새로 시작했어요: {}", aside.display())
            }
            Self::Newer { schema } => write!(
                f,
                "더 새로운 jotasu가 쓴 진도 파일이에요(형식 {schema}, 여기는 {SCHEMA}). 읽기만 하고 저장하지 않아요. jotasu를 새 버전으로 바꾸세요."
            ),
            Self::Unreadable { why } => write!(f, "진도 파일을 읽을 수 없어 저장하지 않아요. {why}"),
        }
    }
}

/// Why progress was not saved. Nothing is lost by trying again.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// A newer program's file, or one that cannot be read, is never written.
    #[error("{0}")]
    Refused(Notice),
    /// The system refuses.
    #[error("진도를 저장하지 못했어요. {0}")]
    Io(#[from] io::Error),
}

/// The one file.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    memory: Mutex<Memory>,
}

/// What a store knows beyond its file: a file that vanishes or breaks while the program runs takes nothing with it.
#[derive(Debug, Default)]
struct Memory {
    known: Progress,
    notice: Option<Notice>,
}

enum Content {
    Missing,
    Good(Progress),
    Newer(u64, Progress),
    Damaged,
}

impl Store {
    /// Reads `progress.json` of a folder. Always gives something to work with; what is wrong is in the notice.
    pub fn open(data_dir: &Path) -> (Self, Progress, Option<Notice>) {
        let store = Self { folder: data_dir.to_path_buf(), memory: Mutex::default() };
        if let Ok(Some(_lock)) = files::try_lock(&store.lock_path()) {
            // What killed programs left costs nothing but space; a failure here is no one's concern.
            files::sweep(&store.path()).unwrap_or(());
        }
        let (progress, notice) = match store.content() {
            Ok(Content::Missing) => (Progress::default(), None),
            Ok(Content::Good(progress)) => (progress, None),
            Ok(Content::Newer(schema, progress)) => (progress, Some(Notice::Newer { schema })),
            Ok(Content::Damaged) => store.opened_damaged(),
            Err(error) => (Progress::default(), Some(Notice::Unreadable { why: error.to_string() })),
        };
        store.memory().known = progress.clone();
        (store, progress, notice)
    }

    /// Adds changes to what is in the file now and gives the result. When this returns, they are on the disk.
    ///
    /// # Errors
    /// When the file can be neither read nor written, or is a newer program's.
    pub fn save(&self, changes: &[Change]) -> Result<Progress, SaveError> {
        self.update(|progress| changes.iter().for_each(|change| progress.apply(change)))
    }

    /// As [`Store::save`], with everything that another copy knows.
    ///
    /// # Errors
    /// Those of [`Store::save`].
    pub fn import(&self, other: &Progress) -> Result<Progress, SaveError> {
        self.update(|progress| progress.merge(other))
    }

    fn update(&self, change: impl FnOnce(&mut Progress)) -> Result<Progress, SaveError> {
        files::create_dir_all(&self.folder)?;
        let _lock = files::lock(&self.lock_path())?;
        let mut memory = self.memory();
        let mut progress = match self.content() {
            Ok(Content::Good(progress)) => progress,
            Ok(Content::Missing) => memory.known.clone(),
            Ok(Content::Newer(schema, _)) => return Err(SaveError::Refused(Notice::Newer { schema })),
            Ok(Content::Damaged) => {
                memory.notice = Some(Notice::Damaged { aside: files::set_aside(&self.path())? });
                memory.known.clone()
            }
            Err(error) => return Err(SaveError::Refused(Notice::Unreadable { why: error.to_string() })),
        };
        change(&mut progress);
        progress.schema = SCHEMA;
        let mut bytes = serde_json::to_vec_pretty(&progress).map_err(io::Error::from)?;
        bytes.push(b'\n');
        files::write_atomic(&self.path(), &bytes)?;
        memory.known = progress.clone();
        Ok(progress)
    }

    /// What a save found and set aside since the last call.
    pub fn take_notice(&self) -> Option<Notice> {
        self.memory().notice.take()
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.folder.join("progress.json")
    }

    fn lock_path(&self) -> PathBuf {
        self.folder.join("progress.lock")
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another program may have mended or moved it meanwhile, so it is read again under the lock.
    fn opened_damaged(&self) -> (Progress, Option<Notice>) {
        let unreadable = |error: io::Error| (Progress::default(), Some(Notice::Unreadable { why: error.to_string() }));
        let _lock = match files::lock(&self.lock_path()) {
            Ok(lock) => lock,
            Err(error) => return unreadable(error),
        };
        match self.content() {
            Ok(Content::Good(progress)) => (progress, None),
            Ok(Content::Newer(schema, progress)) => (progress, Some(Notice::Newer { schema })),
            Ok(Content::Missing) => (Progress::default(), None),
            Ok(Content::Damaged) => match files::set_aside(&self.path()) {
                Ok(aside) => (Progress::default(), Some(Notice::Damaged { aside })),
                Err(error) => unreadable(error),
            },
            Err(error) => unreadable(error),
        }
    }

    fn content(&self) -> io::Result<Content> {
        Content::read(&self.path())
    }
}

/// Reads what is the content of a progress file of another machine.
///
/// # Errors
/// When it is none, or is a newer program's.
pub fn copy(text: &str) -> Result<Progress, CopyError> {
    match Content::of(text) {
        Content::Good(progress) => Ok(progress),
        Content::Missing | Content::Damaged => Err(CopyError::Foreign),
        Content::Newer(schema, _) => Err(CopyError::Newer { schema }),
    }
}

/// Why a copy of progress cannot be used.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum CopyError {
    /// It is something else, or damaged.
    #[error("jotasu의 진도가 아니거나 망가졌어요. `jotasu progress export`로 만든 파일을 쓰세요.")]
    Foreign,
    /// A newer program wrote it.
    #[error("더 새 jotasu가 만든 진도예요(형식 {schema}). 이 컴퓨터의 jotasu를 먼저 업데이트하세요.")]
    Newer {
        /// Its format.
        schema: u64,
    },
}

impl Content {
    fn read(path: &Path) -> io::Result<Self> {
        match files::read_to_string(path) {
            Ok(text) => Ok(Self::of(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Missing),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Self::Damaged),
            Err(error) => Err(error),
        }
    }

    fn of(text: &str) -> Self {
        let Ok(value) = serde_json::from_str::<Value>(text) else { return Self::Damaged };
        match value.get("schema").and_then(Value::as_u64) {
            Some(schema) if schema > SCHEMA => Self::Newer(schema, serde_json::from_value(value).unwrap_or_default()),
            Some(SCHEMA) => serde_json::from_value(value).map_or(Self::Damaged, Self::Good),
            _ => Self::Damaged,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::course::{Kind, Node};
    use crate::lab::Level;
    use crate::progress::Note;

    fn passed(check: &str) -> Change {
        Change::Passed { lab: "w3-d2-lab1".into(), check: check.into(), at: 7 }
    }

    fn home() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn what_is_saved_is_there_when_opened_again() {
        let dir = home();
        let data = dir.path().join("new/data");
        let (store, progress, notice) = Store::open(&data);
        assert_eq!((progress, notice), (Progress::default(), None));
        assert!(!data.exists(), "opening makes nothing");
        let saved = store.save(&[passed("a"), Change::Level(Level::Advanced)]).unwrap();
        let (_, again, notice) = Store::open(&data);
        assert_eq!((&again, notice), (&saved, None));
        assert!(again.has_passed("w3-d2-lab1", "a") && !again.has_passed("w3-d2-lab1", "b"));
        assert_eq!((again.passed("w3-d2-lab1"), again.level), (1, Some(Level::Advanced)));
    }

    #[test]
    fn notes_ticks_and_the_exact_place_are_kept() {
        let dir = home();
        let (store, ..) = Store::open(dir.path());
        let note = Note { at: 9, line: 3, text: "다시 볼 것".into(), ..Note::default() };
        let lesson = || "a".to_owned();
        store
            .save(&[
                Change::Place { lesson: lesson(), line: 7, within: 250_000, at: 5 },
                Change::Noted { lesson: lesson(), made: -8, note: note.clone() },
                Change::Ticked { lesson: lesson(), task: "읽기".into(), ticked: true, at: 6 },
            ])
            .unwrap();
        let (_, again, notice) = Store::open(dir.path());
        assert_eq!(notice, None);
        let node = Node { id: lesson(), ..Node::new(Kind::Session, "a") };
        assert_eq!(again.place_within(&node), Some((7, 250_000)));
        assert_eq!(again.notes(&node).collect::<Vec<_>>(), [("a", -8, &note)]);
        assert_eq!(again.ticks(&node), [("읽기", true)].into());
        assert_eq!((again.note_counts(), again.recent(3)), ((1, 0), vec!["a"]));
        // What an older program wrote after it has no more than a line.
        let older = r#"{"schema":1,"lessons":{"a":{"place":[6,9],"within":[5,250000]}}}"#;
        fs::write(store.path(), older).unwrap();
        assert_eq!(Store::open(dir.path()).1.place_within(&node), Some((9, 0)));
    }

    #[test]
    fn two_programs_open_at_once_lose_nothing() {
        let dir = home();
        let (one, ..) = Store::open(dir.path());
        let (two, ..) = Store::open(dir.path());
        one.save(&[passed("a")]).unwrap();
        let both = two.save(&[passed("b")]).unwrap();
        assert_eq!(both.passed("w3-d2-lab1"), 2);
        assert_eq!(one.save(&[]).unwrap(), both);
    }

    #[test]
    fn unknown_fields_are_kept_at_every_level() {
        let dir = home();
        let text = r#"{"schema":1,"reviews":{"x":[1]},"lessons":{"a":{"opened":1,"note":"손"}},"labs":{"l":{"passed":{},"tries":3}}}"#;
        fs::write(dir.path().join("progress.json"), text).unwrap();
        let (store, ..) = Store::open(dir.path());
        store.save(&[Change::Read { lesson: "a".into(), at: 5 }, Change::LabDone { lab: "l".into(), at: 6 }]).unwrap();
        let kept: Value = serde_json::from_str(&fs::read_to_string(store.path()).unwrap()).unwrap();
        assert_eq!(kept["reviews"]["x"][0], 1);
        assert_eq!(kept["lessons"]["a"]["note"], "손");
        assert_eq!(kept["lessons"]["a"]["read"], 5);
        assert_eq!(kept["labs"]["l"]["tries"], 3);
    }

    #[track_caller]
    fn damaged(bytes: &[u8]) {
        let dir = home();
        fs::write(dir.path().join("progress.json"), bytes).unwrap();
        let (store, progress, notice) = Store::open(dir.path());
        let aside = dir.path().join("progress.json.damaged-1");
        assert_eq!((progress, notice), (Progress::default(), Some(Notice::Damaged { aside: aside.clone() })));
        store.save(&[passed("a")]).unwrap();
        assert_eq!(fs::read(aside).unwrap(), bytes);
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_said() {
        damaged(b"");
        damaged(b"{\"schema\":1,\"lessons\":");
        damaged(b"\xff\xfe{}");
        damaged(b"[]");
        damaged(b"{}");
        damaged(br#"{"schema":1,"lessons":{"a":{"place":"x"}}}"#);
        damaged("[".repeat(100_000).as_bytes());
    }

    #[test]
    fn a_file_that_breaks_or_vanishes_meanwhile_takes_nothing_with_it() {
        let dir = home();
        let (store, ..) = Store::open(dir.path());
        store.save(&[passed("a")]).unwrap();
        fs::write(store.path(), "{").unwrap();
        assert_eq!(store.save(&[passed("b")]).unwrap().passed("w3-d2-lab1"), 2);
        assert!(matches!(store.take_notice(), Some(Notice::Damaged { .. })));
        assert_eq!(store.take_notice(), None);
        fs::remove_file(store.path()).unwrap();
        assert_eq!(store.save(&[passed("c")]).unwrap().passed("w3-d2-lab1"), 3);
    }

    #[test]
    fn a_newer_file_is_read_and_never_written() {
        let dir = home();
        let text = r#"{"schema":2,"lessons":{"a":{"read":1}},"labs":{},"more":true}"#;
        fs::write(dir.path().join("progress.json"), text).unwrap();
        let (store, progress, notice) = Store::open(dir.path());
        assert_eq!((progress.lessons.len(), notice), (1, Some(Notice::Newer { schema: 2 })));
        assert!(matches!(store.save(&[passed("a")]), Err(SaveError::Refused(Notice::Newer { schema: 2 }))));
        assert_eq!(fs::read_to_string(store.path()).unwrap(), text);
    }

    #[test]
    fn what_cannot_be_read_or_written_says_so_in_korean() {
        let dir = home();
        fs::create_dir(dir.path().join("progress.json")).unwrap();
        let (store, _, notice) = Store::open(dir.path());
        let said = notice.unwrap().to_string();
        assert!(said.starts_with("진도 파일을 읽을 수 없어") && said.contains("폴더가 있어요"), "{said}");
        assert!(matches!(store.save(&[]), Err(SaveError::Refused(_))));
        fs::write(dir.path().join("file"), "").unwrap();
        let (store, ..) = Store::open(&dir.path().join("file/data"));
        let said = store.save(&[]).unwrap_err().to_string();
        assert!(said.starts_with("진도를 저장하지 못했어요."), "{said}");
    }
}
