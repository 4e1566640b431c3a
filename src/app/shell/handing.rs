//! How a code block of a lesson gets into the shell without being run.

use super::bytes::{harmless, paste};
use super::view::Modes;
use crate::lesson::CodeSpan;

/// What becomes of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It is typed.
    Typed(Vec<u8>),
    /// Each of its lines would be run, or obeyed by an editor, as soon as it is typed.
    TooLong,
}

/// Languages that a shell understands.
const SHELL: [&str; 8] = ["bash", "sh", "shell", "zsh", "console", "shell-session", "shellsession", "terminal"];

/// A block is meant for a shell on the learner's own machine.
pub fn is_for_shell(code: &CodeSpan) -> bool {
    let attribute = |name: &str| code.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let here = attribute("on").is_none_or(|on| on == "host");
    here && attribute("output").is_none() && SHELL.contains(&code.language.to_lowercase().as_str())
}

/// The bytes of a block: as one paste where the program knows what that is, else a single line.
pub fn hand(text: &str, modes: Modes) -> Handed {
    let text = harmless(text.trim_end());
    if text.contains('\n') && (!modes.bracketed_paste || modes.alternate) {
        return Handed::TooLong;
    }
    match modes.bracketed_paste {
        true => Handed::Typed(paste(&text, true)),
        // To a shell without paste a tab is a wish for completion.
        false => Handed::Typed(text.replace('\t', " ").into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_typed_and_never_run() {
        #[track_caller]
        fn check(text: &str, modes: Modes, expected: Option<&str>) {
            let expected = expected.map_or(Handed::TooLong, |text| Handed::Typed(text.into()));
            assert_eq!(hand(text, modes), expected, "{text:?}");
        }
        let plain = Modes::default();
        let paste = Modes { bracketed_paste: true, ..plain };
        let editor = Modes { alternate: true, ..paste };
        check("kubectl get pods\n", plain, Some("kubectl get pods"));
        check("kubectl\tget pods\n\n", plain, Some("kubectl get pods"));
        check("a\nb\n", plain, None);
        check("a\nb\n", paste, Some("\x1b[200~a\rb\x1b[201~"));
        check("a\nb\n", editor, None);
        check("a\n", editor, Some("\x1b[200~a\x1b[201~"));
        check("a\x1b[201~\rb\u{9b}201~\nc\x03", paste, Some("\x1b[200~a[201~b201~\rc\x1b[201~"));
        check("a\x1b[201~\nb", plain, None);
    }

    #[test]
    fn only_commands_of_this_machine_are_for_the_shell() {
        #[track_caller]
        fn check(fence: &str, expected: bool) {
            let text = format!("{fence}\nls\n```\n");
            let page = crate::lesson::layout(&crate::lesson::parse(&text), &crate::lesson::Options::new(80));
            assert_eq!(is_for_shell(&page.code[0]), expected, "{fence}");
        }
        check("```bash", true);
        check("```Console", true);
        check("```bash on=host", true);
        check("```bash on=node:control-plane", false);
        check("```yaml", false);
        check("```", false);
        check("```bash output", false);
    }
}
