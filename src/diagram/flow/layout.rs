//! A chart laid out: each subgraph by itself, and then as a node of what is around it.

use std::collections::BTreeMap;

use super::layers::{Slot, What, layers, middle, signed};
use super::model::{Chart, End};
use super::order::order;
use super::rank::ranks;
use super::route::{Gaps, Scene, route};
use super::sheet::{Frame, Sheet};
use super::tree::{Pin, Scope, Tree};
use crate::diagram::canvas::{Corners, Stroke, Toward};
use crate::text::{Role, ranges, width};

/// How tightly to lay out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Small gaps.
    pub tight: bool,
    /// Cells of a label's row at most.
    pub wrap: usize,
    /// Cells for the items of one rank, where ranks are rows of the screen.
    pub budget: Option<usize>,
}

/// What a scope is laid out with.
pub struct Plan<'a> {
    pub chart: &'a Chart,
    pub tree: &'a Tree,
    pub fit: Fit,
    /// Cells that the picture may be wide.
    pub limit: usize,
    /// Marks behind the labels of what is told below the picture.
    pub marks: BTreeMap<End, String>,
}

/// A word of so many cells stays whole.
const WORD: usize = 16;
/// More cells than this are no picture.
const CELLS: i64 = 1_500_000;

/// Why there is no layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It would be wider than it may.
    Wide,
    /// It would be too much for a picture.
    Tangled,
}

/// Lays the whole chart out.
pub fn layout(plan: &Plan<'_>) -> Result<Sheet, Unfit> {
    let mut sheets: Vec<Sheet> = vec![Sheet::default(); plan.tree.scopes.len()];
    // Subgraphs stand behind those around them.
    for (number, scope) in plan.tree.scopes.iter().enumerate().rev() {
        let mut sheet = lay(plan, scope, number.checked_sub(1), &sheets)?;
        if let Some(group) = number.checked_sub(1) {
            enframe(plan, &mut sheet, group, scope.direction.is_horizontal());
        }
        if sheet.columns.saturating_mul(sheet.rows) > CELLS {
            return Err(Unfit::Tangled);
        }
        if sheet.width() > plan.limit {
            return Err(Unfit::Wide);
        }
        if let Some(place) = sheets.get_mut(number) {
            *place = sheet;
        }
    }
    sheets.into_iter().next().ok_or(Unfit::Tangled)
}

/// The rows of a label in at most so many cells, as even as that allows.
pub fn wrapped(label: &[String], cells: usize) -> Vec<String> {
    let cut = |row: &String, cells: usize| -> Vec<String> {
        ranges(row, cells).into_iter().filter_map(|range| row.get(range)).map(str::to_owned).collect()
    };
    let mut out = Vec::new();
    for row in label {
        // A word is cut only when it is a path or an image's name.
        let longest = row.split(' ').map(width).max().unwrap_or(0);
        let cells = cells.max(longest.min(WORD));
        if width(row) <= cells {
            out.push(row.clone());
            continue;
        }
        let rows = cut(row, cells);
        let least = (width(row) / rows.len().max(1)).clamp(1, cells);
        let even = (least..cells).map(|cells| (cells, cut(row, cells))).find(|(cells, even)| {
            even.len() == rows.len() && even.iter().all(|row| width(row) <= *cells) && whole(row, even)
        });
        out.extend(even.map_or(rows, |(_, even)| even));
    }
    out
}

/// No word was cut that need not be.
fn whole(row: &str, rows: &[String]) -> bool {
    rows.iter().map(|row| row.split_whitespace().count()).sum::<usize>() == row.split_whitespace().count()
}

fn widest(rows: &[String]) -> usize {
    rows.iter().map(|row| width(row)).max().unwrap_or(0)
}

/// The label with its mark.
fn marked(plan: &Plan<'_>, end: End, label: &[String]) -> Vec<String> {
    let mut label = label.to_vec();
    if let Some(mark) = plan.marks.get(&end) {
        match label.last_mut() {
            Some(last) => {
                last.push(' ');
                last.push_str(mark);
            }
            None => label.push(mark.clone()),
        }
    }
    label
}

/// The links that end at each side of an item, as far as they need a place of their own.
fn pins(scope: &Scope) -> BTreeMap<usize, (usize, usize)> {
    let mut keys: BTreeMap<usize, (Vec<usize>, usize)> = BTreeMap::new();
    let at = |pin: &Pin| pin.item;
    for edge in &scope.edges {
        if let Some(item) = at(&edge.upper) {
            let keys = &mut keys.entry(item).or_default().0;
            if !keys.contains(&edge.upper.key) {
                keys.push(edge.upper.key);
            }
        }
        if let Some(item) = at(&edge.lower) {
            keys.entry(item).or_default().1 += 1;
        }
    }
    keys.into_iter().map(|(item, (exits, entries))| (item, (exits.len(), entries))).collect()
}

/// Columns and rows a subgraph needs at least, for the links at its frame.
fn room(plan: &Plan<'_>, group: usize) -> (usize, usize) {
    let outer = plan.chart.around(End::Group(group)).map_or(0, |group| group + 1);
    let Some(scope) = plan.tree.scopes.get(outer) else { return (0, 0) };
    let Some(item) = scope.items.iter().position(|end| *end == End::Group(group)) else { return (0, 0) };
    let (exits, entries) = pins(scope).get(&item).copied().unwrap_or((0, 0));
    let most = exits.max(entries);
    if scope.direction.is_horizontal() { (0, most + 2) } else { (2 * most + 1, 0) }
}

fn lay(plan: &Plan<'_>, scope: &Scope, group: Option<usize>, sheets: &[Sheet]) -> Result<Sheet, Unfit> {
    let horizontal = scope.direction.is_horizontal();
    let pins = pins(scope);
    let mut slots = Vec::with_capacity(scope.items.len());
    let mut bodies = Vec::with_capacity(scope.items.len());
    for (number, end) in scope.items.iter().enumerate() {
        let (exits, entries) = pins.get(&number).copied().unwrap_or((0, 0));
        let most = exits.max(entries);
        let body = match *end {
            End::Node(node) => Body::node(plan, node, if horizontal { (0, most) } else { (most, 0) }, horizontal),
            End::Group(group) => {
                let size = sheets.get(group + 1).map_or((0, 0), |sheet| (sheet.width(), sheet.height()));
                Body { size, outer: size, rows: Vec::new(), repeat: None }
            }
        };
        let fixed = match *end {
            End::Group(group) => sheets.get(group + 1).map(|sheet| sheet.ports.clone()).unwrap_or_default(),
            End::Node(_) => Vec::new(),
        };
        let turned = |(columns, rows): (usize, usize)| if horizontal { (rows, columns) } else { (columns, rows) };
        let (cross, main) = turned(body.outer);
        slots.push(Slot { what: What::Item(number), cross, main, body: turned(body.size).0, fixed });
        bodies.push(body);
    }
    let spans = scope.edges.iter().filter_map(|edge| Some((edge.upper.item?, edge.lower.item?, edge.length)));
    let spans: Vec<_> = spans.chain(scope.order.iter().copied()).collect();
    let gap = if plan.fit.tight { 2 } else { 3 };
    let sizes: Vec<usize> = slots.iter().map(|slot| slot.cross + gap).collect();
    let depth = group.map_or(0, |group| depth(plan.chart, group));
    let budget = plan.fit.budget.filter(|_| !horizontal).map(|budget| budget.saturating_sub(4 * depth).max(8) + gap);
    let ranks = ranks(&sizes, &spans, budget);
    let label = |link: usize| {
        let rows = wrapped(&plan.chart.links.get(link)?.label, plan.fit.wrap);
        let (cells, count) = (widest(&rows), rows.len());
        (count > 0).then_some(if horizontal { (count, cells + 2) } else { (cells, count) })
    };
    let mut all = layers(&slots, &ranks, &scope.edges, label).ok_or(Unfit::Tangled)?;
    let gaps = Gaps { horizontal, tight: plan.fit.tight, framed: group.is_some() };
    // To order and to place is most of the work.
    if gaps.least(&all) > signed(plan.limit) {
        return Err(Unfit::Wide);
    }
    order(&mut all);
    Ok(draw(plan, scope, sheets, &bodies, &route(&all, gaps), &all.slots))
}

fn depth(chart: &Chart, group: usize) -> usize {
    std::iter::successors(Some(group), |group| chart.groups.get(*group)?.parent).count()
}

/// An item's cells.
struct Body {
    /// Of its frame: columns, rows.
    size: (usize, usize),
    /// With the loop that leads back to it.
    outer: (usize, usize),
    rows: Vec<String>,
    /// The loop's link, and the rows of its label.
    repeat: Option<(usize, Vec<String>)>,
}

impl Body {
    fn node(plan: &Plan<'_>, node: usize, pins: (usize, usize), horizontal: bool) -> Self {
        let own = plan.chart.nodes.get(node).map_or(&[][..], |node| &node.label);
        let label = marked(plan, End::Node(node), own);
        let rows = wrapped(&label, plan.fit.wrap);
        let columns = (widest(&rows) + 4).max(2 * pins.0 + 1).max(5);
        let mut size = (columns, (rows.len().max(1) + 2).max(pins.1 + 2));
        let mut outer = size;
        let repeat = plan.tree.loops.get(&node).map(|link| {
            let label = plan.chart.links.get(*link).map(|link| wrapped(&link.label, plan.fit.wrap)).unwrap_or_default();
            let beside = if label.is_empty() { 0 } else { widest(&label) + 1 };
            if horizontal {
                outer = (size.0.max(size.0 + beside), size.1 + 1 + label.len().max(1));
            } else {
                size.1 = size.1.max(4).max(label.len() + 2);
                outer = (size.0 + 2 + beside, size.1);
            }
            (*link, label)
        });
        Self { size, outer, rows, repeat }
    }
}

/// From across and along to columns and rows.
#[derive(Clone, Copy)]
struct Axes {
    horizontal: bool,
    backward: bool,
    main: i64,
}

impl Axes {
    fn cell(self, cross: i64, main: i64) -> (i64, i64) {
        let main = if self.backward { self.main - 1 - main } else { main };
        if self.horizontal { (main, cross) } else { (cross, main) }
    }

    /// The first cell of a block, given the first across and along.
    fn block(self, cross: i64, main: i64, size: i64) -> (i64, i64) {
        let main = if self.backward { self.main - main - size } else { main };
        if self.horizontal { (main, cross) } else { (cross, main) }
    }

    fn toward(self, forward: bool) -> Toward {
        match (self.horizontal, forward != self.backward) {
            (false, true) => Toward::Down,
            (false, false) => Toward::Up,
            (true, true) => Toward::Right,
            (true, false) => Toward::Left,
        }
    }
}

fn draw(plan: &Plan<'_>, scope: &Scope, sheets: &[Sheet], bodies: &[Body], scene: &Scene, slots: &[Slot]) -> Sheet {
    let horizontal = scope.direction.is_horizontal();
    let axes = Axes { horizontal, backward: scope.direction.is_backward(), main: scene.main };
    let mut sheet = Sheet::default();
    (sheet.columns, sheet.rows) = if horizontal { (scene.main, scene.cross) } else { (scene.cross, scene.main) };
    for (slot, &(cross, main)) in slots.iter().zip(&scene.places) {
        let at = axes.block(cross, main, signed(slot.main));
        match slot.what {
            What::Item(item) => match (scope.items.get(item), bodies.get(item)) {
                (Some(&End::Node(node)), Some(body)) => draw_node(plan, &mut sheet, node, body, at, horizontal),
                (Some(&End::Group(group)), _) => {
                    if let Some(inner) = sheets.get(group + 1) {
                        sheet.absorb(inner, at);
                    }
                }
                _ => {}
            },
            What::Label(link) => draw_label(plan, &mut sheet, link, at, horizontal),
            What::Lane | What::Port => {}
        }
        if slot.what == What::Port {
            sheet.ports.extend(slot.fixed.iter().map(|(key, _)| (*key, usize::try_from(cross).unwrap_or(0))));
        }
    }
    for line in &scene.lines {
        let (from, to) = (axes.cell(line.from.0, line.from.1), axes.cell(line.to.0, line.to.1));
        sheet.lines.push(super::sheet::Line { from, to, ..*line });
    }
    for ((cross, main), head, forward) in &scene.heads {
        sheet.heads.push((axes.cell(*cross, *main), *head, axes.toward(*forward)));
    }
    sheet.grow();
    sheet
}

/// A link's label, in the middle of the link; beside a shorter row the line goes on.
fn draw_label(plan: &Plan<'_>, sheet: &mut Sheet, number: usize, at: (i64, i64), horizontal: bool) {
    let Some(link) = plan.chart.links.get(number) else { return };
    let rows = wrapped(&link.label, plan.fit.wrap);
    let cells = signed(widest(&rows)) + if horizontal { 2 } else { 0 };
    for (index, row) in rows.iter().enumerate() {
        let (x, y) = (at.0 + (cells - signed(width(row))) / 2, at.1 + signed(index));
        sheet.texts.push(((x, y), row.clone(), Role::Dim));
        if !horizontal || signed(index) != middle(rows.len()) {
            continue;
        }
        for (from, to) in [(at.0, x - 2), (x + signed(width(row)) + 1, at.0 + cells - 1)] {
            if from <= to {
                let stroke = link.stroke.unwrap_or(Stroke::Thin);
                sheet.lines.push(super::sheet::Line { from: (from, y), to: (to, y), stroke, net: number });
            }
        }
    }
}

fn draw_node(plan: &Plan<'_>, sheet: &mut Sheet, number: usize, body: &Body, at: (i64, i64), horizontal: bool) {
    let Some(node) = plan.chart.nodes.get(number) else { return };
    let (columns, rows) = (signed(body.size.0), signed(body.size.1));
    sheet.frames.push(Frame { at, columns, rows, corners: node.corners });
    let role = if node.strong { Role::Strong } else { Role::Text };
    let top = at.1 + (rows - signed(body.rows.len())) / 2;
    for (y, row) in body.rows.iter().enumerate() {
        let x = at.0 + (columns - signed(width(row))) / 2;
        sheet.texts.push(((x, top + signed(y)), row.clone(), role));
    }
    let Some((link, label)) = &body.repeat else { return };
    let Some(link_data) = plan.chart.links.get(*link) else { return };
    let stroke = link_data.stroke.unwrap_or(Stroke::Thin);
    let mut line = |from: (i64, i64), to: (i64, i64)| {
        sheet.lines.push(super::sheet::Line { from, to, stroke, net: usize::MAX - number });
    };
    let (begin, end, side, text) = if horizontal {
        let (y, left, right) = (at.1 + rows - 1, at.0 + 1, at.0 + columns - 2);
        line((left, y), (left, y + 2));
        line((left, y + 2), (right, y + 2));
        line((right, y + 2), (right, y + i64::from(link_data.head != super::model::Head::None)));
        ((left, y + 1), (right, y + 1), Toward::Up, (right + 2, y + 2))
    } else {
        let (x, y) = (at.0 + columns - 1, at.1 + 1);
        line((x, y), (x + 2, y));
        line((x + 2, y), (x + 2, y + 1));
        line((x + i64::from(link_data.head != super::model::Head::None), y + 1), (x + 2, y + 1));
        ((x + 1, y), (x + 1, y + 1), Toward::Left, (x + 4, y))
    };
    sheet.heads.push((begin, link_data.tail, side));
    sheet.heads.push((end, link_data.head, side));
    for (y, row) in label.iter().enumerate() {
        sheet.texts.push(((text.0, text.1 + signed(y)), row.clone(), Role::Dim));
    }
}

/// The frame around a subgraph, with its title on the top left where no link passes.
fn enframe(plan: &Plan<'_>, sheet: &mut Sheet, group: usize, horizontal: bool) {
    let title = plan.chart.groups.get(group).map(|group| group.title.clone()).unwrap_or_default();
    let rows = wrapped(&marked(plan, End::Group(group), &[title]), usize::MAX);
    let title = rows.join(" ");
    let cells = signed(width(&title));
    if cells > 0 {
        let taken: Vec<i64> = if horizontal {
            Vec::new()
        } else {
            let row = |line: &&super::sheet::Line| line.from.1.min(line.to.1) == 0;
            sheet.lines.iter().filter(row).map(|line| line.from.0).collect()
        };
        // A blank on both sides, and a bit of the frame.
        let mut x = 3;
        while let Some(hit) = taken.iter().copied().filter(|at| *at >= x - 2 && *at <= x + cells + 1).max() {
            x = hit + 3;
        }
        sheet.columns = sheet.columns.max(x + cells + 3);
        sheet.texts.push(((x - 1, 0), format!(" {title} "), Role::Dim));
    }
    let (columns, rows) = room(plan, group);
    sheet.columns = sheet.columns.max(signed(columns)).max(6);
    sheet.rows = sheet.rows.max(signed(rows)).max(3);
    let frame = Frame { at: (0, 0), columns: sheet.columns, rows: sheet.rows, corners: Corners::Round };
    sheet.frames.push(frame);
}
