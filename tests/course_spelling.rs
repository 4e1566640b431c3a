//! The course is spelled and spaced as Korean is, and a particle fits the word before it: what hunspell's dictionary does
//! not know must be in `fixtures/spelling/words.txt`.
//!
//! The dictionary knows which endings a word takes. What it lacks (a word of the list, a name in Latin letters, code)
//! stands in as a noun that ends alike: `` `kubectl`을 `` is asked about as `배달을`, and `` `kubectl`를 `` is found so.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Command;

use jotasu::files;
use jotasu::text::josa;
use regex::{Captures, Regex};

/// A noun that ends as the word is read aloud, and takes every particle, 하다 and 되다.
fn noun(word: &str) -> Option<&'static str> {
    let (object, way) = (josa(word, "을/를"), josa(word, "으로/로"));
    match (object.chars().last(), way.ends_with("으로")) {
        (Some('를'), _) => Some("관리"),
        (Some('을'), false) => Some("배달"),
        (Some('을'), true) => Some("시작"),
        _ => None,
    }
}

/// The list: words, endings (`-`, `~`), and what is read as something else (`=`).
#[derive(Default)]
struct List {
    words: Vec<&'static str>,
    endings: Vec<(&'static str, bool)>,
    alike: Vec<(&'static str, &'static str)>,
}

impl List {
    fn new() -> Self {
        let mut list = Self::default();
        for line in include_str!("fixtures/spelling/words.txt").lines().filter(|line| !line.starts_with('#')) {
            if let Some(ending) = line.strip_prefix('-') {
                list.endings.push((ending, false));
            } else if let Some(ending) = line.strip_prefix('~') {
                list.endings.push((ending, true));
            } else if let Some(pair) = line.split_once('=') {
                list.alike.push(pair);
            } else if !line.is_empty() {
                list.words.push(line);
            }
        }
        list
    }

    /// What stands in for a name in Latin letters, a number or code.
    fn name(&self, name: &str) -> Option<&'static str> {
        let name = name.trim_end_matches(|c: char| !(c.is_alphanumeric() || "%+#".contains(c)));
        let last = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(name);
        let alike = self.alike.iter().find(|(this, _)| *this == last).map_or(name, |(_, that)| that);
        noun(alike)
    }

    /// What a word may be taken for as a whole.
    fn whole(&self, word: &str) -> Vec<String> {
        let listed = self.words.iter().filter_map(|stem| Some(format!("{}{}", noun(stem)?, word.strip_prefix(stem)?)));
        let alike = self.alike.iter().filter(|(this, _)| word.contains(this));
        let alike = alike.map(|(this, that)| word.replace(this, that));
        std::iter::once(word.to_owned()).chain(listed).chain(alike).collect()
    }

    /// What a word may be made of: any one is enough, and of that every part must be known.
    fn readings(&self, word: &str) -> Vec<Vec<String>> {
        if let Some((name, rest)) = word.split_once('#') {
            return [self.readings(&format!("{name}{rest}")), self.readings(rest)].concat();
        }
        let mut readings: Vec<Vec<String>> = self.whole(word).into_iter().map(|word| vec![word]).collect();
        for (ending, quoted) in &self.endings {
            for (at, _) in word.match_indices(ending).filter(|(at, _)| *at > 0) {
                let (before, rest) = word.split_at(at);
                let after = rest.strip_prefix(ending).unwrap_or_default();
                let before = if *quoted { format!("{before}{ending}") } else { before.to_owned() };
                if *quoted && after.is_empty() {
                    continue;
                }
                let next = (!(*quoted && after == "요")).then(|| format!("{}{after}", noun(ending).unwrap()));
                readings.extend(
                    self.whole(&before).into_iter().map(|word| [word].into_iter().chain(next.clone()).collect()),
                );
            }
        }
        readings
    }
}

/// Takes from a line what is not read as Korean; what words remain is asked about.
struct Reader {
    list: List,
    link: Regex,
    code: Regex,
    plain: Vec<(Regex, &'static str)>,
    name: Regex,
    quote: Regex,
    word: Regex,
}

impl Reader {
    fn new() -> Self {
        let regex = |pattern: &str| Regex::new(pattern).unwrap();
        let plain = [
            (r"https?://[^\s)>가-힣]+|</?[a-z][^>]*>", " "),
            // A gloss: the particle follows the word before it.
            (r#"([^\s(])\([^()]*\)(["'”’]?[가-힣])"#, "$1$2"),
            // A sign that is named: `*를`.
            (r#"(^|[\s(])[^\s가-힣A-Za-z0-9(\["'“‘<`|#]+[가-힣]+"#, "$1 "),
        ];
        Self {
            list: List::new(),
            link: regex(r"\]\([^)]*\)|\*\*|[\[\]]"),
            code: regex("`([^`]+)`"),
            plain: plain.map(|(pattern, instead)| (regex(pattern), instead)).into(),
            name: regex(r#"([A-Za-z][A-Za-z0-9_.:/=+#@$-]*?|[0-9][0-9.,]*%?)([="'”’)}:/$]*)([가-힣])"#),
            quote: regex(r#"([가-힣])["'”’)]+([가-힣])"#),
            word: regex(r#"[-…?!.$}&][")']*[가-힣]+|([가-힣]+(?:#[가-힣]+)?)"#),
        }
    }

    /// The words of a line; `#` where what follows a name may also be a word of its own (`3개`, `app=이름`).
    fn words(&self, line: &str, fenced: bool) -> Vec<String> {
        let mut line = line.replace("\\\"", "\"");
        if fenced {
            line = line.replace(['[', ']'], " ");
        } else {
            line = self.link.replace_all(&line, "").into_owned();
            let code = |found: &Captures| self.list.name(&found[1]).unwrap_or("…").to_owned();
            line = self.code.replace_all(&line, code).into_owned();
        }
        for (pattern, instead) in &self.plain {
            line = pattern.replace_all(&line, *instead).into_owned();
        }
        let name = |found: &Captures| {
            let apart = found[1].ends_with(|c: char| c.is_ascii_digit() || "%=:/".contains(c))
                || found[2].starts_with(['=', ':', '/']);
            format!("{}{}{}", self.list.name(&found[1]).unwrap_or(" "), if apart { "#" } else { "" }, &found[3])
        };
        line = self.name.replace_all(&line, name).into_owned();
        let quote = |found: &Captures| format!("{} {}{}", &found[1], noun(&found[1]).unwrap_or_default(), &found[2]);
        line = self.quote.replace_all(&line, quote).into_owned();
        self.word.captures_iter(&line).filter_map(|found| Some(found.get(1)?.as_str().to_owned())).collect()
    }

    /// The words of a page, with the lines where they are.
    fn page(&self, path: &str, text: &str, places: &mut BTreeMap<String, Vec<String>>) {
        let mut fenced = false;
        let lines = text.lines().enumerate().take_while(|(_, line)| !line.starts_with("## 쓰지 않는 말"));
        for (number, line) in lines {
            if path.ends_with(".md") && line.trim_start().starts_with("```") {
                fenced = !fenced;
                continue;
            }
            for word in self.words(line, fenced) {
                places.entry(word).or_default().push(format!("{path}:{}", number + 1));
            }
        }
    }

    /// Those of the words that are not Korean as it is written. `None`: there is no dictionary, which is said.
    fn wrong<'a>(&self, words: impl IntoIterator<Item = &'a String>) -> Option<Vec<&'a String>> {
        let words: BTreeSet<&String> = words.into_iter().collect();
        let strange = unknown(words.iter().copied())?;
        // Most are in the dictionary, and need no reading.
        let words = words.into_iter().filter(|word| strange.contains(*word) || word.contains('#') || copula(word));
        let words: Vec<_> = words.map(|word| (word, self.list.readings(word))).collect();
        let strange = unknown(words.iter().flat_map(|(_, readings)| readings.iter().flatten()))?;
        let known = |reading: &Vec<String>| reading.iter().all(|part| !strange.contains(part));
        Some(
            words
                .into_iter()
                .filter(|(word, of)| copula(word) || !of.iter().any(known))
                .map(|(word, _)| word)
                .collect(),
        )
    }
}

/// 이에요 after a vowel, 에요 without it: the dictionary takes both.
fn copula(word: &str) -> bool {
    match word.strip_suffix("이에요") {
        Some(before) => noun(before) == Some("관리"),
        None => word.ends_with("에요") && !word.ends_with("아니에요"),
    }
}

/// Those of the words that hunspell does not know.
fn unknown<'a>(words: impl Iterator<Item = &'a String>) -> Option<BTreeSet<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words");
    std::fs::write(&path, words.map(|word| format!("{word}\n")).collect::<String>()).unwrap();
    // With a home of its own: one's personal dictionary lies there.
    let mut hunspell = Command::new("hunspell");
    let output = hunspell.args(["-d", "ko", "-i", "UTF-8", "-l"]).arg(&path).env("HOME", folder.path()).output();
    if let Some(output) = output.ok().filter(|output| output.status.success()) {
        return Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect());
    }
    let missing = "no Korean dictionary: install hunspell and hunspell-ko";
    assert!(std::env::var_os("CI").is_none_or(|value| value != "true"), "{missing}");
    // Past what the test harness keeps to itself.
    std::io::stderr().write_all(format!("skipped: {missing}\n").as_bytes()).unwrap();
    None
}

#[test]
fn the_course_is_spelled_right() {
    let reader = Reader::new();
    let mut places = BTreeMap::new();
    for (tree, ends) in [(files::content(), [".md", ".quiz.yaml"]), (files::labs(), ["lab.yaml"; 2])] {
        for path in tree.list().into_iter().filter(|path| ends.iter().any(|end| path.ends_with(end))) {
            reader.page(&path, &tree.read(&path).unwrap(), &mut places);
        }
    }
    assert!(places.len() > 10_000, "{}", places.len());
    let Some(wrong) = reader.wrong(places.keys()) else { return };
    let said: Vec<String> = wrong.iter().map(|word| format!("{word}: {}", places[*word].join(", "))).collect();
    assert!(said.is_empty(), "not in the dictionary; 관리, 배달 and 시작 stand for names:\n{}", said.join("\n"));
}

#[test]
fn what_is_wrong_is_found() {
    let reader = Reader::new();
    let right = [
        "스케줄러가 Pod를 노드 3개에 하나씩 놓을지 정해요.",
        "`kubectl`로 만들어진 정식(GA)이 \"값\"을 100%까지예요.",
        "재시작돼서 켜졌어요. *를 적은 app=이름이 아니에요.",
    ];
    let wrong = [
        ("스케쥴러가 됬어요.", "스케쥴러가 됬어요"),
        ("할수 있는것", "할수 있는것"),
        ("등급를 노드이 봐요.", "등급를 노드이"),
        ("`kubectl`를 Pod을 \"값\"를 3를 적어요.", "배달를 관리을 시작를 시작#를"),
        ("관측성(Observability)는 [복제본](https://example.com)를 봐요.", "관측성는 복제본를"),
        ("이야기에요. Pod이에요.", "이야기에요 관리이에요"),
    ];
    let lines = right.into_iter().chain(wrong.map(|(line, _)| line));
    let words: Vec<String> = lines.flat_map(|line| reader.words(line, false)).collect();
    let Some(found) = reader.wrong(&words) else { return };
    let expected: BTreeSet<&str> = wrong.iter().flat_map(|(_, words)| words.split(' ')).collect();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
}
