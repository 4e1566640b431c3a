//! The parser's errors in Korean, with what to do. It decides no severity: all of them are errors.

use granit_parser::{ErrorKind, ScanError};

use crate::problem::Problem;

/// The problem at the parser's own place.
pub(super) fn problem(file: &str, error: &ScanError) -> Problem {
    let mark = error.marker();
    let (message, help) = words(error.kind());
    let problem = Problem::error(file, mark.line(), mark.col() + 1, message);
    match help {
        Some(help) => problem.with_help(help),
        None => problem,
    }
}

fn words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    use ErrorKind as E;
    let (message, help) = match kind {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabAtBlockScalarStart => {
            ("들여쓰기에는 탭을 쓸 수 없어요.", Some("공백 두 칸으로 바꾸세요."))
        }
        E::TabInPlainScalar => ("이 자리에는 탭을 쓸 수 없어요.", Some("공백으로 바꾸세요.")),
        E::RecursionLimitExceeded => ("너무 깊어요 (64단계까지).", None),
        E::UnclosedFlowCollection { open } => return (format!("여는 괄호 {open}의 짝이 없어요."), None),
        E::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("괄호의 짝이 맞지 않아요: {open} … {close}"), None);
        }
        E::MisplacedFlowCollectionEnd => ("닫는 괄호의 짝이 없어요.", None),
        E::UnclosedQuotedScalar => ("따옴표가 닫히지 않았어요.", None),
        E::UnexpectedEofFlowSequence | E::ExpectedFlowSequenceSeparator => {
            ("목록 [ ]에서 쉼표나 닫는 괄호가 와야 해요.", None)
        }
        E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping | E::ExpectedFlowMappingSeparator => {
            ("맵 { }에서 쉼표나 닫는 괄호가 와야 해요.", None)
        }
        E::ExpectedBlockMappingKey => {
            ("이 자리에는 키가 와야 해요.", Some("같은 맵의 키는 같은 칸에서 시작해야 해요."))
        }
        E::ExpectedBlockSequenceEntry | E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection => {
            ("이 자리에는 목록 항목(-)을 쓸 수 없어요.", Some("들여쓰기를 확인하세요."))
        }
        E::MappingValueNotAllowed | E::MappingKeyNotAllowed | E::InvalidColonPlacement => {
            ("이 자리에는 콜론(:)을 쓸 수 없어요.", Some("값에 콜론이 있으면 따옴표로 감싸세요."))
        }
        E::SimpleKeyExpected | E::InvalidSimpleKey => {
            ("키 뒤에 콜론(:)이 없어요.", Some("`키: 값` 꼴인지, 들여쓰기가 맞는지 확인하세요."))
        }
        E::InvalidIndentation | E::InvalidFlowScalarIndent => ("들여쓰기가 맞지 않아요.", None),
        E::InvalidQuotedScalarIndent => ("따옴표가 닫히지 않았거나 이어지는 줄의 들여쓰기가 맞지 않아요.", None),
        E::InvalidBlockScalarIndent => ("여러 줄 글의 들여쓰기가 맞지 않아요.", None),
        E::UnknownQuotedScalarEscape => {
            ("큰따옴표 안에 모르는 \\ 표시가 있어요.", Some("작은따옴표로 감싸면 \\가 그대로 남아요."))
        }
        E::CommentNotSeparated => ("#로 시작하는 설명 앞에는 공백이 있어야 해요.", None),
        E::UnexpectedCharacter { character } => {
            return (format!("이 글자로 시작할 수 없어요: {character}"), Some("따옴표로 감싸세요."));
        }
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            ("닫는 따옴표 뒤에 글이 더 있어요.", None)
        }
        other => return (format!("YAML이 아니에요: {other}"), None),
    };
    (message.to_owned(), help)
}
