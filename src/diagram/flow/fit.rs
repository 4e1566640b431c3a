//! A chart drawn into a width, by steps: small gaps, wrapped labels, folded ranks, the direction turned; at last wider.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::layout::{Fit, Plan, Unfit, layout};
use super::model::{Chart, Direction, End, Head};
use super::sheet::Sheet;
use super::tree::{Tree, tree};
use super::words::name;
use crate::diagram::{Options, Picture, Refusal};
use crate::text::{Role, Row, row_width, width, wrap};

/// Beyond this many nodes and links only a few steps are tried.
const SMALL: usize = 120;
/// A label wider than this is never needed on one row.
const ROW: usize = 36;

/// One way to lay a chart out.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Step {
    turned: bool,
    fit: Fit,
}

/// What to try for a chart that flows down or to the right; the first that fits is taken.
fn steps(horizontal: bool, large: bool, width: usize) -> Vec<Step> {
    let step = |turned: bool, tight: bool, wrap: usize, fold: bool| {
        let upright = horizontal == turned;
        let budget = (fold && upright).then_some(width);
        Step { turned, fit: Fit { tight, wrap, budget } }
    };
    if large {
        return vec![step(false, true, ROW, false), step(true, true, ROW, false)];
    }
    let mut out = vec![step(false, false, ROW, false), step(false, true, ROW, false), step(false, true, 24, false)];
    if horizontal {
        out.push(step(false, true, 16, false));
        out.push(step(true, false, ROW, false));
        out.push(step(true, true, ROW, false));
        out.push(step(true, true, 24, false));
        out.push(step(true, false, 24, true));
        out.push(step(true, true, 20, true));
        out.push(step(true, true, 14, true));
        out.push(step(false, true, 10, false));
        out.push(step(true, true, 10, true));
    } else {
        out.push(step(false, true, 16, false));
        out.push(step(false, false, 24, true));
        out.push(step(false, true, 20, true));
        out.push(step(false, true, 14, true));
        out.push(step(true, true, 16, false));
        out.push(step(false, true, 10, true));
        out.push(step(true, true, 10, false));
    }
    out.push(step(!horizontal, true, 10, false));
    out.push(step(horizontal, true, 8, true));
    out.push(step(horizontal, true, 6, true));
    out
}

/// Draws a chart.
pub fn draw(chart: &Chart, options: &Options) -> Result<Picture, Refusal> {
    let Some((sheet, list)) = fitted(chart, options) else {
        return Err(Refusal { line: 1, reason: "선이 너무 많이 얽혀서 그릴 수 없어요".into() });
    };
    let mut rows = sheet.paint(options.ascii);
    if !list.is_empty() {
        rows.push(Row::new());
        rows.extend(list);
    }
    let width = rows.iter().map(row_width).max().unwrap_or(0);
    Ok(Picture { rows, width })
}

/// The first layout that fits, or the narrowest; and what is told below it.
fn fitted(chart: &Chart, options: &Options) -> Option<(Sheet, Vec<Row>)> {
    let large = chart.nodes.len() + chart.links.len() > SMALL;
    let horizontal = chart.direction.is_horizontal();
    let widest = widest(chart);
    let turns = [false, true].map(|turn| LazyCell::new(move || tree(chart, |own| turned(own, chart.direction, turn))));
    let tree = |step: &Step| -> &Tree { if step.turned { &turns[1] } else { &turns[0] } };
    let draw = |step: &Step, limit: usize| {
        let (tree, fit) = (tree(step), step.fit);
        layout(&Plan { chart, tree, fit, limit, marks: marks(chart, tree, options.ascii) })
    };
    let with_list = |step: &Step, sheet: Sheet| (sheet, list(chart, tree(step), options));
    let mut tried: Vec<Step> = Vec::new();
    for mut step in steps(horizontal, large, options.width) {
        // Labels that are no wider come out the same; marks make them wider.
        if tree(&step).listed.is_empty() {
            step.fit.wrap = step.fit.wrap.min(widest);
        }
        if tried.contains(&step) {
            continue;
        }
        match draw(&step, options.width) {
            Ok(sheet) => return Some(with_list(&step, sheet)),
            Err(Unfit::Wide) => tried.push(step),
            // A tangle stays one, whatever its gaps.
            Err(Unfit::Tangled) if large => break,
            Err(Unfit::Tangled) => {}
        }
    }
    let mut best: Option<(Step, Sheet)> = None;
    for step in tried {
        let narrower = best.as_ref().map_or(usize::MAX, |(_, best)| best.width().saturating_sub(1));
        if let Ok(sheet) = draw(&step, narrower) {
            best = Some((step, sheet));
        }
    }
    best.map(|(step, sheet)| with_list(&step, sheet))
}

/// Cells of the widest row of a label, as its author broke it.
fn widest(chart: &Chart) -> usize {
    let labels = chart.nodes.iter().map(|node| &node.label).chain(chart.links.iter().map(|link| &link.label));
    labels.flatten().map(|row| width(row)).max().unwrap_or(0)
}

/// A chart that is turned keeps what flowed down already.
fn turned(own: Direction, chart: Direction, turn: bool) -> Direction {
    match (turn, own.is_horizontal() == chart.is_horizontal()) {
        (true, true) => own.turned(),
        _ => own,
    }
}

fn number(index: usize, ascii: bool) -> String {
    let circled = u32::try_from(index).ok().filter(|index| *index < 20 && !ascii);
    circled.and_then(|index| char::from_u32(0x2460 + index)).map_or_else(|| format!("({})", index + 1), String::from)
}

/// Numbers at both ends of what is told below the picture.
fn marks(chart: &Chart, tree: &Tree, ascii: bool) -> BTreeMap<End, String> {
    let mut marks: BTreeMap<End, String> = BTreeMap::new();
    for (index, link) in tree.listed.iter().filter_map(|link| chart.links.get(*link)).enumerate() {
        let ends = if link.from == link.to { vec![link.from] } else { vec![link.from, link.to] };
        for end in ends {
            marks.entry(end).or_default().push_str(&number(index, ascii));
        }
    }
    marks
}

/// `① A ─▶ B 라벨`
fn list(chart: &Chart, tree: &Tree, options: &Options) -> Vec<Row> {
    let mut out = Vec::new();
    for (index, link) in tree.listed.iter().filter_map(|link| chart.links.get(*link)).enumerate() {
        let head = |head: Head, arrow: &'static str| match (head, options.ascii) {
            (Head::None, _) => "",
            (Head::Arrow, _) => arrow,
            (Head::Circle, false) => "○",
            (Head::Circle, true) => "o",
            (Head::Cross, false) => "×",
            (Head::Cross, true) => "x",
        };
        let (left, right, line) = if options.ascii { ("<", ">", "-") } else { ("◀", "▶", "─") };
        let mut row: Row =
            vec![(Role::Dim, number(index, options.ascii)), (Role::Text, format!(" {} ", name(chart, link.from)))];
        row.push((Role::Accent, head(link.tail, left).to_owned()));
        row.push((Role::Faint, line.to_owned()));
        row.push((Role::Accent, head(link.head, right).to_owned()));
        row.push((Role::Text, format!(" {}", name(chart, link.to))));
        if !link.label.is_empty() {
            row.push((Role::Dim, format!("  {}", link.label.join(" "))));
        }
        row.retain(|(_, text)| !text.is_empty());
        out.extend(wrap(&row, options.width.max(8)));
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use proptest::prelude::*;

    use super::*;
    use crate::diagram::flow::parse::parse;
    use crate::diagram::source;

    fn chart(text: &str) -> Chart {
        parse(&source::read(text).unwrap().lines).unwrap()
    }

    /// Each is drawn at five widths, in up to fifteen ways.
    const CASES: u32 = 60;
    const LEFT: u8 = 1;
    const RIGHT: u8 = 2;
    const UP: u8 = 4;
    const DOWN: u8 = 8;

    /// What is wrong with a sheet: links that share cells, run over frames or texts; texts over each other.
    fn faults(sheet: &Sheet) -> Vec<String> {
        let mut faults = Vec::new();
        let mut lines: HashMap<(i64, i64), HashMap<usize, u8>> = HashMap::new();
        for line in &sheet.lines {
            let ((x0, x1), (y0, y1)) = (
                (line.from.0.min(line.to.0), line.from.0.max(line.to.0)),
                (line.from.1.min(line.to.1), line.from.1.max(line.to.1)),
            );
            if x0 != x1 && y0 != y1 {
                faults.push(format!("{line:?} is slanted"));
            }
            for x in x0..=x1 {
                for y in y0..=y1 {
                    let sides = [(x > x0, LEFT), (x < x1, RIGHT), (y > y0, UP), (y < y1, DOWN)];
                    let sides = sides.iter().filter(|(leads, _)| *leads).map(|(_, side)| side).sum::<u8>();
                    *lines.entry((x, y)).or_default().entry(line.net).or_default() |= sides;
                }
            }
        }
        for (at, nets) in &lines {
            let mut sides: Vec<u8> = nets.values().copied().collect();
            sides.sort_unstable();
            if sides.len() > 1 && sides != [LEFT | RIGHT, UP | DOWN] {
                faults.push(format!("{at:?} is shared by {nets:?}"));
            }
        }
        let mut texts: HashSet<(i64, i64)> = HashSet::new();
        for ((x, y), text, _) in &sheet.texts {
            for x in *x..x + width(text) as i64 {
                if !texts.insert((x, *y)) {
                    faults.push(format!("{text} is over another text at {x} {y}"));
                }
                // A link's own label stands on the ends of its lines.
                let over = |line: &crate::diagram::flow::sheet::Line| {
                    let ((a, b), at) = ((line.from, line.to), (x, *y));
                    let within = a.0.min(b.0) <= x && x <= a.0.max(b.0) && a.1.min(b.1) <= *y && *y <= a.1.max(b.1);
                    within && a != at && b != at
                };
                if sheet.lines.iter().any(over) {
                    faults.push(format!("{text} is over a line at {x} {y}"));
                }
            }
        }
        // Titles alone stand on frames, between blanks.
        let titles = sheet.texts.iter().filter(|(_, text, _)| text.starts_with(' '));
        let titles: HashSet<(i64, i64)> =
            titles.flat_map(|((x, y), text, _)| (*x..x + width(text) as i64).map(|x| (x, *y))).collect();
        for frame in &sheet.frames {
            let ((left, top), (right, bottom)) =
                (frame.at, (frame.at.0 + frame.columns - 1, frame.at.1 + frame.rows - 1));
            let within = |(x, y): (i64, i64)| left < x && x < right && top < y && y < bottom;
            let solid = !sheet.frames.iter().any(|other| within(other.at));
            for x in left..=right {
                for y in top..=bottom {
                    let (beside, above) = (x == left || x == right, y == top || y == bottom);
                    for sides in lines.get(&(x, y)).into_iter().flat_map(|nets| nets.values()) {
                        let right_way = match (beside, above) {
                            (true, true) => false,
                            (true, false) => sides & (UP | DOWN) == 0 && (!solid || sides.count_ones() == 1),
                            (false, true) => sides & (LEFT | RIGHT) == 0 && (!solid || sides.count_ones() == 1),
                            (false, false) => !solid,
                        };
                        if !right_way {
                            faults.push(format!("a line on the frame {frame:?} at {x} {y}"));
                        }
                    }
                    if (beside || above) && texts.contains(&(x, y)) && !titles.contains(&(x, y)) {
                        faults.push(format!("a text on the frame {frame:?} at {x} {y}"));
                    }
                }
            }
        }
        let mut heads: HashSet<(i64, i64)> = HashSet::new();
        for (at, head, _) in sheet.heads.iter().filter(|(_, head, _)| *head != Head::None) {
            if !heads.insert(*at) || texts.contains(at) {
                faults.push(format!("{head:?} over something at {at:?}"));
            }
        }
        faults
    }

    #[track_caller]
    fn sound(text: &str) {
        let chart = chart(text);
        for columns in [20, 40, 80, 120, 200] {
            let (sheet, _) = fitted(&chart, &Options { width: columns, ascii: false }).unwrap();
            let faults = faults(&sheet);
            let picture: Vec<String> =
                sheet.paint(false).iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect()).collect();
            assert!(faults.is_empty(), "{text}\nat {columns}:\n{}\n{}", faults.join("\n"), picture.join("\n"));
        }
    }

    #[test]
    fn links_share_cells_only_to_cross() {
        sound("graph TB\nA-->B\nB-->C\nC-->A\nA-->A");
        sound("graph LR\nA-->|하나|B & C & D\nB & C & D-->|둘|E\nE-.->A\nE--넷-->E");
        sound("graph TB\nsubgraph x\nA-->B\nend\nsubgraph y\nC-->D\nend\nA-->D\nC-->B\nx-->y\nE-->x\ny-->F");
        sound("graph BT\nA<-->B\nA x--x C\nA o--o B\nA---D\nB---D\nC---D");
    }

    fn source_of(direction: &str, nodes: usize, links: &[(usize, usize, usize)], groups: &[usize]) -> String {
        let arrows = ["-->", "---", "-.->", "==>", "<-->", "-- 라벨 -->", "-->|긴 라벨 하나|", "--o", "~~~", "---->"];
        let mut text = format!("graph {direction}\n");
        for (group, end) in groups.iter().enumerate() {
            text.push_str(&format!("subgraph g{group} [묶음 {group}]\n"));
            for node in group * 3..(group * 3 + end % 4).min(nodes) {
                text.push_str(&format!("n{node}[노드 {node}]\n"));
            }
            if end % 3 > 0 {
                text.push_str("end\n");
            }
        }
        for end in groups {
            if end % 3 == 0 {
                text.push_str("end\n");
            }
        }
        for (from, to, arrow) in links {
            let name = |end: usize| {
                if end < groups.len() { format!("g{end}") } else { format!("n{}", (end - groups.len()) % nodes) }
            };
            text.push_str(&format!("{} {} {}\n", name(*from), arrows[arrow % arrows.len()], name(*to)));
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]
        #[test]
        fn random_charts_are_sound(
            direction in prop::sample::select(vec!["TB", "BT", "LR", "RL"]),
            nodes in 1usize..12,
            links in prop::collection::vec((0usize..14, 0usize..14, 0usize..10), 0..18),
            groups in prop::collection::vec(0usize..12, 0..4),
        ) {
            sound(&source_of(direction, nodes, &links, &groups));
        }
    }

    fn texts(picture: &Picture) -> Vec<String> {
        picture.rows.iter().map(|row| row.iter().map(|(_, text)| text.as_str()).collect()).collect()
    }

    /// Links to, from and within groups end at their frames.
    #[test]
    fn a_chart_with_groups_looks_as_it_did() {
        let picture = draw(&chart(GROUPS), &Options { width: 80, ascii: false }).unwrap();
        insta::assert_snapshot!("groups_80", texts(&picture).join("\n"));
    }

    const GROUPS: &str = "graph TB
U[사용자] -->|요청| CP
subgraph CP [컨트롤 플레인]
  A[API 서버] <--> E[(etcd)]
  subgraph WATCH [지켜보는 것들]
    S{스케줄러}
    C([컨트롤러])
  end
  WATCH -.->|watch| A
end
CP ==> N
subgraph N [노드]
  K[kubelet]
end
";

    /// First the gaps become smaller, then the labels are wrapped, then it flows the other way.
    #[test]
    fn a_chart_that_does_not_fit_is_drawn_in_another_way() {
        let source = "graph LR\nA[쿠버네티스의 API 서버가 받아요] --> B[etcd 클러스터 세 대가 적어요]\nB --> C[컨트롤러 매니저가 맞춰요]\n";
        let chart = chart(source);
        let mut ways: Vec<&str> = Vec::new();
        let mut whole = None;
        for cells in (24..200).rev() {
            let picture = draw(&chart, &Options { width: cells, ascii: false }).unwrap();
            assert!(picture.width <= cells, "{} of {cells}", picture.width);
            let rows = texts(&picture);
            let (width, height) = *whole.get_or_insert((picture.width, rows.len()));
            let row = |label: &str| rows.iter().position(|row| row.contains(label));
            let way = match (row("etcd") == row("컨트롤러"), rows.len() > height) {
                (true, false) if picture.width == width => "whole",
                (true, false) => "gaps",
                (true, true) => "wrapped",
                (false, _) => "turned",
            };
            if ways.last() != Some(&way) {
                ways.push(way);
            }
        }
        assert_eq!(ways[..4], ["whole", "gaps", "wrapped", "turned"], "{ways:?}");
    }
}
