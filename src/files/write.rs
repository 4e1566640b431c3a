//! Writing so that a crash, a full disk or a second program at any moment leaves the old file or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

const TEMPORARY: &str = ".jotasu-tmp";

/// An exclusive lock between programs, held until dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Waits for the exclusive lock of this file, which is made when it is not there.
pub fn lock(path: &Path) -> io::Result<Lock> {
    let file = lock_file(path)?;
    file.lock().map_err(|error| said(path, error))?;
    Ok(Lock { _file: file })
}

/// The lock, or `None` when another program holds it.
pub fn try_lock(path: &Path) -> io::Result<Option<Lock>> {
    let file = lock_file(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(said(path, error)),
    }
}

fn lock_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(|error| said(path, error))
}

/// Replaces a file as a whole: temporary file beside it, fsync, rename, fsync of the folder; mode 0600.
///
/// A link is kept: what it points to is replaced.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, bytes).map_err(|error| said(path, error))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let resolved = if path.is_symlink() { path.canonicalize()? } else { path.to_path_buf() };
    let folder = folder_of(&resolved);
    let mut file =
        tempfile::Builder::new().prefix(&temporary_prefix(&resolved)).suffix(TEMPORARY).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(&resolved).map_err(|error| error.error)?;
    sync_folder(folder)
}

fn temporary_prefix(path: &Path) -> String {
    format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Removes what killed writers of this file left beside it; only while holding the lock that guards its writers.
pub fn sweep(path: &Path) -> io::Result<()> {
    let prefix = temporary_prefix(path);
    for entry in fs::read_dir(folder_of(path))?.flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(&prefix) && name.ends_with(TEMPORARY)) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Opens a file to be read by another program.
///
/// # Errors
/// The system's, with the path.
pub fn open(path: &Path) -> io::Result<File> {
    File::open(path).map_err(|error| said(path, error))
}

/// Puts a file in another's place, on the same file system.
///
/// # Errors
/// The system's, with the path.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to).map_err(|error| said(to, error))
}

/// A file to append to (made when it is not there), for a log.
pub fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path).map_err(|error| said(path, error))
}

/// Appends to a file (made when it is not there) and waits until it is on the disk.
pub fn append_sync(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let append = || {
        let new = !path.exists();
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if new { sync_folder(folder_of(path)) } else { Ok(()) }
    };
    append().map_err(|error| said(path, error))
}

/// The text of a file of the learner's own.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    fs::read_to_string(path).map_err(|error| said(path, error))
}

/// Removes a file; one that is not there is no error.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(said(path, error)),
        _ => Ok(()),
    }
}

/// The names in a folder; of one that cannot be read, none.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Whether there is a file or folder.
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// Makes a folder and those above it.
pub fn create_dir_all(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path).map_err(|error| said(path, error))
}

/// Renames a damaged file to `NAME.damaged-N`, with the first N that is free, and gives the new path.
pub fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let move_it = || {
        let free = |n: &u32| path.with_file_name(format!("{name}.damaged-{n}"));
        let aside = (1..=9_999).map(|n| free(&n)).find(|path| !path.exists() && !path.is_symlink());
        let aside = aside.ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))?;
        fs::rename(path, &aside)?;
        sync_folder(folder_of(path))?;
        Ok(aside)
    };
    move_it().map_err(|error| said(path, error))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some file systems cannot sync a folder; the rename is still atomic there.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        other => other,
    }
}

/// The same error, with its path and in Korean; the kind is kept.
fn said(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), Said { path: path.to_path_buf(), source: error })
}

#[derive(Debug, thiserror::Error)]
#[error("{}: {}", path.display(), cause(source))]
struct Said {
    path: PathBuf,
    source: io::Error,
}

/// A system error as a Korean sentence.
pub(super) fn cause(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => "파일이나 폴더가 없어요.".into(),
        Kind::PermissionDenied => "권한이 없어요.".into(),
        Kind::StorageFull => "디스크가 가득 찼어요.".into(),
        Kind::QuotaExceeded => "디스크 할당량을 다 썼어요.".into(),
        Kind::ReadOnlyFilesystem => "읽기 전용 파일 시스템이에요.".into(),
        Kind::NotADirectory => "폴더가 있어야 할 자리에 파일이 있어요.".into(),
        Kind::IsADirectory => "파일이 있어야 할 자리에 폴더가 있어요.".into(),
        Kind::InvalidData => "UTF-8 글이 아니에요.".into(),
        Kind::AlreadyExists => "같은 이름이 이미 있어요.".into(),
        _ => format!("시스템이 거절했어요({error})."),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_written_file_is_whole_private_and_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        write_atomic(&path, b"one").unwrap();
        write_atomic(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_to_a_file_kept_elsewhere_stays_a_link() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("real"), "x").unwrap();
        std::os::unix::fs::symlink("real", dir.path().join("link")).unwrap();
        write_atomic(&dir.path().join("link"), b"y").unwrap();
        assert!(dir.path().join("link").is_symlink());
        assert_eq!(fs::read(dir.path().join("real")).unwrap(), b"y");
    }

    #[test]
    fn damaged_files_are_set_aside_one_by_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.json");
        for n in 1..=3 {
            fs::write(&path, format!("{n}")).unwrap();
            assert_eq!(set_aside(&path).unwrap(), dir.path().join(format!("p.json.damaged-{n}")));
        }
        assert_eq!(fs::read_to_string(dir.path().join("p.json.damaged-2")).unwrap(), "2");
    }

    #[test]
    fn what_killed_writers_left_is_swept_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        for name in [".p.json.abc.jotasu-tmp", ".q.json.abc.jotasu-tmp", "p.json", ".p.json.swp"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        sweep(&dir.path().join("p.json")).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
    }

    #[test]
    fn one_lock_is_held_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("l");
        let held = lock(&path).unwrap();
        assert!(try_lock(&path).unwrap().is_none());
        drop(held);
        assert!(try_lock(&path).unwrap().is_some());
    }

    #[test]
    fn errors_name_the_path_and_speak_korean() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("none/x.json");
        let error = write_atomic(&path, b"").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert_eq!(error.to_string(), format!("{}: 파일이나 폴더가 없어요.", path.display()));
        let full = write_atomic(Path::new("/dev/full/x"), b"x").unwrap_err();
        assert!(full.to_string().contains("폴더가 있어야 할 자리"), "{full}");
        assert!(cause(&io::Error::from_raw_os_error(28)).contains("가득"));
        assert!(cause(&io::Error::from_raw_os_error(30)).contains("읽기 전용"));
    }

    #[test]
    fn appending_adds_to_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        append_sync(&path, b"a\n").unwrap();
        append_sync(&path, b"b\n").unwrap();
        assert_eq!(read_to_string(&path).unwrap(), "a\nb\n");
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert!(!exists(&path));
    }
}
