//! Links of the open lesson: to a heading, into the course; an address outside is copied.

use super::history::Aim;
use super::{App, Panes};
use crate::text::Role;

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// To a heading of the same page.
    Here(String),
    /// To a page of the course, and there to a heading unless that is empty.
    Page(String, String),
    /// Out of the course's folder.
    Out,
    /// To an address.
    Address,
}

/// A link to an address, or the part of one that is on a row of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPlace {
    /// Its first cell: column and row, from 0.
    pub at: (u16, u16),
    /// Cells.
    pub width: u16,
    /// As it is written in the lesson.
    pub address: String,
}

impl LinkPlace {
    /// The columns it takes.
    pub fn columns(&self) -> std::ops::Range<u16> {
        self.at.0..self.at.0.saturating_add(self.width)
    }
}

impl App {
    /// Where links that lead to addresses lie on the screen; none behind a popup or a quiz.
    pub fn link_places(&self) -> Vec<LinkPlace> {
        let shown = self.quizzes.sitting.is_none() && !self.covered();
        let Some(pane) = self.panes().reader.filter(|_| shown) else { return Vec::new() };
        let body = Panes::body(pane);
        let cell = |count: usize| u16::try_from(count).ok();
        let place = |link: &crate::lesson::LinkSpan| {
            let below = cell(link.row.checked_sub(self.reader.top)?).filter(|below| *below < body.height)?;
            let (from, width) = (cell(link.columns.start)?, cell(link.columns.len())?);
            let fits = width > 0 && from + width <= body.width && leads("", &link.target) == Leads::Address;
            fits.then(|| LinkPlace { at: (body.x + from, body.y + below), width, address: link.target.clone() })
        };
        let first = self.reader.page.links.partition_point(|link| link.row < self.reader.top);
        let links = self.reader.page.links.get(first..).unwrap_or_default();
        links
            .iter()
            .take_while(|link| link.row < self.reader.top + usize::from(body.height))
            .filter_map(place)
            .collect()
    }

    /// Follows a link as it is written in the open lesson.
    pub(super) fn follow_link(&mut self, target: &str) {
        let Some(here) = self.reader.node else { return };
        let from = self.curriculum.nodes.get(here).and_then(|node| node.path.clone()).unwrap_or_default();
        match leads(&from, target) {
            Leads::Here(slug) if slug.is_empty() => self.travel(here, Aim::Line(1)),
            Leads::Here(slug) => match self.reader.line_of_heading(&slug) {
                Some(_) => self.travel(here, Aim::Heading(slug)),
                // The heading may be in another section of the same file.
                None => self.follow_page(&from, &slug, target),
            },
            Leads::Page(page, slug) => self.follow_page(&page, &slug, target),
            Leads::Out => self.say(Role::Wait, format!("과정 밖으로 나가는 링크예요: {target}")),
            Leads::Address => {
                self.copy(target.to_owned());
                self.say(Role::Dim, format!("주소를 복사했어요: {target}"));
            }
        }
    }

    fn follow_page(&mut self, page: &str, slug: &str, target: &str) {
        let section = (!slug.is_empty()).then(|| self.curriculum.find(&format!("{page}#{slug}"))).flatten();
        let whole = || self.curriculum.find(page).or_else(|| self.curriculum.find(&format!("{page}/README.md")));
        match section.or_else(whole) {
            Some(node) if section.is_some() || slug.is_empty() => self.travel(node, Aim::Resume),
            Some(node) if self.reader.node == Some(node) => {
                self.say(Role::Dim, format!("이 학습에는 그런 제목이 없어요: {slug}"));
            }
            Some(node) => self.travel(node, Aim::Heading(slug.to_owned())),
            None => self.say(Role::Wait, format!("이 과정에 없는 곳이에요: {target}")),
        }
    }
}

/// Where a link leads as seen from a page.
pub(super) fn leads(page: &str, target: &str) -> Leads {
    let (path, slug) = target.split_once('#').unwrap_or((target, ""));
    let (path, slug) = (decoded(path), decoded(slug));
    if path.is_empty() {
        return Leads::Here(slug);
    }
    let scheme = path.split_once(':').map(|(scheme, _)| scheme);
    if scheme.is_some_and(|s| !s.is_empty() && s.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)))
        || path.starts_with("//")
    {
        return Leads::Address;
    }
    match beside(page, &path) {
        Some(place) if place == page => Leads::Here(slug),
        Some(place) => Leads::Page(place, slug),
        None => Leads::Out,
    }
}

/// A relative path as seen from a page; `None` where it leads out of the course.
fn beside(page: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    if path.starts_with('/') {
        parts.clear(); // From the course's own root, as forges read it.
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `%EA%B0%80` is what it stands for; what is not UTF-8 then stays as written.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digit =
            |at: usize| after.get(at).and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high * 16 + low);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, target: &str, expected: Leads) {
        assert_eq!(leads(page, target), expected);
    }

    #[test]
    fn a_link_is_read_from_beside_its_page() {
        let to = |page: &str, slug: &str| Leads::Page(page.into(), slug.into());
        let lab = "week_03/day_02/lab_1.md";
        check(lab, "session_01.md", to("week_03/day_02/session_01.md", ""));
        check(lab, "./../day_01/README.md#a", to("week_03/day_01/README.md", "a"));
        check("README.md", "week_03/README.md", to("week_03/README.md", ""));
        check(lab, "/week_03/README.md", to("week_03/README.md", ""));
        check(lab, "../day%2003/%EA%B0%80.md#%EB%82%98", to("week_03/day 03/가.md", "나"));
        check(lab, "%ff%.md", to("week_03/day_02/%ff%.md", ""));
        check("README.md", "../x.md", Leads::Out);
        check(lab, "../../../x.md", Leads::Out);
    }

    #[test]
    fn a_link_to_its_own_page_stays_there() {
        check("a/b.md", "#다음", Leads::Here("다음".into()));
        check("a/b.md", "b.md#다음", Leads::Here("다음".into()));
        check("a/b.md", "#", Leads::Here(String::new()));
    }

    #[test]
    fn an_address_is_known_by_its_scheme() {
        check("a.md", "https://kubernetes.io/ko/#x", Leads::Address);
        check("a.md", "mailto:a@b.kr", Leads::Address);
        check("a.md", "//cdn.example/x", Leads::Address);
        check("a.md", "부록: 표.md", Leads::Page("부록: 표.md".into(), String::new()));
    }
}
