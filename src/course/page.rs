//! One page: its header, headings and problems, and which of its headings is its title.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

use super::file_name::{self, Place};
use super::header::{self, Header};
use super::heading::{self, Said};
use super::model::Kind;
use super::scan::{self, Heading};
use super::section::Head;
use crate::files::ReadError;
use crate::lesson;
use crate::problem::Problem;

/// What is known of a page without parsing it.
#[derive(Default)]
pub struct Page {
    /// The author's word.
    pub header: Header,
    /// All headings, as written.
    pub headings: Vec<Heading>,
    /// What the title heading says, where there is one; it is the first.
    pub said: Option<Said>,
    /// How many lines it has.
    pub lines: usize,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// It could not be read at all.
    pub unread: bool,
}

/// Reads a page; what cannot be read is a page with problems.
pub fn open(path: &str, text: Result<String, ReadError>) -> Page {
    match text {
        Ok(text) => read(path, &text),
        Err(error) => Page { problems: vec![error.problem()], unread: true, ..Page::default() },
    }
}

/// Reads the text of a page.
pub fn read(path: &str, text: &str) -> Page {
    let scan = scan::scan(text);
    let mut problems = Vec::new();
    if scan.empty && !scan.unclosed {
        let message =
            if scan.header.is_some() { "머리말뿐인 빈 페이지예요." } else { "빈 페이지예요." };
        problems.push(Problem::error(path, 0, 0, message));
    }
    if scan.unclosed {
        let help = "머리말 끝에 `---` 한 줄을 쓰세요.";
        problems.push(Problem::error(path, 1, 1, "머리말이 닫히지 않았어요.").with_help(help));
    }
    for line in scan.stray {
        let help = "노드 표시는 제목 바로 다음에 써요.";
        problems.push(Problem::warning(path, line, 1, "제목이 없는 노드 표시예요.").with_help(help));
    }
    let mut header = match &scan.header {
        Some(yaml) => {
            let (header, mistakes) = header::of_page(path, yaml);
            problems.extend(mistakes);
            header
        }
        None => Header::default(),
    };
    header.broken |= scan.unclosed;
    Page { header, headings: scan.headings, lines: scan.lines, problems, ..Page::default() }
}

/// The anchor as web pages make it unique: `a`, `a-1`, `a-2`.
fn unique(seen: &mut HashMap<String, usize>, slug: String) -> String {
    let mut candidate = slug.clone();
    let mut count = seen.get(&slug).copied().unwrap_or(0);
    while seen.contains_key(&candidate) {
        count += 1;
        candidate = format!("{slug}-{count}");
    }
    seen.insert(slug, count);
    seen.entry(candidate.clone()).or_insert(0);
    candidate
}

/// The first heading; none when it is one of several lessons of the same level in a page that is called otherwise.
fn title(headings: &[Heading], named: Option<Place>) -> Option<Said> {
    let first = headings.first()?;
    let said = heading::read(&first.text);
    let lesson = |said: &Said| file_name::of_heading(&said.title).is_some_and(|place| !place.kind.is_frame());
    let alike = |other: &Heading| other.level == first.level && lesson(&heading::read(&other.text));
    let several = named.is_none() && lesson(&said) && headings.iter().skip(1).any(alike);
    (!several).then_some(said)
}

impl Page {
    /// Finds the title. `named` is what the file's name says.
    #[must_use]
    pub fn titled(mut self, path: &str, named: Option<Place>) -> Self {
        self.said = title(&self.headings, named);
        // A mark behind the title is about the whole page.
        let mark = self.said.as_ref().and(self.headings.first()).and_then(|heading| heading.mark.as_ref());
        if let Some((marked, mistakes)) = mark.map(|(line, mark)| header::of_mark(path, *line, mark)) {
            self.problems.extend(mistakes);
            self.header = self.header.or(marked);
        }
        self
    }

    /// All headings as read, with their anchors. Most pages are never asked: reading every heading of a course costs
    /// more than all the rest of loading it.
    pub fn heads(&self) -> Vec<Head> {
        let mut slugs = HashMap::new();
        let read = |source: &Heading| {
            let said = heading::read(&source.text);
            let slug = unique(&mut slugs, lesson::slug(&said.plain));
            Head { source: source.clone(), said, slug }
        };
        self.headings.iter().map(read).collect()
    }

    /// The kind: the author's word, else the file's name, else the title.
    pub fn kind(&self, named: Option<Place>) -> Kind {
        let titled = || self.said.as_ref().and_then(|said| file_name::of_heading(&said.title));
        let found = || named.or_else(titled).map(|place| place.kind);
        self.header.kind.or_else(found).unwrap_or(Kind::Page)
    }

    /// The title: the author's word, else the heading's, else one made of the name.
    pub fn title(&self, stem: &str, named: Option<Place>) -> String {
        let own = self.header.title.clone().or_else(|| self.said.as_ref().map(|said| said.title.clone()));
        own.filter(|title| !title.is_empty()).unwrap_or_else(|| made(stem, named))
    }

    /// The minutes: the author's word, else the heading's.
    pub fn minutes(&self) -> Option<u32> {
        self.header.minutes.or_else(|| self.said.as_ref().and_then(|said| said.minutes))
    }
}

/// A title for what has none: `week_03` is Week 3; what fits nothing keeps its own name.
pub fn made(stem: &str, named: Option<Place>) -> String {
    let Some(Place { kind, number, .. }) = named else { return stem.nfc().collect() };
    let name = match kind {
        Kind::Week => "Week",
        Kind::Day => "Day",
        kind => kind.name(),
    };
    number.map_or_else(|| name.to_owned(), |number| format!("{name} {number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_anchors_are_counted_as_on_the_web() {
        let page = read("a.md", "# a\n## b\n## b\n## b-1\n## b\n");
        let slugs: Vec<_> = page.heads().into_iter().map(|head| head.slug).collect();
        assert_eq!(slugs, ["a", "b", "b-1", "b-1-1", "b-2"]);
    }

    #[track_caller]
    fn wrong(text: &str, expected: &str) {
        let shown: Vec<_> = read("a.md", text).titled("a.md", None).problems.iter().map(ToString::to_string).collect();
        assert_eq!(shown.join("\n"), expected);
    }

    #[test]
    fn what_is_wrong_with_a_page_is_said() {
        wrong("", "a.md: 빈 페이지예요.");
        wrong("\n \n", "a.md: 빈 페이지예요.");
        wrong("---\nid: a\n---\n", "a.md: 머리말뿐인 빈 페이지예요.");
        wrong("---\nid: a\n# b\n", "a.md:1:1: 머리말이 닫히지 않았어요.");
        wrong("---\nid: [\n---\n# b\n", "a.md:2:5: 여는 괄호 [의 짝이 없어요.");
        wrong("글\n<!-- node: x -->\n", "a.md:2:1: 제목이 없는 노드 표시예요.");
        wrong("글", "");
    }
}
