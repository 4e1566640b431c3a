//! Which program the shell is, and what it finds around it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use portable_pty::CommandBuilder;

use super::Clusters;
use crate::files;

/// What the terminal around us says of itself: the shell's terminal is another one.
const THEIRS: [&str; 16] = [
    "TMUX",
    "TMUX_PANE",
    "STY",
    "WINDOW",
    "ZELLIJ",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "LC_TERMINAL",
    "LC_TERMINAL_VERSION",
    "WEZTERM_PANE",
    "KITTY_WINDOW_ID",
    "VTE_VERSION",
    "COLORFGBG",
    "COLUMNS",
    "LINES",
    "WINDOWID",
];

/// The learner's own shell, else bash, else sh; interactive, as it finds a terminal.
pub fn command(clusters: Option<&Clusters>, variable: impl Fn(&str) -> Option<OsString>) -> CommandBuilder {
    let own = variable("SHELL").filter(|shell| files::exists(Path::new(shell)));
    let bash = || Some(OsString::from("/bin/bash")).filter(|bash| files::exists(Path::new(bash)));
    let mut command = CommandBuilder::new(own.or_else(bash).unwrap_or_else(|| "/bin/sh".into()));
    // Else it would begin at home.
    command.cwd(std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")));
    THEIRS.iter().for_each(|name| command.env_remove(name));
    command.env("TERM", "xterm-256color");
    command.env("JOTASU", "1");
    if let Some(files) = clusters.and_then(|clusters| kubeconfigs(clusters, &variable)) {
        command.env("KUBECONFIG", files);
    }
    command
}

/// This program, called again to make a lab ready and to start it.
pub fn play(again: &[OsString], lab: &str, hash: &str) -> CommandBuilder {
    let mut command = CommandBuilder::from_argv(again.to_vec());
    command.args(["--trust", hash, "lab", "play", lab, "--yes"]);
    command.cwd(std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")));
    THEIRS.iter().for_each(|name| command.env_remove(name));
    command.env("TERM", "xterm-256color");
    command
}

/// What bash reads when it begins.
const BASHRC: &str = include_str!("bashrc.sh");

/// Lets bash complete kubectl's words, after it has read the learner's own settings. Other shells are left alone.
pub fn settle(command: &mut CommandBuilder, state: Option<&Path>) {
    let bash = command.get_argv().first().is_some_and(|program| Path::new(program).ends_with("bash"));
    let Some(state) = state.filter(|_| bash) else { return };
    let file = state.join("shell-bashrc");
    match files::create_dir_all(state).and_then(|()| files::write_atomic(&file, BASHRC.as_bytes())) {
        Ok(()) => command.args(["--rcfile".as_ref(), file.as_os_str()]),
        Err(error) => tracing::warn!(%error, "the shell goes without completion"),
    }
}

/// The file of the lab's cluster before the learner's own, that of the shared one behind them. kubectl passes over what is
/// not there, so that the first counts while a lab runs, and only then; the last is what there is where nothing else is.
fn kubeconfigs(clusters: &Clusters, variable: &impl Fn(&str) -> Option<OsString>) -> Option<OsString> {
    let own = variable("KUBECONFIG").filter(|files| !files.is_empty());
    let usual = || Some(Path::new(&variable("HOME")?).join(".kube/config").into_os_string());
    let theirs = own.or_else(usual).unwrap_or_default();
    let files = std::iter::once(clusters.lab.clone()).chain(std::env::split_paths(&theirs));
    let files = files.chain([clusters.shared.clone()]);
    std::env::join_paths(files.filter(|file| !file.as_os_str().is_empty())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
        |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
    }

    #[test]
    fn the_labs_file_comes_before_the_learners_and_the_shared_one_behind() {
        #[track_caller]
        fn check(pairs: &[(&str, &str)], expected: &str) {
            let clusters = Clusters { lab: "/s/lab".into(), shared: "/s/shared".into() };
            let command = command(Some(&clusters), variables(pairs));
            assert_eq!(command.get_env("KUBECONFIG"), Some(expected.as_ref()));
        }
        check(&[("HOME", "/h")], "/s/lab:/h/.kube/config:/s/shared");
        check(&[("HOME", "/h"), ("KUBECONFIG", "/a:/b")], "/s/lab:/a:/b:/s/shared");
        check(&[("HOME", "/h"), ("KUBECONFIG", "")], "/s/lab:/h/.kube/config:/s/shared");
        check(&[], "/s/lab:/s/shared");
    }

    #[test]
    fn the_shell_is_the_learners_own_where_it_is_there() {
        let program = |pairs: &[(&str, &str)]| command(None, variables(pairs)).get_argv()[0].clone();
        assert_eq!(program(&[("SHELL", "/bin/sh")]), "/bin/sh");
        assert_ne!(program(&[("SHELL", "/no/such/shell")]), "/no/such/shell");
        let command = command(None, variables(&[]));
        assert_eq!(command.get_env("TERM"), Some("xterm-256color".as_ref()));
        assert_eq!(command.get_env("JOTASU"), Some("1".as_ref()));
        assert_eq!(command.get_env("TMUX"), None);
    }
}
