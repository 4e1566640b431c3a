//! The pages of a course by folder: which there are, and which one a name or a link means.

use std::collections::{BTreeMap, BTreeSet};

use super::file_name::{self, Place};

/// Pages and folders that have pages somewhere below them.
#[derive(Default)]
pub struct Shelf {
    pages: BTreeMap<String, Vec<String>>,
    folders: BTreeMap<String, BTreeSet<String>>,
}

/// The last part of a path.
pub fn last_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The last part of a path, without `.md`.
pub fn stem(path: &str) -> &str {
    let name = last_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a page is its folder's own.
pub fn is_overview(path: &str) -> bool {
    stem(path).eq_ignore_ascii_case("readme")
}

fn is_page(path: &str) -> bool {
    last_name(path).rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("md"))
}

impl Shelf {
    /// Sorts the files of a course; images, scripts and folders without pages are left out.
    pub fn new(files: &[String]) -> Self {
        let mut shelf = Self::default();
        for path in files.iter().filter(|path| is_page(path)) {
            let mut folder = parent(path);
            shelf.pages.entry(folder.to_owned()).or_default().push(path.clone());
            while !folder.is_empty() {
                let above = parent(folder);
                if !shelf.folders.entry(above.to_owned()).or_default().insert(folder.to_owned()) {
                    break;
                }
                folder = above;
            }
        }
        shelf
    }

    /// Every page.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.pages.values().flatten().map(String::as_str)
    }

    /// The pages directly in a folder.
    pub fn pages(&self, folder: &str) -> &[String] {
        self.pages.get(folder).map_or(&[], Vec::as_slice)
    }

    /// The folders directly in a folder.
    pub fn folders(&self, folder: &str) -> impl Iterator<Item = &String> {
        self.folders.get(folder).into_iter().flatten()
    }

    /// The `README.md` of a folder, however it is spelled.
    pub fn overview(&self, folder: &str) -> Option<&str> {
        self.pages(folder).iter().map(String::as_str).find(|path| is_overview(path))
    }

    /// The pages and folders in a folder that are called so.
    pub fn named(&self, folder: &str, place: Place) -> Vec<String> {
        let same = |path: &&String| {
            file_name::of_file(stem(path)).is_some_and(|p| (p.kind, p.number) == (place.kind, place.number))
        };
        self.pages(folder).iter().filter(same).chain(self.folders(folder).filter(same)).cloned().collect()
    }

    /// The page or folder a relative link leads to.
    pub fn linked(&self, folder: &str, link: &str) -> Option<String> {
        let target = resolve(folder, link)?;
        let there = self.pages.contains_key(&target) || self.pages(parent(&target)).contains(&target);
        there.then_some(target)
    }
}

/// The folder of a path; empty at the top.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A relative link as a path within the course: without its `#` part, percent signs decoded. `None` when it leads out,
/// or elsewhere altogether.
pub fn resolve(folder: &str, link: &str) -> Option<String> {
    let path = link.split(['#', '?']).next().unwrap_or_default();
    if path.starts_with('/') || path.contains("://") || path.starts_with("mailto:") {
        return None;
    }
    let mut parts: Vec<String> = folder.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(decoded(part)),
        }
    }
    Some(parts.join("/"))
}

fn decoded(part: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok()).map(|two| u8::from_str_radix(two, 16));
        match code {
            Some(Ok(byte)) if *first == b'%' => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| part.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(folder: &str, link: &str, expected: Option<&str>) {
        assert_eq!(resolve(folder, link).as_deref(), expected, "{folder} {link}");
    }

    #[test]
    fn links_are_paths_of_the_course() {
        check("week_03", "./day_01.md", Some("week_03/day_01.md"));
        check("week_03/day_02", "../README.md#a", Some("week_03/README.md"));
        check("", "a%20b.md", Some("a b.md"));
        check("", "%ED%95%9C.md", Some("한.md"));
        check("week_03", "../../x.md", None);
        check("", "https://kubernetes.io/", None);
        check("", "/etc/passwd", None);
        check("w", "#here", Some("w"));
        check("w", "50%", Some("w/50%"));
    }
}
