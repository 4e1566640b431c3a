//! A terminal on which images are cells: after whatever happens, the screen shows of each image what is in sight, where
//! it is in sight, and nothing of it anywhere else.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::sixel::tests::decode;
use super::{Graphics, paint, picture};
use crate::app::look::{Imaging, Protocol};
use crate::app::{App, Effect, Look, Message, Opened};
use crate::course::{Curriculum, parent};
use crate::files::Tree;
use crate::keymap::Key;
use crate::lab::Level;
use crate::progress::Progress;
use crate::{text, ui};

/// Pixels of a cell.
const CELL: (u16, u16) = (4, 8);
/// Cells of the image.
const IMAGE: (u16, u16) = (6, 5);

/// The color of a row of the image.
fn color(row: u16) -> [u8; 3] {
    [u8::try_from(row * 20).unwrap(), 100, 20]
}

fn course() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let words: String = (0..40).map(|i| format!("글 {i}이에요.\n\n")).collect();
    let image = image::RgbImage::from_fn(u32::from(IMAGE.0 * CELL.0), u32::from(IMAGE.1 * CELL.1), |_, y| {
        let row = u16::try_from(y / u32::from(CELL.1)).unwrap();
        image::Rgb(color(row).map(|shade| u8::try_from((u16::from(shade) * 255 + 50) / 100).unwrap()))
    });
    image.save(folder.path().join("a.png")).unwrap();
    let page =
        format!("---\nid: a\ntitle: 첫째\n---\n# 첫째\n\n{words}- ![그것](a.png)\n\n글\n\n![또](a.png)\n\n{words}");
    std::fs::write(folder.path().join("a.md"), page).unwrap();
    std::fs::write(folder.path().join("b.md"), format!("---\nid: b\ntitle: 둘째\n---\n# 둘째\n\n{words}")).unwrap();
    folder
}

/// A program, and the terminal it runs on.
struct Screen {
    app: App,
    content: Tree,
    graphics: Graphics,
    terminal: Terminal<TestBackend>,
    cells: Buffer,
    /// Where something of an image is: the color of that row.
    images: BTreeMap<(u16, u16), [u8; 3]>,
    drawn: usize,
}

impl Screen {
    fn new(content: Tree) -> Self {
        let imaging =
            Imaging { protocol: Protocol::Sixel, cell: Some(CELL), measured: None, registers: 0, paper: None };
        let look = Look { images: Some(imaging), ..Look::default() };
        let app = App::new(Curriculum::load(&content).0, Progress::default(), look, Level::Beginner);
        let terminal = Terminal::new(TestBackend::new(100, 30)).unwrap();
        let mut screen = Self {
            app,
            content,
            graphics: Graphics::default(),
            terminal,
            cells: Buffer::empty(Rect::default()),
            images: BTreeMap::new(),
            drawn: 0,
        };
        screen.happens(Message::Resize(100, 30));
        let effects = screen.app.start();
        screen.perform(effects);
        screen.frame();
        screen
    }

    fn happens(&mut self, message: Message) {
        let effects = self.app.update(message);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let message = match effect {
                Effect::Open(node) => {
                    let path = self.app.curriculum.nodes[node].path.clone().unwrap();
                    Message::Opened(Box::new(Opened { node, text: Ok(self.content.read(&path).unwrap()) }))
                }
                Effect::Images(node, paths) => {
                    let folder = parent(self.app.curriculum.nodes[node].path.as_deref().unwrap()).to_owned();
                    Message::Images(Box::new(picture::read(&self.content, node, &folder, paths, Some(CELL))))
                }
                Effect::Paint(job) => Message::Painted(Box::new(job.done(paint::paint(&job, None)))),
                _ => continue,
            };
            self.happens(message);
        }
    }

    /// As the loop draws, on a terminal on which what is written over an image takes it away.
    fn frame(&mut self) {
        let before = self.graphics.before(&self.app);
        let area = Rect::new(0, 0, self.app.size.0, self.app.size.1);
        if area != self.cells.area {
            self.cells = Buffer::empty(area);
            self.images.clear();
        }
        let next = self.terminal.draw(|frame| ui::draw(&self.app, frame)).unwrap().buffer.clone();
        for (x, y, cell) in self.cells.diff(&next) {
            for x in x..x + u16::try_from(text::width(cell.symbol())).unwrap() {
                self.images.remove(&(x, y));
            }
        }
        self.cells = next;
        let after = self.graphics.after(&self.app);
        assert_eq!(before.is_empty(), after.is_empty(), "the terminal is held and let go");
        for picture in after.split_inclusive("\x1b\\").filter(|picture| picture.contains('\x1b')) {
            let Some((place, sixels)) = picture.split_once('H') else { continue };
            let (row, column) = place.strip_prefix("\x1b[").unwrap().split_once(';').unwrap();
            let (row, column): (u16, u16) = (row.parse().unwrap(), column.parse().unwrap());
            let ((width, height), pixels) = decode(sixels);
            self.drawn += 1;
            for y in 0..height / usize::from(CELL.1) {
                for x in 0..width / usize::from(CELL.0) {
                    let pixel = pixels[y * usize::from(CELL.1) * width + x * usize::from(CELL.0)].unwrap();
                    let at = (column - 1 + u16::try_from(x).unwrap(), row - 1 + u16::try_from(y).unwrap());
                    self.images.insert(at, pixel);
                }
            }
        }
    }

    fn check(&self) {
        let mut expected = BTreeMap::new();
        for place in self.app.image_places() {
            for row in 0..place.cells.1 {
                for column in 0..place.cells.0 {
                    let at = (place.at.0 + column, place.at.1 + row);
                    expected.insert(at, color(place.first + row));
                    assert_eq!(self.cells[at].symbol(), " ", "nothing is written where an image is");
                }
            }
        }
        assert_eq!(self.images, expected, "{:?}", self.cells);
    }
}

/// Something that happens.
#[derive(Clone, Debug)]
enum Step {
    Key(Key),
    Resize(u16, u16),
    /// The terminal is given back and taken again.
    Redraw,
}

fn step() -> impl Strategy<Value = Step> {
    let keys = [
        Key::Char('j'),
        Key::Char('k'),
        Key::PageDown,
        Key::PageUp,
        Key::Char('G'),
        Key::Char('g'),
        Key::Char('?'),
        Key::Char('/'),
        Key::Char('b'),
        Key::Esc,
        Key::Tab,
        Key::Enter,
        Key::Down,
        Key::Up,
        Key::Char('f'),
    ];
    prop_oneof![
        12 => proptest::sample::select(keys.to_vec()).prop_map(Step::Key),
        2 => (30u16..140, 8u16..50).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
        1 => Just(Step::Redraw),
    ]
}

#[test]
fn scrolling_popups_and_other_sizes_leave_nothing_behind() {
    let folder = course();
    let mut screen = Screen::new(Tree::Folder(folder.path().to_owned()));
    screen.check();
    assert!(screen.images.is_empty(), "it is further down");
    let mut in_sight = 0;
    let mut go = |screen: &mut Screen, message: Message| {
        screen.happens(message);
        screen.frame();
        screen.check();
        in_sight = in_sight.max(screen.images.len());
    };
    go(&mut screen, Message::Key(Key::Tab));
    for _ in 0..90 {
        go(&mut screen, Message::Key(Key::Char('j')));
    }
    for _ in 0..30 {
        go(&mut screen, Message::Key(Key::Char('k')));
    }
    while screen.images.is_empty() {
        go(&mut screen, Message::Key(Key::Char('k')));
    }
    let drawn = screen.drawn;
    go(&mut screen, Message::Clock(1));
    assert_eq!(screen.drawn, drawn, "what is there already is not drawn again");
    for key in ['?', '/'] {
        go(&mut screen, Message::Key(Key::Char(key)));
        assert!(screen.images.is_empty(), "a popup can be read");
        go(&mut screen, Message::Key(Key::Esc));
        assert!(!screen.images.is_empty());
    }
    for size in [(80, 24), (39, 11), (120, 40)] {
        screen.terminal.backend_mut().resize(size.0, size.1);
        go(&mut screen, Message::Resize(size.0, size.1));
    }
    assert!(in_sight >= usize::from(IMAGE.0 * IMAGE.1), "{in_sight}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_happens_an_image_is_where_it_belongs(steps in proptest::collection::vec(step(), 1..40)) {
        let folder = course();
        let mut screen = Screen::new(Tree::Folder(folder.path().to_owned()));
        screen.happens(Message::Key(Key::Tab));
        for _ in 0..40 {
            screen.happens(Message::Key(Key::Char('j')));
        }
        for step in steps {
            match step {
                Step::Key(key) => screen.happens(Message::Key(key)),
                Step::Resize(columns, rows) => {
                    screen.terminal.backend_mut().resize(columns, rows);
                    screen.happens(Message::Resize(columns, rows));
                }
                Step::Redraw => {
                    screen.graphics.forget();
                    screen.images.clear();
                    screen.cells = Buffer::empty(screen.cells.area);
                    screen.terminal.clear().unwrap();
                }
            }
            screen.frame();
            screen.check();
        }
    }
}
