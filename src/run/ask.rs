//! Asks the terminal how it looks and how wide it draws, and goes on meanwhile: the first frame waits for nothing. Until
//! the answers are there the terminal is read here; then the terminal library reads it, and an answer that comes
//! later still is picked out of its events.

use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};
use futures::Stream;
use futures::stream::poll_fn;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::stdio::stdin;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::answer::{Answer, Heard, Place, background, kitty, question};
use super::bytes::{Decoder, Item};
use super::claim::{Around, program};
use super::input::Input;
use super::terminal;
use crate::app::look::{Answers, Wish};

/// The screen goes on while it is asked, so that a terminal at the other end of the world, or a busy one, is heard too.
const SCREEN: Duration = Duration::from_secs(2);
/// A command waits for the answer, so it does not wait long.
const COMMAND: Duration = Duration::from_millis(100);
/// After this nothing more belongs to a sequence that has begun.
const QUIET: Duration = Duration::from_millis(30);

/// What happens on the terminal: first, if it was asked, its answers and the keys between them, then the library's
/// events. Read by a thread of its own: the library's stream, asked while it waits, gives the processor away several
/// times before it answers, and on a busy machine that is a tenth of a second each time.
///
/// # Errors
/// When there can be no thread.
pub fn input(asked: bool, wish: Wish) -> io::Result<impl Stream<Item = io::Result<Input>> + Unpin> {
    let (sender, mut receiver) = unbounded_channel();
    std::thread::Builder::new().name("input".into()).spawn(move || {
        let around = terminal::around(&wish);
        if asked {
            listen(&wish, &around, &sender);
            // A change of size that nobody was told of.
            let size = crossterm::terminal::size();
            let _gone = sender.send(size.map(|(columns, rows)| Input::Event(Event::Resize(columns, rows))));
        }
        let mut late = Late { wish, around, text: None };
        loop {
            let input = match crossterm::event::read() {
                Ok(event) => late.take(event).map(Ok),
                Err(error) => Some(Err(error)),
            };
            let failed = matches!(input, Some(Err(_)));
            if input.is_some_and(|input| sender.send(input).is_err()) || failed {
                return;
            }
        }
    })?;
    Ok(poll_fn(move |context| receiver.poll_recv(context)))
}

/// Reads the terminal until it has answered or the time is over.
fn listen(wish: &Wish, around: &Around, sender: &UnboundedSender<io::Result<Input>>) {
    let mut heard = Heard::default();
    let failed = read(SCREEN, |item| match item {
        Item::Answer(answer) => heard.take(answer),
        Item::Event(event) => {
            let _gone = sender.send(Ok(Input::Event(event)));
            false
        }
    });
    match failed {
        Err(error) => {
            let _gone = sender.send(Err(error));
        }
        Ok(ended) => {
            if ended {
                terminal::answered();
            }
            let answers = heard.answers(wish, around);
            if answers != Answers::default() {
                let _gone = sender.send(Ok(Input::Answers(answers)));
            }
        }
    }
}

/// Asks before a command prints, and waits for the answer a tenth of a second at most. Nothing is asked where nobody
/// would answer: without a terminal at both ends, in the background, or when keys are waiting already.
pub fn ask(wish: &Wish) -> Answers {
    let Some(question) = question(wish, Place::Line, false).filter(|_| terminal::talks()) else {
        return Answers::default();
    };
    let mut heard = Heard::default();
    let asked = terminal::raw(|| {
        if ready(Duration::ZERO)? {
            return Ok(());
        }
        terminal::write(&question)?;
        read(COMMAND, |item| matches!(item, Item::Answer(answer) if heard.take(answer))).map(|_| ())
    });
    // A terminal that cannot be asked is one that does not answer.
    asked.map(|()| heard.answers(wish, &Around::default())).unwrap_or_default()
}

/// Gives what comes to `take` until it says that it was the last, or for so long; whether the last came.
fn read(limit: Duration, mut take: impl FnMut(Item) -> bool) -> io::Result<bool> {
    let end = Instant::now() + limit;
    let mut decoder = Decoder::default();
    let mut ended = false;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let wait = match (decoder.pending(), ended) {
            (true, _) => QUIET,
            (false, true) => return Ok(true),
            (false, false) if left.is_zero() => return Ok(false),
            (false, false) => left,
        };
        if !ready(wait)? {
            ended |= decoder.quiet().is_some_and(&mut take);
            continue;
        }
        let mut bytes = [0; 1024];
        let count = match rustix::io::read(stdin(), &mut bytes) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => count,
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => continue,
            Err(error) => return Err(error.into()),
        };
        for item in decoder.push(bytes.get(..count).unwrap_or(&[])) {
            ended |= take(item);
        }
    }
}

/// Waits so long for something to read.
fn ready(wait: Duration) -> io::Result<bool> {
    let input = stdin();
    let mut files = [PollFd::new(&input, PollFlags::IN)];
    let wait = Timespec::try_from(wait).map_err(|_| io::ErrorKind::InvalidInput)?;
    match poll(&mut files, Some(&wait)) {
        Ok(count) => Ok(count > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Picks a background and the like out of the library's events, which takes it for `Alt-]` and letters. (Columns, pixels
/// and the end it swallows by itself.)
struct Late {
    wish: Wish,
    around: Around,
    text: Option<String>,
}

impl Late {
    /// What an event is; nothing while it may be part of an answer.
    fn take(&mut self, event: Event) -> Option<Input> {
        let Event::Key(key) = event else { return Some(Input::Event(event)) };
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let bell = key.code == KeyCode::Char('g') && key.modifiers.contains(KeyModifiers::CONTROL);
        match (self.text.take(), key.code) {
            _ if key.kind == KeyEventKind::Release => Some(Input::Event(event)),
            (None, KeyCode::Char(c @ (']' | '_' | 'P'))) if alt => {
                self.text = Some(c.into());
                None
            }
            (None, _) => Some(Input::Event(event)),
            (Some(text), KeyCode::Char(c)) if bell || (alt && c == '\\') => {
                let mut heard = Heard::default();
                heard.take(meaning(&text)?);
                let answers = heard.answers(&self.wish, &self.around);
                (answers != Answers::default()).then_some(Input::Answers(answers))
            }
            (Some(mut text), KeyCode::Char(c)) if !alt && part(&text, c) => {
                text.push(c);
                self.text = Some(text);
                None
            }
            (Some(_), _) => Some(Input::Event(event)),
        }
    }
}

/// What a string says, its kind before it.
fn meaning(text: &str) -> Option<Answer> {
    match text.split_at_checked(1)? {
        ("]", osc) => background(osc),
        ("P", dcs) => program(dcs).map(Answer::Program),
        (_, apc) => kitty(apc),
    }
}

/// The character goes on with what may be a background, a name, or the answer about images.
fn part(text: &str, c: char) -> bool {
    let osc = text.starts_with(']');
    let start = match text.chars().next() {
        Some(']') => "]11;",
        Some('P') => "P>|",
        _ => "_Gi=31;",
    };
    match start.chars().nth(text.len()) {
        Some(expected) => c == expected,
        None if osc => text.len() < 41 && (c.is_ascii_hexdigit() || "rgba:/#".contains(c)),
        None => text.len() < 200 && (c.is_ascii_graphic() || c == ' '),
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyEvent;

    use super::*;
    use crate::app::look::{Protocol, Theme};

    /// Events as the library makes them of bytes.
    fn events(text: &str) -> Vec<Event> {
        let key = |code, modifiers| Event::Key(KeyEvent::new(code, modifiers));
        let mut escaped = false;
        let mut out = Vec::new();
        for c in text.chars() {
            match c {
                '\x1b' => escaped = true,
                '\x07' => out.push(key(KeyCode::Char('g'), KeyModifiers::CONTROL)),
                c => {
                    let modifiers = if std::mem::take(&mut escaped) { KeyModifiers::ALT } else { KeyModifiers::NONE };
                    out.push(key(KeyCode::Char(c), modifiers));
                }
            }
        }
        out
    }

    #[track_caller]
    fn check(wish: Wish, text: &str, keys: &str, theme: Option<Theme>) {
        let mut late = Late { wish, around: Around::default(), text: None };
        let (mut typed, mut heard) = (String::new(), None);
        for input in events(text).into_iter().filter_map(|event| late.take(event)) {
            match input {
                Input::Answers(answers) => heard = answers.theme,
                Input::Event(Event::Key(key)) => typed.extend(key.code.as_char()),
                Input::Event(other) => panic!("{other:?}"),
            }
        }
        assert_eq!((typed.as_str(), heard), (keys, theme), "{text:?}");
    }

    #[test]
    fn a_late_word_about_images_is_heard_and_never_typed() {
        #[track_caller]
        fn check(text: &str, keys: &str, expected: Option<Protocol>) {
            let around = Around { images: true, ..Around::default() };
            let mut late = Late { wish: Wish::default(), around, text: None };
            let (mut typed, mut heard) = (String::new(), None);
            for input in events(text).into_iter().filter_map(|event| late.take(event)) {
                match input {
                    Input::Answers(answers) => heard = answers.images.map(|imaging| imaging.protocol),
                    Input::Event(event) => typed.extend(event.as_key_event().and_then(|key| key.code.as_char())),
                }
            }
            assert_eq!((typed.as_str(), heard), (keys, expected), "{text:?}");
        }
        check("j\x1b_Gi=31;OK\x1b\\k", "jk", Some(Protocol::Kitty));
        check("j\x1b_Gi=31;ENOTSUP: no\x1b\\k", "jk", None);
        check("\x1b_q", "q", None);
        check("j\x1bP>|WezTerm 20240203 (q)\x1b\\k", "jk", Some(Protocol::Iterm));
        check("j\x1bP>|XTerm(390)\x1b\\k", "jk", None);
        check("\x1bPq", "q", None);
    }

    #[test]
    fn a_late_background_is_heard_and_never_typed() {
        let free = Wish::default();
        check(free, "j\x1b]11;rgb:ffff/ffff/ffff\x07k", "jk", Some(Theme::Light));
        check(free, "\x1b]11;rgb:0000/0000/0000\x1b\\q", "q", Some(Theme::Dark));
        check(free, "\x1b]11;rgb:zz", "zz", None);
        check(free, "\x1b]q", "q", None);
        check(free, "11;rgb:", "11;rgb:", None);
        check(Wish { theme: Some(Theme::Dark), ..free }, "\x1b]11;rgb:ffff/ffff/ffff\x07k", "k", None);
    }
}
