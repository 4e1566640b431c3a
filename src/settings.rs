//! Stand-in of the contract's `settings`, thrown away at the merge.

use std::path::PathBuf;

/// Homes.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Home {
    pub config: PathBuf,
    pub data: PathBuf,
    pub state: PathBuf,
    pub cache: PathBuf,
}
