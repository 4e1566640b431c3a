//! Links of pages: those within the course must lead to something, and none may lead out of it.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::super::shelf::{parent, resolve};
use super::Text;
use crate::problem::Problem;

pub(super) fn lint(pages: &[Text], files: &[String], problems: &mut Vec<Problem>) {
    let places = Places {
        anchors: pages.iter().map(|page| (page.path.as_str(), anchors(page))).collect(),
        files: files.iter().map(String::as_str).collect(),
    };
    for page in pages {
        for (line, link) in links(&page.text) {
            problems.extend(places.wrong(page, line, &link));
        }
    }
}

struct Places<'a> {
    anchors: BTreeMap<&'a str, BTreeSet<&'a str>>,
    files: BTreeSet<&'a str>,
}

fn anchors(page: &Text) -> BTreeSet<&str> {
    page.document.headings().into_iter().map(|heading| heading.slug.as_str()).collect()
}

impl Places<'_> {
    fn wrong(&self, page: &Text, line: usize, link: &str) -> Option<Problem> {
        let error = |message: String| Some(Problem::error(&page.path, line, 0, message));
        if elsewhere(link) {
            return None;
        }
        if link.starts_with('/') {
            return error(format!("과정 밖을 가리키는 링크예요: {link}"));
        }
        let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
        let target = match path {
            "" => page.path.clone(),
            _ => match resolve(parent(&page.path), path) {
                Some(target) => target,
                None => return error(format!("과정 밖을 가리키는 링크예요: {link}")),
            },
        };
        if !self.exists(&target) {
            return error(format!("없는 곳을 가리키는 링크예요: {link}"));
        }
        let anchor = anchor.filter(|anchor| !anchor.is_empty()).and_then(|anchor| resolve("", anchor))?;
        let known = self.anchors.get(target.as_str())?;
        let lost = !known.contains(anchor.as_str());
        lost.then(|| Problem::warning(&page.path, line, 0, format!("그런 제목이 없는 링크예요: {link}")))
    }

    /// A file, or a folder with files.
    fn exists(&self, path: &str) -> bool {
        let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
        self.files.contains(path)
            || self.files.range(folder.as_str()..).next().is_some_and(|file| file.starts_with(&folder))
    }
}

/// `https:`, `mailto:`, `//host`.
fn elsewhere(link: &str) -> bool {
    let scheme = link.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    });
    scheme || link.starts_with("//") || link.is_empty()
}

/// Links and images with their lines, those written as HTML included.
fn links(text: &str) -> Vec<(usize, String)> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut found = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        if range.start > counted {
            line += text.get(counted..range.start).map_or(0, |passed| passed.matches('\n').count());
            counted = range.start;
        }
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                found.push((line, dest_url.into_string()));
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                for name in ["href=\"", "src=\""] {
                    let values = html.split(name).skip(1).filter_map(|rest| rest.split('"').next());
                    found.extend(values.map(|value| (line, value.to_owned())));
                }
            }
            _ => {}
        }
    }
    found
}
