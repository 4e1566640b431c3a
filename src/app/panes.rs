//! Where the panes are at a size. State and view ask the same function, so a click lands on what was drawn.

use ratatui::layout::Rect;

/// A pane that can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// The curriculum.
    Tree,
    /// The lesson.
    Reader,
    /// The checks of the lesson's lab.
    Checks,
    /// The shell.
    Shell,
}

/// Where the shell's pane is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Nowhere.
    #[default]
    Away,
    /// Below the lesson.
    Below,
    /// It has the whole screen.
    Whole,
}

/// Cells of the tree, its rule not counted.
pub const TREE: u16 = 28;
/// Cells of the checks, their rule not counted.
pub const CHECKS: u16 = 34;
/// Below so many columns there is one pane at a time.
pub const WIDE: u16 = 90;
/// Less than this the lesson cannot be read beside both others.
const READER: u16 = 44;

/// The panes as laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Panes {
    /// The curriculum, its header row included.
    pub tree: Option<Rect>,
    /// The lesson, its header row included.
    pub reader: Option<Rect>,
    /// The checks, their header row included.
    pub checks: Option<Rect>,
    /// The shell, its header row included.
    pub shell: Option<Rect>,
    /// The row of the rule between the lesson and the shell.
    pub across: Option<u16>,
    /// Columns of the vertical rules.
    pub rules: Vec<u16>,
    /// The row of the strip with the panes' names and the verdict counts (one pane at a time).
    pub strip: Option<u16>,
    /// The row of the rule above the strip and the footer.
    pub rule: u16,
    /// The row of the footer.
    pub footer: u16,
}

impl Panes {
    /// The body of a pane: what is below its header row and the blank one.
    pub fn body(pane: Rect) -> Rect {
        let head = if pane.height > 12 { 2 } else { 1 };
        let head = head.min(pane.height);
        Rect { y: pane.y + head, height: pane.height - head, ..pane }
    }

    /// The shell's screen within its pane: a header row, and a cell to spare on either side.
    pub fn sheet(pane: Rect) -> Rect {
        let width = pane.width.saturating_sub(2);
        Rect { x: pane.x + 1, y: pane.y + 1, width, height: pane.height.saturating_sub(1) }
    }

    /// Too small to draw anything but that.
    pub fn too_small(size: (u16, u16)) -> bool {
        size.0 < 40 || size.1 < 12
    }

    /// The panes at a size.
    pub fn at(size: (u16, u16), focus: Focus, tree_hidden: bool, has_lab: bool, shell: Place) -> Self {
        let (width, height) = size;
        if Self::too_small(size) {
            return Self::default();
        }
        let mut panes = Self { rule: height - 2, footer: height - 1, ..Self::default() };
        if width < WIDE {
            // Below the rule: above it, its names would read as the lesson's last line.
            panes.rule = height - 3;
            panes.strip = Some(height - 2);
            let whole = Some(Rect { x: 0, y: 0, width, height: height - 3 });
            match focus {
                Focus::Tree => panes.tree = whole,
                Focus::Checks if has_lab => panes.checks = whole,
                Focus::Shell if shell != Place::Away => panes.shell = whole,
                Focus::Reader | Focus::Checks | Focus::Shell => panes.reader = whole,
            }
            return panes;
        }
        if shell == Place::Whole {
            panes.shell = Some(Rect { x: 0, y: 0, width, height: height - 2 });
            return panes;
        }
        let mut tree = !tree_hidden;
        let mut checks = has_lab;
        if tree && checks && width < TREE + CHECKS + 2 + READER {
            // Not room for three: the tree steps back unless it is being used.
            if focus == Focus::Tree { checks = false } else { tree = false }
        }
        let body = height - 2;
        let mut left = 0;
        let mut right = width;
        if tree {
            panes.tree = Some(Rect { x: 0, y: 0, width: TREE, height: body });
            panes.rules.push(TREE);
            left = TREE + 1;
        }
        if checks {
            right = width - CHECKS - 1;
            panes.rules.push(right);
            panes.checks = Some(Rect { x: right + 1, y: 0, width: CHECKS, height: body });
        }
        let mut reader = Rect { x: left, y: 0, width: right - left, height: body };
        if shell == Place::Below {
            let third = body.div_ceil(3);
            reader.height = body - third - 1;
            panes.across = Some(reader.height);
            panes.shell = Some(Rect { y: reader.height + 1, height: third, ..reader });
        }
        panes.reader = Some(reader);
        panes
    }

    /// Which pane is at a cell.
    pub fn hit(&self, column: u16, row: u16) -> Option<(Focus, Rect)> {
        let panes = [
            (Focus::Tree, self.tree),
            (Focus::Reader, self.reader),
            (Focus::Checks, self.checks),
            (Focus::Shell, self.shell),
        ];
        panes
            .into_iter()
            .find_map(|(focus, area)| area.filter(|a| a.contains((column, row).into())).map(|a| (focus, a)))
    }
}

impl super::App {
    /// The panes at the present size.
    pub fn panes(&self) -> Panes {
        let shell = self.shell.place(self.focus == Focus::Shell);
        Panes::at(self.size, self.focus, self.tree.hidden, self.has_lab(), shell)
    }

    /// The open lesson has a lab.
    pub fn has_lab(&self) -> bool {
        self.checks.lab.is_some() || self.checks.broken.is_some() || self.checks.loading
    }
}

/// Where a popup lies, its frame included: over the checks if it is about one, else in the middle.
pub fn popup_area(app: &super::App, popup: &super::popup::Popup) -> Rect {
    let (width, height) = app.size;
    if matches!(popup.kind, super::popup::Kind::Picker(_)) {
        // It stays as it is while it is typed into.
        let (wide, tall) = (width.saturating_sub(4).min(100), height.saturating_sub(4).clamp(3, 30));
        let left = (width - wide) / 2;
        return Rect { x: left, y: height.saturating_sub(2 + tall) / 2, width: wide, height: tall };
    }
    let panes = app.panes();
    let aside = popup.aside().then_some(panes.checks).flatten().filter(|_| width >= WIDE);
    let most = match aside {
        Some(checks) => checks.width,
        None => width.saturating_sub(4).min(66),
    };
    let rows = super::popup::rows(app, popup, usize::from(most.saturating_sub(4))).len();
    let room = height.saturating_sub(4).max(3);
    let tall = u16::try_from(rows + 2).unwrap_or(u16::MAX).min(room);
    match aside {
        Some(checks) => Rect { x: checks.x, y: 1, width: most, height: tall },
        None => Rect { x: (width - most) / 2, y: (height.saturating_sub(2 + tall)) / 2, width: most, height: tall },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(size: (u16, u16), focus: Focus, has_lab: bool, widths: [u16; 3]) {
        let panes = Panes::at(size, focus, false, has_lab, Place::Away);
        let width = |pane: Option<Rect>| pane.map_or(0, |p| p.width);
        assert_eq!([width(panes.tree), width(panes.reader), width(panes.checks)], widths);
    }

    #[test]
    fn the_shell_has_a_third_below_the_lesson_a_screen_or_a_tab() {
        #[track_caller]
        fn check(size: (u16, u16), focus: Focus, place: Place, lesson: (u16, u16), shell: (u16, u16)) {
            let panes = Panes::at(size, focus, false, true, place);
            let size = |pane: Option<Rect>| pane.map_or((0, 0), |p| (p.width, p.height));
            assert_eq!((size(panes.reader), size(panes.shell)), (lesson, shell));
        }
        check((120, 36), Focus::Reader, Place::Below, (56, 21), (56, 12));
        check((120, 36), Focus::Shell, Place::Below, (56, 21), (56, 12));
        check((120, 36), Focus::Shell, Place::Whole, (0, 0), (120, 34));
        check((90, 12), Focus::Reader, Place::Below, (55, 5), (55, 4));
        check((80, 24), Focus::Reader, Place::Below, (80, 21), (0, 0));
        check((80, 24), Focus::Shell, Place::Below, (0, 0), (80, 21));
        check((80, 24), Focus::Shell, Place::Away, (80, 21), (0, 0));
    }

    #[test]
    fn panes_follow_the_width() {
        check((120, 36), Focus::Reader, true, [28, 56, 34]);
        check((120, 36), Focus::Reader, false, [28, 91, 0]);
        check((92, 30), Focus::Reader, true, [0, 57, 34]);
        check((92, 30), Focus::Tree, true, [28, 63, 0]);
        check((80, 24), Focus::Reader, true, [0, 80, 0]);
        check((80, 24), Focus::Checks, true, [0, 0, 80]);
        check((80, 24), Focus::Checks, false, [0, 80, 0]);
        check((39, 24), Focus::Reader, true, [0, 0, 0]);
    }
}
