//! The header of a page (YAML) and of a section (`<!-- node: id key=value -->`): read key by key, so that one mistake
//! hides no other and what is right counts.

use serde_json::Value;

use super::model::{Kind, Track};
use crate::lab::Level;
use crate::problem::{Problem, Severity};
use crate::yaml;

/// What an author may say of a node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    /// The stable id.
    pub id: Option<String>,
    /// What it is.
    pub kind: Option<Kind>,
    /// Its title.
    pub title: Option<String>,
    /// Planned minutes.
    pub minutes: Option<u32>,
    /// Whom it is for.
    pub level: Option<Level>,
    /// Core or elective.
    pub track: Option<Track>,
    /// Its lab.
    pub lab: Option<String>,
    /// Nodes to be done before.
    pub needs: Vec<String>,
    /// Its place among its siblings.
    pub order: Option<i64>,
    /// Ids it had before.
    pub aliases: Vec<String>,
    /// Certifications.
    pub exam: Vec<String>,
    /// Not all of it could be read: what it does not say may have been said.
    pub broken: bool,
}

const KNOWN: &str = "쓸 수 있는 키: ";

const KEYS: [&str; 11] =
    ["id", "kind", "title", "minutes", "level", "track", "lab", "needs", "order", "aliases", "exam"];

/// Reads the YAML of a page; it begins in the file's second line.
pub fn of_page(file: &str, text: &str) -> (Header, Vec<Problem>) {
    // The line before it is put back, so that places are the file's own.
    let text = format!("\n{text}");
    let (documents, problems) = yaml::readable(file, &text);
    let mut reading = Reading { file, header: Header::default(), problems: Vec::new() };
    if documents.is_empty() && !problems.is_empty() {
        reading.entry_by_entry(&text);
        if reading.problems.is_empty() {
            reading.problems = problems;
        }
    } else {
        reading.problems = problems;
        documents.iter().for_each(|document| reading.document(document));
    }
    let Reading { mut header, mut problems, .. } = reading;
    quiet(&header, &mut problems);
    header.broken = problems.iter().any(|problem| problem.severity == Severity::Error);
    (header, problems)
}

/// A page of another tool has keys of its own: they are worth a word only beside keys of ours, or when one of ours may
/// have been meant.
fn quiet(header: &Header, problems: &mut Vec<Problem>) {
    let Header { title: _, order: _, broken: _, id, kind, minutes, level, track, lab, needs, aliases, exam } = header;
    let ours = id.is_some() || kind.is_some() || minutes.is_some() || level.is_some() || track.is_some();
    let ours = ours || lab.is_some() || !(needs.is_empty() && aliases.is_empty() && exam.is_empty());
    problems.retain(|problem| ours || !problem.help.as_ref().is_some_and(|help| help.starts_with(KNOWN)));
}

struct Reading<'a> {
    file: &'a str,
    header: Header,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn document(&mut self, document: &yaml::Node) {
        match &document.value {
            yaml::Value::Null => {}
            yaml::Value::Map(entries) => {
                for (key, node) in entries {
                    if let Err(mistake) = self.header.set(&key.name, &node.json()) {
                        let (line, column) = mistake.place((key.line, key.column), (node.line, node.column));
                        self.problems.push(mistake.problem(self.file, line, column));
                    }
                }
            }
            _ => {
                let message = "머리말은 `키: 값`으로 써요.";
                self.problems.push(Problem::error(self.file, document.line, document.column, message));
            }
        }
    }

    /// Reads what is no YAML as a whole entry by entry, each with the lines that are indented below it, so that one
    /// mistake costs one entry.
    fn entry_by_entry(&mut self, text: &str) {
        let lines: Vec<&str> = text.lines().collect();
        let begins = |line: &&str| !line.starts_with([' ', '\t', '#', '-', ']', '}']) && !line.trim().is_empty();
        let starts: Vec<usize> = (0..lines.len()).filter(|at| lines.get(*at).is_some_and(begins)).collect();
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(lines.len());
            let mut problems = self.entry(&lines, *start, end);
            if !problems.is_empty() && end > start + 1 {
                // What is below it may be all that is wrong.
                let alone = self.entry(&lines, *start, start + 1);
                if !alone.is_empty() {
                    problems = alone;
                }
            }
            self.problems.append(&mut problems);
        }
    }

    /// Reads some lines as entries, unless they are no YAML: then gives why.
    fn entry(&mut self, lines: &[&str], start: usize, end: usize) -> Vec<Problem> {
        let text = format!("{}{}", "\n".repeat(start), lines.get(start..end).unwrap_or_default().join("\n"));
        match yaml::parse(self.file, &text) {
            Err(problems) => problems,
            Ok(documents) => {
                documents.iter().for_each(|document| self.document(document));
                Vec::new()
            }
        }
    }
}

/// Reads the inside of a node mark: an id, then `key=value`, `key="several words"`, lists with commas.
pub fn of_mark(file: &str, line: usize, mark: &str) -> (Header, Vec<Problem>) {
    let mut header = Header::default();
    let mut problems = Vec::new();
    for (index, word) in words(mark).into_iter().enumerate() {
        let set = match word.split_once('=') {
            None if index == 0 => header.set("id", &Value::from(word)),
            None => Err(Mistake::key(format!("`{word}`에 값이 없어요."), Some("`키=값`으로 써요.".into()))),
            Some((key, value)) => header.set(key, &marked(key, value.trim_matches('"'))),
        };
        if let Err(mistake) = set {
            problems.push(mistake.problem(file, line, 0));
        }
    }
    (header, problems)
}

fn words(mark: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in mark.chars() {
        quoted ^= c == '"';
        match words.last_mut() {
            _ if c.is_whitespace() && !quoted => words.push(String::new()),
            Some(word) => word.push(c),
            None => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn marked(key: &str, value: &str) -> Value {
    match key {
        "needs" | "aliases" | "exam" => value.split(',').map(str::trim).filter(|v| !v.is_empty()).collect(),
        "minutes" | "order" => value.parse::<i64>().map_or_else(|_| Value::from(value), Value::from),
        _ => Value::from(value),
    }
}

/// What is wrong with one entry.
struct Mistake {
    of_key: bool,
    warning: bool,
    message: String,
    help: Option<String>,
}

impl Mistake {
    fn key(message: impl Into<String>, help: Option<String>) -> Self {
        Self { of_key: true, warning: false, message: message.into(), help }
    }

    fn value(message: impl Into<String>) -> Self {
        Self { of_key: false, warning: false, message: message.into(), help: None }
    }

    fn place(&self, key: (usize, usize), value: (usize, usize)) -> (usize, usize) {
        if self.of_key { key } else { value }
    }

    fn problem(self, file: &str, line: usize, column: usize) -> Problem {
        let make = if self.warning { Problem::warning } else { Problem::error };
        Problem { help: self.help, ..make(file, line, column, self.message) }
    }
}

impl Header {
    fn set(&mut self, key: &str, value: &Value) -> Result<(), Mistake> {
        match key {
            "id" => self.id = Some(id(key, value)?),
            "kind" => self.kind = Some(one_of(key, value, &Kind::ALL.map(|kind| (kind.word(), kind)))?),
            "title" => self.title = Some(text(key, value)?),
            "minutes" => self.minutes = Some(minutes(value)?),
            "level" => {
                let levels = [Level::Beginner, Level::Intermediate, Level::Advanced].map(|level| (level.name(), level));
                self.level = Some(one_of(key, value, &levels)?);
            }
            "track" => self.track = Some(one_of(key, value, &[("core", Track::Core), ("elective", Track::Elective)])?),
            "lab" => self.lab = Some(text(key, value)?),
            "needs" => self.needs = texts(key, value)?,
            "order" => {
                self.order = Some(value.as_i64().ok_or_else(|| Mistake::value("order는 정수예요."))?);
            }
            "aliases" => self.aliases = texts(key, value)?,
            "exam" => self.exam = texts(key, value)?,
            _ => {
                let help = yaml::nearest(key, KEYS)
                    .map_or_else(|| format!("{KNOWN}{}", KEYS.join(", ")), |near| format!("혹시 `{near}`인가요?"));
                // A page of another tool has keys of its own and can be read all the same.
                return Err(Mistake {
                    warning: true, ..Mistake::key(format!("모르는 키예요: {key}"), Some(help))
                });
            }
        }
        Ok(())
    }

    /// What this header does not say, from another.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let list = |own: Vec<String>, other| if own.is_empty() { other } else { own };
        Self {
            id: self.id.or(other.id),
            kind: self.kind.or(other.kind),
            title: self.title.or(other.title),
            minutes: self.minutes.or(other.minutes),
            level: self.level.or(other.level),
            track: self.track.or(other.track),
            lab: self.lab.or(other.lab),
            needs: list(self.needs, other.needs),
            order: self.order.or(other.order),
            aliases: list(self.aliases, other.aliases),
            exam: list(self.exam, other.exam),
            broken: self.broken || other.broken,
        }
    }
}

fn text(key: &str, value: &Value) -> Result<String, Mistake> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(Mistake::value(format!("{key}에는 글을 써요."))),
    }
}

fn texts(key: &str, value: &Value) -> Result<Vec<String>, Mistake> {
    let Value::Array(items) = value else {
        return Err(Mistake::value(format!("{key}에는 목록을 써요: [가, 나]")));
    };
    items.iter().map(|item| text(key, item)).collect()
}

/// Ids are words of the address `path#slug`, of the command line and of progress, so they have no spaces or signs.
fn id(key: &str, value: &Value) -> Result<String, Mistake> {
    let text = text(key, value)?;
    let fits = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) && text.chars().count() <= 100;
    if fits && !text.starts_with(['-', '.']) {
        return Ok(text);
    }
    let help = "글자, 숫자, `-`, `_`, `.`만 써요. 예: w3-d2-s1";
    Err(Mistake { help: Some(help.into()), ..Mistake::value(format!("쓸 수 없는 id예요: {text}")) })
}

fn minutes(value: &Value) -> Result<u32, Mistake> {
    let minutes = value.as_u64().and_then(|minutes| u32::try_from(minutes).ok());
    minutes.filter(|m| (1..=100_000).contains(m)).ok_or_else(|| Mistake::value("minutes에는 분을 정수로 써요. 예: 50"))
}

fn one_of<T: Copy>(key: &str, value: &Value, known: &[(&str, T)]) -> Result<T, Mistake> {
    let text = text(key, value)?;
    known.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
        let help = match crate::yaml::nearest(&text, words.iter().copied()) {
            Some(near) => format!("혹시 `{near}`인가요?"),
            None => format!("쓸 수 있는 값: {}", words.join(", ")),
        };
        Mistake { help: Some(help), ..Mistake::value(format!("{key}에 쓸 수 없는 값이에요: {text}")) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wrong(text: &str, expected: &str) {
        let (_, problems) = of_page("a.md", text);
        let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(shown.join("\n"), expected, "{text}");
    }

    #[test]
    fn every_key_is_read() {
        let (header, problems) = of_page(
            "a.md",
            "id: w3-d2-lab1\nkind: hands-on\ntitle: 배포\nminutes: 90\nlevel: 중급\ntrack: core\nlab: w3-d2-lab1\n\
             needs: [w3-d2-s1]\norder: 2\naliases: [lab2, 3]\nexam: [CKA]\n",
        );
        assert_eq!(problems, []);
        assert_eq!((header.kind, header.level), (Some(Kind::HandsOn), Some(Level::Intermediate)));
        assert_eq!((header.minutes, header.order, header.track), (Some(90), Some(2), Some(Track::Core)));
        assert_eq!((header.aliases, header.needs), (vec!["lab2".into(), "3".into()], vec!["w3-d2-s1".into()]));
    }

    #[test]
    fn mistakes_come_all_at_once_with_their_place() {
        wrong(
            "kind: sesion\nminutes: 오십\ntitel: x\nneeds: a\nid: a b\n",
            "a.md:2:7: kind에 쓸 수 없는 값이에요: sesion\na.md:3:10: minutes에는 분을 정수로 써요. 예: 50\n\
             a.md:4:1: 모르는 키예요: titel\na.md:5:8: needs에는 목록을 써요: [가, 나]\na.md:6:5: 쓸 수 없는 id예요: a b",
        );
        wrong("- a\n", "a.md:2:1: 머리말은 `키: 값`으로 써요.");
        wrong("", "");
        wrong("# 빈 머리말\n", "");
    }

    #[track_caller]
    fn kept(text: &str, id: Option<&str>, title: Option<&str>, expected: &str) {
        let (header, problems) = of_page("a.md", text);
        let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!((header.id.as_deref(), header.title.as_deref(), shown.join("\n").as_str()), (id, title, expected));
        assert_eq!(header.broken, !problems.is_empty());
    }

    #[test]
    fn one_mistake_costs_one_entry() {
        kept("id: a\nid: b\ntitle: 글\n", Some("a"), Some("글"), "a.md:3:1: 같은 키가 또 있어요: id");
        let tab = "a.md:2:5: 이 자리에는 탭을 쓸 수 없어요.";
        kept("id: a\n\tkind: lab\ntitle: 글\n", Some("a"), Some("글"), tab);
        kept("needs: [a\nid: a\ntitle: 글\n", Some("a"), Some("글"), "a.md:2:8: 여는 괄호 [의 짝이 없어요.");
        kept("id: a\ntitle: 가: 나\n", Some("a"), None, "a.md:3:9: 이 자리에는 콜론(:)을 쓸 수 없어요.");
        kept("id: 'a\ntitle: 글\n", None, Some("글"), "a.md:2:5: 따옴표가 닫히지 않았어요.");
        kept("id: !x a\ntitle: 글\n", Some("a"), Some("글"), "a.md:2:5: 태그는 쓸 수 없어요: !x");
    }

    #[test]
    fn keys_of_other_tools_are_no_mistakes_in_pages_of_other_tools() {
        wrong("layout: post\ndate: 2026-11-21\ntags: [a]\ntitle: 글\n", "");
        wrong("layout: post\nminuets: 50\n", "a.md:3:1: 모르는 키예요: minuets");
        wrong("id: a\nlayout: post\n", "a.md:3:1: 모르는 키예요: layout");
    }

    #[test]
    fn what_is_right_counts_beside_what_is_wrong() {
        let (header, problems) = of_page("a.md", "id: ok\nlevel: 최고\n");
        assert_eq!((header.id.as_deref(), problems.len()), (Some("ok"), 1));
    }

    #[test]
    fn marks_say_the_same_things() {
        let (header, problems) =
            of_mark("a.md", 3, r#"w3-d1-lab1 kind=lab lab=w3-d1-lab1 minutes=90 needs=a,b title="탐험 하기""#);
        assert_eq!(problems, []);
        assert_eq!((header.id.as_deref(), header.kind), (Some("w3-d1-lab1"), Some(Kind::Lab)));
        assert_eq!((header.minutes, header.needs.len(), header.title.as_deref()), (Some(90), 2, Some("탐험 하기")));
        let (_, problems) = of_mark("a.md", 3, "a b lvl=초급 minutes=x");
        assert_eq!(problems.len(), 3);
        assert_eq!(
            problems[1].help.as_deref(),
            Some("쓸 수 있는 키: id, kind, title, minutes, level, track, lab, needs, order, aliases, exam")
        );
    }
}
