//! Blocks with prompts: which lines a person types and which the machine answers.

use std::borrow::Cow;

use super::model::Code;

/// What a line of a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Begins with a prompt of that many bytes.
    Prompt(usize),
    /// Goes on with the command above, after a prompt of that many bytes.
    More(usize),
    /// The machine's answer.
    Output,
}

/// What each line is, when the block has prompts at all.
pub fn lines(code: &Code) -> Option<Vec<Said>> {
    let language = code.language.to_ascii_lowercase();
    let console = matches!(language.as_str(), "console" | "shell-session" | "sh-session" | "shellsession" | "terminal");
    let shell = matches!(language.as_str(), "" | "bash" | "sh" | "shell" | "zsh");
    let first = code.text.lines().find(|line| !line.trim().is_empty())?;
    let prompted = console || (shell && prompt(first, false).is_some());
    if !prompted {
        return None;
    }
    let mut said = Vec::new();
    let mut open = Open::No;
    // A shell shows `> ` before all lines of a command that goes on, or the author left it away before all.
    let mut marked = false;
    for line in code.text.split('\n') {
        let now = match &open {
            Open::Until(_) | Open::Backslash => {
                let first = matches!(said.last(), Some(Said::Prompt(_)));
                marked = (line == ">" || line.starts_with("> ")) && (first || marked);
                Said::More(if marked { line.len().min(2) } else { 0 })
            }
            Open::No => prompt(line, console).map_or(Said::Output, Said::Prompt),
        };
        let typed = match now {
            Said::Prompt(length) | Said::More(length) => line.get(length..).unwrap_or(""),
            Said::Output => line,
        };
        open = match (open, now) {
            (_, Said::Output) => Open::No,
            (Open::Until(word), _) if typed.trim() != word => Open::Until(word),
            (Open::Until(_), _) => Open::No,
            _ => match heredoc(typed) {
                Some(word) => Open::Until(word),
                None if typed.ends_with('\\') => Open::Backslash,
                None => Open::No,
            },
        };
        said.push(now);
    }
    Some(said)
}

/// What the next line continues.
enum Open {
    No,
    Backslash,
    Until(String),
}

/// Bytes of the prompt a line begins with: `$ `, `user@host:~$ `, `[root@node ~]# `, `/ # `. In a script `# ` alone
/// begins a comment.
fn prompt(line: &str, console: bool) -> Option<usize> {
    if line.starts_with("$ ") || (console && line.starts_with("# ")) {
        return Some(2);
    }
    if line.starts_with("/ # ") || line.starts_with("/ $ ") {
        return Some(4);
    }
    let end = ["$ ", "# "].iter().filter_map(|mark| line.find(mark)).min()?;
    let host = line.get(..end)?;
    let (user, place) = host.split_once('@')?;
    let user = user.trim_start_matches('[');
    let name = !user.is_empty() && user.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let ends = place.ends_with(']') == host.starts_with('[') && (host.starts_with('[') || !place.contains(' '));
    (name && ends && !place.is_empty()).then_some(end + 2)
}

fn heredoc(line: &str) -> Option<String> {
    let (_, after) = line.split_once("<<")?;
    let word: String = after
        .trim_start_matches(['-', ' ', '\'', '"'])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

/// What is copied or typed of a block: its commands when it has prompts, else all of it; controls but tab and
/// newline, bidi and zero-width characters are left out, so that what runs is what is seen.
pub fn typed(code: &Code) -> String {
    let text = match lines(code) {
        None => Cow::Borrowed(code.text.as_str()),
        Some(said) => {
            let typed = code.text.split('\n').zip(said).filter_map(|(line, said)| match said {
                Said::Prompt(prompt) => line.get(prompt..),
                Said::More(prompt) => line.get(prompt..),
                Said::Output => None,
            });
            Cow::Owned(typed.collect::<Vec<_>>().join("\n"))
        }
    };
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n'))
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
    };
    let mut text = text.replace(hidden, "");
    text.truncate(text.trim_end_matches('\n').len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::parse;

    #[track_caller]
    fn check(markdown: &str, expected: &str) {
        let document = parse(markdown);
        let code = document.code();
        assert_eq!(code.first().map(|code| typed(code)).as_deref(), Some(expected));
    }

    #[test]
    fn only_commands_are_typed() {
        check("```bash\nkubectl get pods\nls\n```", "kubectl get pods\nls");
        check("```console\n$ kubectl get pods\nNAME  READY\nweb   1/1\n$ ls\n```", "kubectl get pods\nls");
        check(
            "```console\n$ kubectl run web \\\n  --image=nginx\npod/web created\n```",
            "kubectl run web \\\n  --image=nginx",
        );
        check(
            "```console\n$ cat <<'EOF' | kubectl apply -f -\na: 1\nEOF\ncreated\n```",
            "cat <<'EOF' | kubectl apply -f -\na: 1\nEOF",
        );
        check("```bash\n$ ls\na b\n```", "ls");
        check(
            "```console\n$ cat <<EOF | kubectl apply -f - \\\n> a: 1\n>\n> EOF\ncreated\n$ ls \\\n>   -l\n> x\n```",
            "cat <<EOF | kubectl apply -f - \\\na: 1\n\nEOF\nls \\\n  -l",
        );
        check("```console\n$ cat <<EOF\na\n> b\nEOF\n```", "cat <<EOF\na\n> b\nEOF");
        check("```console\nroot@node:~# ls\na\n[me@host app]$ pwd\n/ # id\nmail: a@b $ 5\n```", "ls\npwd\nid");
        check("```bash\nme@host:~/app$ ls\na\n```", "ls");
        check("```bash\n# 설명\nls\n```", "# 설명\nls");
    }

    #[test]
    fn nothing_hidden_is_typed() {
        check("```bash\necho a\x1b[201~\u{202e}b\tc\n```", "echo a[201~b\tc");
    }
}
