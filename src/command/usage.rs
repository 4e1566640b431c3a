//! Help and mistakes of the command line in Korean: clap knows the grammar, the words are ours.

use std::ffi::OsString;

use clap::builder::{StyledStr, Styles};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory, Error, FromArgMatches};

use super::cli::Cli;

const TEMPLATE: &str = "{about-with-newline}\n쓰는 법: {usage}\n\n{all-args}{after-help}";

/// Parses the arguments of this process (or of a test).
///
/// # Errors
/// What clap says of them; help and version come this way too.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, Error> {
    let matches = grammar().try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

/// The whole grammar, its help in Korean.
pub fn grammar() -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help("버전을 보여요");
    korean(Cli::command().disable_version_flag(true).arg(version))
}

fn korean(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("도움말을 보여요");
    let command = command
        .styles(Styles::plain())
        .help_template(TEMPLATE)
        .subcommand_help_heading("명령")
        .subcommand_value_name("명령")
        .disable_help_flag(true)
        .arg(help)
        .mut_args(|arg| {
            let heading = match (arg.is_positional(), arg.is_global_set()) {
                (true, _) => "인자",
                (false, true) => "어디서나 쓰는 옵션",
                (false, false) => "옵션",
            };
            let arg = arg.help_heading(heading);
            match arg.get_action().takes_values() {
                true => arg.hide_possible_values(true).hide_default_value(true),
                false => arg,
            }
        });
    command.mut_subcommands(korean)
}

/// A mistake as Korean sentences; `None` for help and version, which are none.
pub fn said(error: &Error) -> Option<String> {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return None;
    }
    let mut text = format!("jotasu: {}", sentence(error));
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    if let Some(near) = near.into_iter().find_map(|kind| words(error, kind)) {
        text.push_str(&format!(" 혹시 {near}인가요?"));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = plain(usage);
        text.push_str(&format!("\n쓰는 법: {}", usage.trim_start_matches("Usage:").trim()));
    }
    text.push_str("\n자세히: --help");
    Some(text)
}

fn sentence(error: &Error) -> String {
    let argument = words(error, ContextKind::InvalidArg).unwrap_or_default();
    let value = words(error, ContextKind::InvalidValue).unwrap_or_default();
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("{}: 그런 명령이 없어요.", words(error, ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ErrorKind::MissingSubcommand => "어떤 명령인지 빠졌어요.".into(),
        ErrorKind::UnknownArgument if argument.starts_with('-') => format!("{argument}: 그런 옵션이 없어요."),
        ErrorKind::UnknownArgument => format!("{argument}: 이 자리에는 인자를 더 쓸 수 없어요."),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument}에 값이 없어요.{}", allowed(error)),
        ErrorKind::InvalidValue => format!("{argument}에 쓸 수 없는 값이에요: {value}.{}", allowed(error)),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            match why.chars().any(|c| ('가'..='힣').contains(&c)) {
                true => format!("{argument}에 쓸 수 없는 값이에요: {value}. {why}"),
                false => format!("{argument}에 쓸 수 없는 값이에요: {value}."),
            }
        }
        ErrorKind::MissingRequiredArgument => format!("빠진 것이 있어요: {argument}."),
        ErrorKind::ArgumentConflict => match words(error, ContextKind::PriorArg).filter(|prior| *prior != argument) {
            Some(prior) => format!("{argument}: {prior}와 함께 쓸 수 없어요."),
            None => format!("{argument}: 한 번만 쓸 수 있어요."),
        },
        ErrorKind::InvalidUtf8 => "UTF-8 글이 아닌 인자가 있어요.".into(),
        _ => "명령을 알아듣지 못했어요.".into(),
    }
}

fn allowed(error: &Error) -> String {
    words(error, ContextKind::ValidValue).map(|values| format!(" 쓸 수 있는 값: {values}.")).unwrap_or_default()
}

fn words(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")).filter(|text| !text.is_empty()),
        ContextValue::StyledStr(text) => Some(plain(text)),
        _ => None,
    }
}

fn plain(text: &StyledStr) -> String {
    text.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let arguments = std::iter::once("jotasu").chain(line.split_whitespace()).map(OsString::from);
        let error = parse(arguments).unwrap_err();
        assert_eq!(said(&error).unwrap().lines().next().unwrap(), format!("jotasu: {expected}"));
    }

    #[test]
    fn mistakes_are_said_in_korean_with_what_was_meant() {
        check("bogus", "bogus: 그런 명령이 없어요.");
        check("lab chekc x", "chekc: 그런 명령이 없어요. 혹시 check인가요?");
        check("tree --contnet x", "--contnet: 그런 옵션이 없어요. 혹시 --content인가요?");
        check("tree x", "x: 이 자리에는 인자를 더 쓸 수 없어요.");
        check("tree -o yaml", "--output <FORMAT>에 쓸 수 없는 값이에요: yaml. 쓸 수 있는 값: text, json.");
        check("tree -o", "--output <FORMAT>에 값이 없어요. 쓸 수 있는 값: text, json.");
        check("read", "빠진 것이 있어요: <LESSON>.");
        check("read x --width no", "--width <N>에 쓸 수 없는 값이에요: no. 20에서 1000까지의 수를 쓰세요.");
        check("read x --width 3", "--width <N>에 쓸 수 없는 값이에요: 3. 20에서 1000까지의 수를 쓰세요.");
        check("tree -o json -o json", "--output <FORMAT>: 한 번만 쓸 수 있어요.");
        check("lab start", "빠진 것이 있어요: <LAB>.");
        check("author test --all --jobs 0", "--jobs <N>에 쓸 수 없는 값이에요: 0. 1에서 16까지의 수를 쓰세요.");
    }

    /// Every command there is, by its words.
    fn commands(command: &Command, path: Vec<String>) -> Vec<Vec<String>> {
        let below = command.get_subcommands().flat_map(|sub| {
            let path = path.iter().cloned().chain([sub.get_name().to_owned()]).collect();
            commands(sub, path)
        });
        let below: Vec<_> = below.collect();
        std::iter::once(path).chain(below).collect()
    }

    #[test]
    fn every_help_is_korean_and_gives_examples_that_parse() {
        for path in commands(&grammar(), vec!["jotasu".into()]) {
            for flag in ["-h", "--help"] {
                let error = parse(path.iter().map(OsString::from).chain([flag.into()])).unwrap_err();
                assert_eq!(said(&error), None);
                let help = error.to_string();
                for english in ["Usage", "Options", "Commands", "Print", "possible values", "default:"] {
                    assert!(!help.contains(english), "{path:?}: {english}\n{help}");
                }
                let examples: Vec<&str> =
                    help.lines().skip_while(|line| *line != "예:").skip(1).take_while(|l| !l.is_empty()).collect();
                assert!(!examples.is_empty(), "{path:?}\n{help}");
                for example in examples {
                    let words =
                        example.split(['|', '>']).next().unwrap().split("  ").find(|part| !part.is_empty()).unwrap();
                    let parsed = parse(words.split_whitespace().map(OsString::from));
                    assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
                }
            }
        }
    }
}
