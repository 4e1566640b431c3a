//! `jotasu author preview`: the screen of a course that is being written.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::course::Curriculum;
use crate::files::Tree;

use super::super::outcome::Outcome;
use super::super::world::{World, missing};

/// Opens the screen on a page and shows it again at each save.
pub fn run(mut world: World, page: Option<String>) -> anyhow::Result<Outcome> {
    let (folder, page) = match &world.global.content {
        Some(folder) => (folder.clone(), page.map(|page| within(folder, &page))),
        None => place(page)?,
    };
    world.content = Tree::Folder(folder);
    if let Some(page) = &page {
        let (course, _) = Curriculum::load(&world.content);
        if course.find(page).is_none() {
            let known: Vec<String> = course.nodes.iter().map(|node| node.id.clone()).collect();
            return Err(missing(&format!("학습 {page}"), page, &known));
        }
    }
    // What an author looks at is not what a learner has read: it is kept for this session alone.
    let session = tempfile::tempdir().context("임시 폴더를 만들 수 없어요")?;
    world.home.data = session.path().to_path_buf();
    world.screen_of(Some(page))
}

/// A page as the course names it, when it is typed as a path from here.
fn within(folder: &Path, page: &str) -> String {
    let absolute = |path: &Path| path.canonicalize().ok();
    let inside = absolute(Path::new(page)).zip(absolute(folder));
    let inside = inside.and_then(|(page, folder)| Some(page.strip_prefix(folder).ok()?.to_str()?.to_owned()));
    inside.filter(|inside| !inside.is_empty()).unwrap_or_else(|| page.to_owned())
}

/// Folder and page where no folder is said: the folder that is typed, else this one if the page is in it, else the
/// page's own.
fn place(page: Option<String>) -> anyhow::Result<(PathBuf, Option<String>)> {
    let here = PathBuf::from(".");
    let Some(page) = page else { return Ok((here, None)) };
    let path = Path::new(&page);
    if path.is_dir() {
        return Ok((path.to_path_buf(), None));
    }
    if !path.is_file() {
        if page.contains('/') || page.ends_with(".md") {
            bail!("{page}: 파일이 없어요.");
        }
        return Ok((here, Some(page)));
    }
    let found = within(&here, &page);
    if Path::new(&found).is_relative() && !found.starts_with("..") {
        return Ok((here, Some(found)));
    }
    let folder = path.parent().unwrap_or(Path::new("/")).to_path_buf();
    Ok((folder.clone(), Some(within(&folder, &page))))
}
