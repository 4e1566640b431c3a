//! `jotasu author preview` in a real terminal: saves as editors do them.

use crate::person::{Person, argument};
use crate::terminal::Terminal;

fn page(id: &str, first: &str) -> String {
    let body: String = (1..60).map(|i| format!("## 단락 {i}\n\n{i}번째 글이에요.\n\n")).collect();
    format!("---\nid: {id}\n---\n# 노 젓기\n\n{first}\n\n{body}")
}

/// Writes a new file and puts it in the place of the old one.
fn replace(person: &Person, path: &str, text: &str) {
    let new = person.write(&format!("{path}~"), text);
    std::fs::rename(new, person.path(path)).unwrap();
}

fn open(person: &Person, page: &str) -> Terminal {
    let (content, home) = (person.path("course"), person.path("h"));
    let arguments = ["--content", argument(&content), "--home", argument(&home), "author", "preview", page];
    Terminal::open(std::path::Path::new(env!("CARGO_BIN_EXE_jotasu")), &arguments, &[], 120, 30)
}

#[test]
fn a_page_is_shown_again_at_each_save_and_keeps_its_place() {
    const PAGE: &str = "course/week_01/session_01.md";
    let person = Person::new();
    person.write("course/week_01/README.md", "---\nid: w1\n---\n# 1주\n");
    person.write(PAGE, page("s1", "처음 글이에요."));
    let mut terminal = open(&person, "s1");
    terminal.shows("처음 글이에요.");

    // In place, then by a new file in the old one's place.
    person.write(PAGE, page("s1", "고친 글이에요."));
    terminal.shows("고친 글이에요.");
    replace(&person, PAGE, &page("s1", "바꾼 글이에요."));
    terminal.shows("바꾼 글이에요.");

    // The place stays where lines come in above it, and what is wrong is said below.
    terminal.type_keys(" ");
    terminal.shows("단락 6");
    terminal.hides("바꾼 글이에요.");
    let more: String = (0..40).map(|i| format!("더한 글 {i}\n\n")).collect();
    replace(&person, PAGE, &page("s1", &format!("{more}[없음](nothing.md)")));
    terminal.shows("없는 곳을 가리키는 링크예요: nothing.md");
    assert!(terminal.glyphs().contains("단락 6"), "{}", terminal.glyphs());

    // Broken meanwhile, gone meanwhile: said, and back by itself at the same place.
    person.write(PAGE, b"# \xc7\xd1\xb1\xdb\n");
    terminal.shows("CP949");
    person.write(PAGE, page("s1", &more));
    terminal.shows("단락 6");
    std::fs::remove_file(person.path(PAGE)).unwrap();
    terminal.shows("페이지가 없어졌어요.");
    person.write(PAGE, page("s1", &more));
    terminal.shows("단락 6");

    // A page that is added is in the tree.
    person.write("course/week_01/session_02.md", "---\nid: s2\n---\n# 닻 내리기\n");
    terminal.shows("닻 내리기");

    terminal.type_keys("q");
    assert!(terminal.ends());
    assert!(!person.path("h/data/progress.json").exists(), "what an author looks at is no progress");
}

#[test]
fn a_page_that_is_not_there_is_said() {
    let person = Person::new();
    person.write("course/a.md", "---\nid: session-a\n---\n# 글\n");
    let said = person.says(&["--content", "course", "author", "preview", "sesion-a"], 2);
    assert!(said.err.contains("혹시 session-a인가요?"), "{said:?}");
    assert!(person.says(&["author", "preview", "course/none.md"], 2).err.contains("none.md"));
    assert!(person.says(&["author", "preview", "course/a.md"], 2).err.contains("터미널"));
}
