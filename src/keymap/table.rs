//! The table itself. Order matters: within a context, what comes first is shown first in the footer.

use super::Context::{Anywhere, Checks, Confirm, Popup, Reader, Tree};
use super::{Binding, Command, Context, Key};

const fn key(
    context: Context,
    keys: &'static [Key],
    command: Command,
    word: &'static str,
    sentence: &'static str,
) -> Binding {
    Binding { context, keys, command, word, sentence }
}

use Key::{BackTab, Backspace, Char, Ctrl, Down, End, Enter, Esc, F, Home, Left, PageDown, PageUp, Right, Tab, Up};

/// Every key there is.
pub static KEYS: &[Binding] = &[
    key(Tree, &[Enter], Command::Open, "열기", "고른 학습을 열어요"),
    key(Tree, &[Char(' ')], Command::ToggleFold, "", "펴거나 접어요"),
    key(Tree, &[Right], Command::Unfold, "", "펴요"),
    key(Tree, &[Left], Command::Fold, "접기", "접거나 위 단계로 가요"),
    key(Tree, &[Down, Char('j')], Command::Down, "", "아래로 가요"),
    key(Tree, &[Up, Char('k')], Command::Up, "", "위로 가요"),
    key(Tree, &[PageDown], Command::PageDown, "", "한 쪽 아래로 가요"),
    key(Tree, &[PageUp, Char('b')], Command::PageUp, "", "한 쪽 위로 가요"),
    key(Tree, &[Home, Char('g')], Command::Top, "", "맨 위로 가요"),
    key(Tree, &[End, Char('G')], Command::Bottom, "", "맨 아래로 가요"),
    key(Reader, &[Char(' '), PageDown], Command::PageDown, "더 읽기", "한 쪽 아래로 읽어요"),
    key(Reader, &[PageUp, Char('b')], Command::PageUp, "", "한 쪽 위로 돌아가요"),
    key(Reader, &[Down, Char('j')], Command::Down, "", "한 줄 아래로 읽어요"),
    key(Reader, &[Up, Char('k')], Command::Up, "", "한 줄 위로 돌아가요"),
    key(Reader, &[Char(']')], Command::NextHeading, "", "다음 제목으로 가요"),
    key(Reader, &[Char('[')], Command::PreviousHeading, "", "앞 제목으로 돌아가요"),
    key(Reader, &[Home, Char('g')], Command::Top, "", "맨 위로 가요"),
    key(Reader, &[End, Char('G')], Command::Bottom, "", "맨 아래로 가요"),
    key(Reader, &[Backspace], Command::Back, "", "링크로 오기 전의 학습으로 돌아가요"),
    key(Checks, &[Enter], Command::Why, "왜?", "고른 확인이 왜 그런지 봐요"),
    key(Checks, &[Char(' ')], Command::ToggleFold, "", "단계를 펴거나 접어요"),
    key(Checks, &[Right], Command::Unfold, "", "단계를 펴요"),
    key(Checks, &[Left], Command::Fold, "", "단계를 접어요"),
    key(Checks, &[Down, Char('j')], Command::Down, "", "아래로 가요"),
    key(Checks, &[Up, Char('k')], Command::Up, "", "위로 가요"),
    key(Checks, &[PageDown], Command::PageDown, "", "여러 줄 아래로 가요"),
    key(Checks, &[PageUp, Char('b')], Command::PageUp, "", "여러 줄 위로 가요"),
    key(Checks, &[Home, Char('g')], Command::Top, "", "맨 위로 가요"),
    key(Checks, &[End, Char('G')], Command::Bottom, "", "맨 아래로 가요"),
    key(Anywhere, &[Char('s')], Command::Start, "실습 시작", "실습을 시작해요. 무엇이 생기는지 먼저 물어요"),
    key(Anywhere, &[Char('h')], Command::Hint, "힌트", "힌트를 한 단계씩 더 보여요"),
    key(Anywhere, &[Char('a')], Command::Answer, "답하기", "물음에 답을 써요"),
    key(Anywhere, &[Char('m')], Command::Mark, "직접 표시", "스스로 확인한 것에 표시해요"),
    key(Anywhere, &[Char('y')], Command::Copy, "복사", "보이는 명령이나 코드를 복사해요. 다시 누르면 그 다음 것"),
    key(Anywhere, &[Char('n')], Command::Next, "다음", "다음 할 일로 가요"),
    key(Anywhere, &[Tab], Command::FocusNext, "옮기기", "다음 칸으로 옮겨요"),
    key(Anywhere, &[BackTab], Command::FocusPrevious, "", "앞 칸으로 옮겨요"),
    key(Anywhere, &[Char('z')], Command::HideTree, "", "과정 칸을 숨기거나 보여요"),
    key(Anywhere, &[Char('L')], Command::Level, "", "수준을 바꿔요 (초급, 중급, 고급)"),
    key(Anywhere, &[Char('r')], Command::Reset, "", "실습을 처음 상태로 되돌려요. 무엇을 지우는지 먼저 물어요"),
    key(Anywhere, &[Char('x')], Command::Stop, "그만두기", "실습을 끝내고 만든 것을 지워요. 준비하는 중이면 그만둬요"),
    key(Anywhere, &[Esc], Command::Close, "", "창이나 알림을 닫아요"),
    key(Anywhere, &[Char('?'), F(1)], Command::Help, "도움말", "모든 키를 보여요"),
    key(Anywhere, &[Char('q'), Ctrl('c')], Command::Quit, "끝", "읽던 곳을 저장하고 나가요"),
    key(Anywhere, &[Ctrl('z')], Command::Suspend, "", "잠시 셸로 나가요 (fg로 돌아와요)"),
    key(Anywhere, &[Ctrl('l')], Command::Redraw, "", "화면을 다시 그려요"),
    key(Popup, &[Esc, Enter, Char('q'), Char('?')], Command::Close, "닫기", ""),
    key(Popup, &[Char('h')], Command::Hint, "힌트", ""),
    key(Popup, &[Char('y')], Command::Copy, "복사", ""),
    key(Popup, &[Down, Char('j')], Command::Down, "", ""),
    key(Popup, &[Up, Char('k')], Command::Up, "", ""),
    key(Popup, &[PageDown, Char(' ')], Command::PageDown, "", ""),
    key(Popup, &[PageUp, Char('b')], Command::PageUp, "", ""),
    key(Popup, &[Ctrl('c')], Command::Quit, "", ""),
    key(Confirm, &[Enter, Char('y')], Command::Confirm, "예", ""),
    key(Confirm, &[Esc, Char('n'), Char('q')], Command::Close, "아니요", ""),
    key(Confirm, &[Down, Char('j')], Command::Down, "", ""),
    key(Confirm, &[Up, Char('k')], Command::Up, "", ""),
    key(Confirm, &[Ctrl('c')], Command::Quit, "", ""),
];
