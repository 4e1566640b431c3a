//! A read-only folder of authored files. It never gives what lies outside, what is hidden, or more than the caps.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use include_dir::{Dir, DirEntry};

use super::caps::{MAX_DEPTH, MAX_FILE, MAX_FILES};
use super::decode;
use super::error::ReadError;

static EMPTY: Dir<'static> = Dir::new("", &[]);

/// A folder of authored files: in the binary, or on disk.
#[derive(Clone, Debug)]
pub enum Tree {
    /// In the binary.
    Embedded(&'static Dir<'static>),
    /// On disk.
    Folder(PathBuf),
}

/// What a [`Tree`] holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Every file, relative, with `/`, sorted by bytes.
    pub files: Vec<String>,
    /// What was left out although it is not hidden.
    pub skipped: Vec<Skipped>,
}

/// Something that was left out of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Relative, with `/`; what is not UTF-8 is replaced.
    pub path: String,
    /// Why, in Korean.
    pub why: &'static str,
}

impl Tree {
    /// The text of a file: UTF-8, or UTF-16 with a byte order mark; without the mark, and without carriage returns that
    /// end no line.
    pub fn read(&self, path: &str) -> Result<String, ReadError> {
        decode::text(path, self.read_bytes(path)?)
    }

    /// Whether lines of a file end in a carriage return alone; false when it cannot be read.
    pub fn ends_lines_oddly(&self, path: &str) -> bool {
        self.read_bytes(path).is_ok_and(|bytes| std::str::from_utf8(&bytes).is_ok_and(decode::alone))
    }

    /// The bytes of a file.
    pub fn read_bytes(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let outside = || ReadError::Outside { path: path.to_owned() };
        if !safe(path) {
            return Err(outside());
        }
        match self {
            Self::Embedded(dir) => match entry(dir, path) {
                Some(DirEntry::File(file)) => Ok(file.contents().to_vec()),
                Some(DirEntry::Dir(_)) => Err(ReadError::NotAFile { path: path.to_owned() }),
                None => Err(ReadError::Missing { path: path.to_owned() }),
            },
            Self::Folder(root) => {
                let io = |error| ReadError::from_io(path, error);
                let root = root.canonicalize().map_err(io)?;
                let full = root.join(path).canonicalize().map_err(io)?;
                if !full.starts_with(&root) {
                    return Err(outside());
                }
                bytes(path, &full)
            }
        }
    }

    /// The texts of files that a [`Listing`] has named, each given to `each` as soon as it is read; what that makes of
    /// them comes back in the order of the paths. Many files are read by several threads.
    pub fn read_all<T: Send>(
        &self,
        paths: &[&str],
        each: impl Fn(&str, Result<String, ReadError>) -> T + Sync,
    ) -> Vec<T> {
        let root = match self {
            Self::Folder(root) => root.canonicalize().ok(),
            Self::Embedded(_) => None,
        };
        let folders: BTreeSet<&str> = paths.iter().map(|path| above(path)).collect();
        // Asking for every part of every path is most of the time that reading takes; a folder is asked for once.
        let folders: BTreeSet<&str> =
            folders.into_iter().filter(|folder| self.holds(root.as_deref(), folder)).collect();
        let one = |path: &str| {
            let known = root.as_deref().filter(|_| folders.contains(above(path)));
            each(path, self.read_in(known, path))
        };
        let threads =
            std::thread::available_parallelism().map_or(1, usize::from).min(paths.len() / FEW).min(MOST_THREADS);
        if threads < 2 {
            return paths.iter().map(|path| one(path)).collect();
        }
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            while let Some((at, path)) = Some(next.fetch_add(1, Relaxed)).and_then(|at| Some((at, *paths.get(at)?))) {
                done.push((at, one(path)));
            }
            done
        };
        let mut all = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            for other in others {
                match other.join() {
                    Ok(done) => all.extend(done),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            all
        });
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, made)| made).collect()
    }

    /// Whether a folder is within the canonical root.
    fn holds(&self, root: Option<&Path>, folder: &str) -> bool {
        let Some(root) = root.filter(|_| folder.is_empty() || safe(folder)) else { return false };
        root.join(folder).canonicalize().is_ok_and(|folder| folder.starts_with(root))
    }

    /// A file of a folder that the canonical root holds, if one is given: only a link at the path's end is followed
    /// with care then.
    fn read_in(&self, root: Option<&Path>, path: &str) -> Result<String, ReadError> {
        let full = root.filter(|_| safe(path)).map(|root| root.join(path));
        match full.filter(|full| fs::symlink_metadata(full).is_ok_and(|meta| meta.is_file())) {
            Some(full) => decode::text(path, bytes(path, &full)?),
            None => self.read(path),
        }
    }

    /// All files, relative with `/`, sorted; without hidden ones, `target` and `node_modules`.
    pub fn list(&self) -> Vec<String> {
        self.listing().files
    }

    /// All files, and what was left out.
    pub fn listing(&self) -> Listing {
        let mut listing = Listing::default();
        match self {
            Self::Embedded(dir) => embedded(dir, "", 0, &mut listing),
            Self::Folder(root) => match root.canonicalize() {
                Ok(root) => folder(&root, &root, "", 0, &mut listing),
                Err(_) => listing.skip(".", "폴더를 열 수 없어요."),
            },
        }
        listing.files.sort();
        listing
    }

    /// The tree below a folder; an empty one when there is no such folder.
    #[must_use]
    pub fn sub(&self, dir: &str) -> Self {
        let dir = dir.trim_matches('/');
        if dir.is_empty() {
            return self.clone();
        }
        if !safe(dir) {
            return Self::Embedded(&EMPTY);
        }
        match self {
            Self::Embedded(tree) => match entry(tree, dir) {
                Some(DirEntry::Dir(found)) => Self::Embedded(found),
                _ => Self::Embedded(&EMPTY),
            },
            Self::Folder(root) => {
                let inside = |root: PathBuf| {
                    let full = root.join(dir).canonicalize().ok()?;
                    (full.starts_with(&root) && full.is_dir()).then_some(full)
                };
                root.canonicalize().ok().and_then(inside).map_or(Self::Embedded(&EMPTY), Self::Folder)
            }
        }
    }
}

impl Listing {
    fn skip(&mut self, path: &str, why: &'static str) {
        self.skipped.push(Skipped { path: path.to_owned(), why });
    }

    /// Whether there is room for one more file; says once when there is none.
    fn full(&mut self, path: &str) -> bool {
        if self.files.len() < MAX_FILES {
            return false;
        }
        if !self.skipped.iter().any(|s| s.why == TOO_MANY) {
            self.skip(path, TOO_MANY);
        }
        true
    }
}

/// Fewer files for each thread are not worth one.
const FEW: usize = 32;
/// More threads wait for the disk together.
const MOST_THREADS: usize = 8;

const TOO_MANY: &str = "파일이 10만 개를 넘어 여기부터는 읽지 않아요.";
const TOO_DEEP: &str = "폴더가 너무 깊어 읽지 않아요.";

/// The bytes of a file whose place has been judged.
fn bytes(path: &str, full: &Path) -> Result<Vec<u8>, ReadError> {
    let io = |error| ReadError::from_io(path, error);
    // Asked before opening: opening a pipe would wait for its writer.
    let meta = fs::metadata(full).map_err(io)?;
    if !meta.is_file() {
        return Err(ReadError::NotAFile { path: path.to_owned() });
    }
    let too_large = || ReadError::TooLarge { path: path.to_owned() };
    if meta.len() > MAX_FILE {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
    File::open(full).map_err(io)?.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(io)?;
    // It may have grown since.
    if bytes.len() as u64 > MAX_FILE { Err(too_large()) } else { Ok(bytes) }
}

/// Relative, without `.`, `..`, hidden or empty parts, and with no other meaning on any system.
fn safe(path: &str) -> bool {
    path.len() <= 4096
        && !path.contains('\0')
        && !(cfg!(windows) && path.contains('\\'))
        && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
        && path.split('/').count() <= MAX_DEPTH + 1
        && Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// The folder of a path; empty at the top.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn listed(name: &str) -> bool {
    !name.starts_with('.') && name != "target" && name != "node_modules"
}

fn entry(dir: &'static Dir<'static>, path: &str) -> Option<&'static DirEntry<'static>> {
    let (first, rest) = match path.split_once('/') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let found = dir.entries().iter().find(|entry| entry.path().file_name().is_some_and(|name| name == first))?;
    match (rest, found) {
        (None, _) => Some(found),
        (Some(rest), DirEntry::Dir(dir)) => entry(dir, rest),
        (Some(_), DirEntry::File(_)) => None,
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") }
}

fn embedded(dir: &'static Dir<'static>, prefix: &str, depth: usize, listing: &mut Listing) {
    for entry in dir.entries() {
        let Some(name) = entry.path().file_name().and_then(|name| name.to_str()).filter(|name| listed(name)) else {
            continue;
        };
        let path = join(prefix, name);
        match entry {
            DirEntry::Dir(_) if depth >= MAX_DEPTH => listing.skip(&path, TOO_DEEP),
            DirEntry::Dir(dir) => embedded(dir, &path, depth + 1, listing),
            DirEntry::File(_) if listing.full(&path) => return,
            DirEntry::File(_) => listing.files.push(path),
        }
    }
}

fn folder(root: &Path, dir: &Path, prefix: &str, depth: usize, listing: &mut Listing) {
    let Ok(entries) = fs::read_dir(dir) else {
        return listing.skip(if prefix.is_empty() { "." } else { prefix }, "폴더를 열 수 없어요.");
    };
    // In the order of their names, so that what is cut off by a cap is the same everywhere.
    let mut entries: Vec<_> = entries.flatten().map(|entry| (entry.file_name(), entry)).collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (name, entry) in entries {
        let Some(name) = name.to_str() else {
            listing.skip(&join(prefix, &name.to_string_lossy()), "이름이 UTF-8이 아니에요.");
            continue;
        };
        let (true, Ok(kind)) = (listed(name), entry.file_type()) else { continue };
        let path = join(prefix, name);
        if listing.full(&path) {
            return;
        }
        if kind.is_dir() {
            if depth >= MAX_DEPTH {
                listing.skip(&path, TOO_DEEP);
            } else {
                folder(root, &entry.path(), &path, depth + 1, listing);
            }
        } else if kind.is_file() {
            listing.files.push(path);
        } else if kind.is_symlink() {
            // A linked folder is not entered: links may be circles.
            match entry.path().canonicalize() {
                Ok(target) if !target.starts_with(root) => listing.skip(&path, "과정 폴더 밖을 가리키는 링크예요."),
                Ok(target) if target.is_file() => listing.files.push(path),
                Ok(target) if target.is_dir() => {
                    listing.skip(&path, "폴더를 가리키는 링크예요. 폴더는 제자리에서만 읽어요.");
                }
                Ok(_) => {}
                Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
                    listing.skip(&path, "제자리로 돌아오는 링크예요.");
                }
                Err(_) => listing.skip(&path, "끊어진 링크예요."),
            }
        } else if name.to_ascii_lowercase().ends_with(".md") {
            listing.skip(&path, "파이프나 장치라서 읽지 않아요.");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("course");
        fs::create_dir_all(root.join("week_01/.git")).unwrap();
        fs::create_dir_all(root.join("node_modules/x")).unwrap();
        fs::write(root.join("week_01/README.md"), "# 하나\n").unwrap();
        fs::write(root.join("week_01/.hidden.md"), "no").unwrap();
        fs::write(root.join("week_01/.git/config"), "no").unwrap();
        fs::write(root.join("node_modules/x/a.md"), "no").unwrap();
        fs::write(root.join("bom.md"), "\u{feff}# 글").unwrap();
        fs::write(root.join("euc.md"), b"# ok\n\xb0\xa1\n").unwrap();
        fs::write(root.join("huge.md"), vec![b'a'; MAX_FILE as usize + 1]).unwrap();
        fs::write(dir.path().join("secret.md"), "secret").unwrap();
        std::os::unix::fs::symlink("../secret.md", root.join("out.md")).unwrap();
        std::os::unix::fs::symlink("..", root.join("up")).unwrap();
        std::os::unix::fs::symlink("week_01/README.md", root.join("in.md")).unwrap();
        std::os::unix::fs::symlink("nowhere", root.join("broken.md")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", root.join("zero.md")).unwrap();
        dir
    }

    #[track_caller]
    fn check(path: &str, expected: &str) {
        let dir = made();
        let said = match Tree::Folder(dir.path().join("course")).read(path) {
            Ok(text) => text,
            Err(error) => {
                let full = format!("{error:?}");
                full.split([' ', '{']).next().unwrap().to_owned()
            }
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn a_folder_gives_only_what_is_its_own() {
        check("week_01/README.md", "# 하나\n");
        check("in.md", "# 하나\n");
        check("bom.md", "# 글");
        check("none.md", "Missing");
        check("week_01/README.md/x", "Missing");
        check("", "Outside");
        check(".", "Outside");
        check("..", "Outside");
        check("../secret.md", "Outside");
        check("week_01/../../secret.md", "Outside");
        check("/etc/passwd", "Outside");
        check("week_01//README.md", "Outside");
        check("week_01\\README.md", if cfg!(windows) { "Outside" } else { "Missing" });
        check("week_01/.hidden.md", "Outside");
        check("nul\0.md", "Outside");
        check("out.md", "Outside");
        check("up/secret.md", "Outside");
        check("zero.md", "Outside");
        check("week_01", "NotAFile");
        check("huge.md", "TooLarge");
        check("euc.md", "NotText");
        check(&"a/".repeat(40), "Outside");
    }

    #[test]
    fn what_is_not_text_names_its_line() {
        let dir = made();
        let error = Tree::Folder(dir.path().join("course")).read("euc.md").unwrap_err();
        assert_eq!((error.place(), error.path()), ((2, 1), "euc.md"));
    }

    #[test]
    fn a_pipe_is_refused_without_waiting_for_its_writer() {
        let dir = made();
        let pipe = dir.path().join("course/pipe.md");
        std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        let tree = Tree::Folder(dir.path().join("course"));
        assert!(matches!(tree.read("pipe.md"), Err(ReadError::NotAFile { .. })));
        assert!(!tree.list().contains(&"pipe.md".to_owned()));
    }

    #[test]
    fn a_listing_has_neither_hidden_files_nor_links_that_lead_out() {
        let dir = made();
        let listing = Tree::Folder(dir.path().join("course")).listing();
        assert_eq!(listing.files, ["bom.md", "euc.md", "huge.md", "in.md", "week_01/README.md"]);
        let mut skipped: Vec<_> = listing.skipped.iter().map(|s| s.path.as_str()).collect();
        skipped.sort_unstable();
        assert_eq!(skipped, ["broken.md", "out.md", "up", "zero.md"]);
    }

    #[test]
    fn links_to_folders_and_in_circles_are_told() {
        let dir = made();
        let root = dir.path().join("course");
        std::os::unix::fs::symlink("week_01", root.join("week_02")).unwrap();
        std::os::unix::fs::symlink("ring.md", root.join("ring.md")).unwrap();
        let listing = Tree::Folder(root).listing();
        let said = |path: &str| listing.skipped.iter().find(|skipped| skipped.path == path).map(|one| one.why);
        assert!(said("week_02").is_some_and(|why| why.contains("폴더를 가리키는 링크")));
        assert!(said("ring.md").is_some_and(|why| why.contains("제자리로 돌아오는")));
        assert_eq!(listing.files.len(), 5);
    }

    #[test]
    fn many_files_are_read_as_each_of_them_is() {
        let dir = made();
        for index in 0..200 {
            fs::write(dir.path().join(format!("course/week_01/p{index}.md")), format!("{index}")).unwrap();
        }
        let tree = Tree::Folder(dir.path().join("course"));
        let mut paths = tree.list();
        for hostile in ["../secret.md", "out.md", "up/secret.md", "zero.md", "none.md", "week_01", "", "nul\0.md"] {
            paths.push(hostile.to_owned());
        }
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let said = |path: &str, read: Result<String, ReadError>| format!("{path} {read:?}");
        let alone: Vec<String> = paths.iter().map(|path| said(path, tree.read(path))).collect();
        for (read, alone) in tree.read_all(&paths, said).iter().zip(&alone) {
            assert_eq!(read, alone);
        }
        assert_eq!(alone.len(), 5 + 200 + 8);
    }

    #[test]
    fn folders_that_go_on_for_ever_are_cut() {
        let dir = tempfile::tempdir().unwrap();
        let mut deep = dir.path().to_path_buf();
        for _ in 0..60 {
            deep.push("a");
            fs::create_dir(&deep).unwrap();
        }
        fs::write(deep.join("x.md"), "x").unwrap();
        let listing = Tree::Folder(dir.path().to_path_buf()).listing();
        assert!(listing.files.is_empty());
        assert_eq!(listing.skipped.len(), 1);
    }

    #[test]
    fn a_tree_below_a_folder_stays_below_it() {
        let dir = made();
        let tree = Tree::Folder(dir.path().join("course"));
        assert_eq!(tree.sub("week_01").list(), ["README.md"]);
        assert!(tree.sub("up").list().is_empty());
        assert!(tree.sub("..").list().is_empty());
        assert!(tree.sub("week_09").list().is_empty());
        assert!(matches!(tree.sub("week_01").read("../bom.md"), Err(ReadError::Outside { .. })));
    }

    #[test]
    fn the_embedded_tree_reads_as_a_folder_does() {
        static FIXTURE: Dir<'static> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/src/files");
        let tree = Tree::Embedded(&FIXTURE);
        assert_eq!(
            tree.list(),
            ["caps.rs", "decode.rs", "encoding.rs", "error.rs", "scratch.rs", "stamp.rs", "tree.rs", "write.rs"]
        );
        assert!(tree.read("tree.rs").unwrap().contains("the_embedded_tree"));
        assert!(matches!(tree.read("../tree.rs"), Err(ReadError::Outside { .. })));
        assert!(matches!(tree.read("none.rs"), Err(ReadError::Missing { .. })));
        assert!(matches!(tree.read("tree.rs/x"), Err(ReadError::Missing { .. })));
        assert!(tree.sub("none").list().is_empty());
    }
}
