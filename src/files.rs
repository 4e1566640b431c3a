//! The one reader of courses (embedded, or a folder) and the one atomic writer. Nothing else in the library names
//! `std::fs`; nothing here knows what a file means.

mod caps;
mod decode;
mod encoding;
mod error;
mod scratch;
mod stamp;
mod tree;
mod write;

use include_dir::{Dir, include_dir};

pub use caps::{MAX_DEPTH, MAX_FILE, MAX_FILES};
pub use encoding::Encoding;
pub use error::ReadError;
pub use scratch::{Scratch, scratch, scratch_beside};
pub use stamp::Stamps;
pub use tree::{Listing, Skipped, Tree};
pub use write::{
    Lock, append, append_sync, create_dir_all, exists, lock, names, open, read_to_string, remove, rename, set_aside,
    sweep, try_lock, write_atomic,
};

static CONTENT: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/content");
static LABS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/labs");

/// The course embedded in the binary.
pub fn content() -> Tree {
    Tree::Embedded(&CONTENT)
}

/// The labs embedded in the binary.
pub fn labs() -> Tree {
    Tree::Embedded(&LABS)
}

/// The pages of other courses that this program was made for, where they lie on this machine: `$JOTASU_SEEDS`, or
/// `shared/seeds` beside a folder above. They are not ours to ship; a test that reads them says when there are none.
#[cfg(test)]
pub fn seeds() -> Option<std::path::PathBuf> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("JOTASU_SEEDS").map(std::path::PathBuf::from);
    let found =
        named.into_iter().chain(root.ancestors().map(|up| up.join("shared/seeds"))).find(|seeds| seeds.is_dir());
    if found.is_none() {
        eprintln!("skipped: no pages of other courses (JOTASU_SEEDS)");
    }
    found
}
