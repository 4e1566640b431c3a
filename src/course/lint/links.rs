//! Links of pages: those within the course must lead to something, and none may lead out of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use pulldown_cmark::{Event, Options, Parser, Tag};
use unicode_normalization::UnicodeNormalization as _;

use super::super::shelf::{last_name, parent, resolve};
use super::Text;
use crate::lesson;
use crate::problem::Problem;

pub(super) fn lint(pages: &[Text], files: &[String], problems: &mut Vec<Problem>) {
    let composed: Vec<String> = files.iter().map(|file| file.nfc().collect()).collect();
    let mut spelled: BTreeMap<String, &str> = BTreeMap::new();
    for file in &composed {
        spelled.entry(file.to_lowercase()).or_insert(file);
    }
    let places = Places {
        anchors: pages.iter().map(|page| (page.path.nfc().collect(), anchors(page))).collect(),
        files: composed.iter().map(String::as_str).collect(),
        spelled,
    };
    for page in pages {
        for link in links(&page.text) {
            let (line, column) = page.lines.place(&page.text, link.at);
            problems.extend(places.wrong(page, &link).map(|problem| Problem { line, column, ..problem }));
        }
    }
}

/// A link or an image as written, and the byte it begins with.
struct Link {
    at: usize,
    target: String,
    image: bool,
}

struct Places<'a> {
    /// How often each heading's name occurs.
    anchors: BTreeMap<String, BTreeMap<&'a str, usize>>,
    /// As macOS and the web agree on them: composed.
    files: BTreeSet<&'a str>,
    /// The files by their names in lower case.
    spelled: BTreeMap<String, &'a str>,
}

fn anchors(page: &Text) -> BTreeMap<&str, usize> {
    let headings = page.document.headings();
    let mut anchors: BTreeMap<&str, usize> = headings.iter().map(|heading| (heading.slug.as_str(), 0)).collect();
    // A name is given again with a number behind it: what it was before that is what authors link to.
    for head in &page.heads {
        if let Some(count) = anchors.get_mut(lesson::slug(&head.said.plain).as_str()) {
            *count += 1;
        }
    }
    anchors
}

impl Places<'_> {
    fn wrong(&self, page: &Text, link: &Link) -> Option<Problem> {
        let Link { target: link, image, .. } = link;
        let found = |make: fn(&str, usize, usize, String) -> Problem, message| Some(make(&page.path, 0, 0, message));
        let error = |message: String| found(Problem::error, message);
        if elsewhere(link) {
            return None;
        }
        if link.starts_with('/') {
            return error(format!("과정 밖을 가리키는 링크예요: {link}"));
        }
        let (path, anchor) = link.split_once('#').map_or((link.as_str(), None), |(path, anchor)| (path, Some(anchor)));
        let target: String = match path {
            "" => page.path.nfc().collect(),
            _ => match resolve(parent(&page.path), path) {
                Some(target) => target.nfc().collect(),
                None => return error(format!("과정 밖을 가리키는 링크예요: {link}")),
            },
        };
        if !self.exists(&target) {
            let what = if *image { "없는 그림이에요" } else { "없는 곳을 가리키는 링크예요" };
            let problem = error(format!("{what}: {link}"))?;
            return Some(match self.near(&target) {
                Some(near) => problem.with_help(format!("혹시 `{near}`인가요? 과정 폴더에서 본 경로예요.")),
                None => problem,
            });
        }
        let anchor = anchor.filter(|anchor| !anchor.is_empty()).and_then(|anchor| resolve("", anchor))?;
        let anchor: String = anchor.nfc().collect();
        let known = self.anchors.get(&target)?;
        match known.get(anchor.as_str()) {
            None => {
                let problem = found(Problem::warning, format!("그런 제목이 없는 링크예요: {link}"))?;
                Some(match crate::yaml::nearest(&anchor, known.keys().copied()) {
                    Some(near) => problem.with_help(format!("혹시 `#{near}`인가요?")),
                    None => problem,
                })
            }
            Some(count) if *count > 1 => {
                let help = format!("둘째는 `#{anchor}-1`이에요.");
                let problem =
                    found(Problem::warning, format!("같은 제목이 {count}개라서 첫째로 가는 링크예요: {link}"))?;
                Some(problem.with_help(help))
            }
            Some(_) => None,
        }
    }

    /// A file, or a folder with files.
    fn exists(&self, path: &str) -> bool {
        let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
        self.files.contains(path)
            || self.files.range(folder.as_str()..).next().is_some_and(|file| file.starts_with(&folder))
    }

    /// The file that may have been meant: in another case, or of nearly the same name in the same folder.
    fn near<'s>(&'s self, path: &str) -> Option<&'s str> {
        if let Some(same) = self.spelled.get(&path.to_lowercase()) {
            return Some(same);
        }
        let folder = parent(path);
        let beside = self
            .files
            .range::<str, _>((Bound::Included(folder), Bound::Unbounded))
            .take_while(|file| file.starts_with(folder));
        let beside: Vec<&str> = beside.copied().filter(|file| parent(file) == folder).take(200).collect();
        let near = crate::yaml::nearest(last_name(path), beside.iter().map(|file| last_name(file)))?;
        beside.into_iter().find(|file| last_name(file) == near)
    }
}

/// `https:`, `mailto:`, `//host`.
fn elsewhere(link: &str) -> bool {
    let scheme = link.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    });
    scheme || link.starts_with("//") || link.is_empty()
}

/// Links and images, those written as HTML included.
fn links(text: &str) -> Vec<Link> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut found = Vec::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                found.push(Link { at: range.start, target: dest_url.into_string(), image: false });
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                found.push(Link { at: range.start, target: dest_url.into_string(), image: true });
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                for (name, image) in [("href=\"", false), ("src=\"", true)] {
                    for (at, _) in html.match_indices(name) {
                        let inside = at + name.len();
                        let value = html.get(inside..).and_then(|rest| rest.split('"').next()).unwrap_or_default();
                        found.push(Link { at: range.start + inside, target: value.to_owned(), image });
                    }
                }
            }
            _ => {}
        }
    }
    found
}
