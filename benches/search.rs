//! How long a keystroke in the search takes: 400 pages of Korean text, each query typed letter by letter.
//!
//! Measured: the query with everything it may mean, ranked, with the lines and marks of the lessons that are shown. Peers:
//! `str::contains` over every page in lower case, and a regular expression that knows initials (`ㅋ` as `[ㅋ카-킿]`); neither
//! ranks nor marks. `cargo bench --bench search [-- PAGES]`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use jotasu::course::{Curriculum, Kind, Node};
use jotasu::search::{Index, Query, Scope};
use regex::Regex;

const ROUNDS: usize = 20;
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
/// What is typed, and how it comes: the text of the field after each key.
const TYPED: &[(&str, &[&str])] = &[
    ("plain, Hangul", &["ㅋ", "커", "컨", "컨ㅌ", "컨테", "컨텡", "컨테이", "컨테인", "컨테이너"]),
    ("plain, letters", &["d", "de", "dep", "depl", "deploy", "deployment"]),
    (
        "several words",
        &["노", "노드", "노드 ㅅ", "노드 스", "노드 스케", "노드 스케줄러", "노드 스케줄러 po", "노드 스케줄러 pod"],
    ),
    ("initials", &["ㅋ", "ㅋㅌ", "ㅋㅌㅇ", "ㅋㅌㅇㄴ"]),
    ("wrong keyboard", &["z", "zj", "zjs", "zjsx", "zjsxp", "zjsxpd", "zjsxpdl", "zjsxpdls", "zjsxpdlsj"]),
    ("wrong keyboard, letters", &["ㅔ", "ㅔㅐ", "ㅔㅐㅇ"]),
    ("not there", &["없", "없는", "없는말", "없는말씀"]),
];

fn main() {
    let count = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(400);
    let pages: Vec<String> = (0..count).map(page).collect();
    let mut curriculum = Curriculum::default();
    for n in 0..count {
        let mut node = Node::new(Kind::Session, format!("세션 {n} {}", WORDS[n % WORDS.len()]));
        (node.path, node.id) = (Some(n.to_string()), n.to_string());
        curriculum.nodes.push(node);
        curriculum.roots.push(n);
    }
    let since = Instant::now();
    let index = Index::build(&curriculum, |path| pages.get(path.parse::<usize>().ok()?).cloned());
    let bytes: usize = pages.iter().map(String::len).sum();
    let (made, mb) = (since.elapsed(), |bytes: usize| bytes as f64 / 1e6);
    println!("{count} pages, {:.1} MB; index made in {made:.0?}, {:.1} MB", mb(bytes), mb(index.bytes()));
    let lower: Vec<String> = pages.iter().map(|page| page.to_lowercase()).collect();
    for (what, keys) in TYPED {
        let (mut ours, mut contains, mut regex) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            for typed in *keys {
                let since = Instant::now();
                let query = Query::new(typed, true);
                let found = black_box(index.search(&query, Scope::Course, 40, 3));
                ours.push(since.elapsed());
                let whole = keys.last() == Some(typed);
                assert!(!whole || found.groups.is_empty() == (*what == "not there"), "{typed}");
                let since = Instant::now();
                black_box(lower.iter().filter(|page| typed.split(' ').all(|word| page.contains(word))).count());
                contains.push(since.elapsed());
                let since = Instant::now();
                let words: Vec<Regex> = typed.split(' ').map(by_initials).collect();
                black_box(
                    lower.iter().filter(|page| words.iter().all(|word| word.find_iter(page).count() > 0)).count(),
                );
                regex.push(since.elapsed());
            }
        }
        println!("{what}");
        say("str::contains (peer)", &mut contains);
        say("regex, all places (peer)", &mut regex);
        say("ours", &mut ours);
    }
}

/// Prints percentiles.
fn say(what: &str, times: &mut [Duration]) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("  {what:28} p50 {:8.3?}  p99 {:8.3?}", at(0.5), at(0.99));
}

fn by_initials(word: &str) -> Regex {
    let mut pattern = String::new();
    for c in word.chars() {
        match INITIALS.chars().position(|initial| initial == c) {
            Some(n) => {
                let first = 0xac00 + n as u32 * 588;
                let syllable = |code| char::from_u32(code).unwrap();
                write!(pattern, "[{c}{}-{}]", syllable(first), syllable(first + 587)).unwrap();
            }
            None => pattern.push_str(&regex::escape(&c.to_string())),
        }
    }
    Regex::new(&pattern).unwrap()
}

const WORDS: [&str; 40] = [
    "컨테이너",
    "노드",
    "스케줄러",
    "파드",
    "Deployment",
    "배포",
    "서비스",
    "네트워크",
    "볼륨",
    "권한",
    "감시",
    "로그",
    "알림",
    "지표",
    "이미지",
    "레지스트리",
    "클러스터",
    "네임스페이스",
    "인그레스",
    "컨트롤러",
    "상태",
    "복제",
    "확장",
    "장애",
    "복구",
    "점검",
    "보안",
    "비밀",
    "설정",
    "환경",
    "변수",
    "명령",
    "결과",
    "실습",
    "관찰",
    "원인",
    "해결",
    "Pod",
    "kubectl",
    "요청",
];
const ENDINGS: [&str; 12] = ["는", "를", "에서", "와", "의", "로", "이", "도", "까지", "부터", "", "에게"];

/// A page of about 15 KB: prose, a list, a table, commands.
fn page(n: usize) -> String {
    let mut seed = n as u64 * 0x9e37_79b9 + 12345;
    let mut next = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % most
    };
    let mut text = format!("# 세션 {n} {}\n", WORDS[n % WORDS.len()]);
    for part in 0..12 {
        writeln!(text, "\n## {part} {}\n", WORDS[next(WORDS.len())]).unwrap();
        for _ in 0..5 {
            for _ in 0..24 {
                write!(text, "{}{} ", WORDS[next(WORDS.len())], ENDINGS[next(ENDINGS.len())]).unwrap();
            }
            text.push_str("돌아요.\n\n");
        }
        writeln!(text, "```bash\nkubectl get {} -n shop --selector app={}\n```", next(100), next(1000)).unwrap();
    }
    text
}
