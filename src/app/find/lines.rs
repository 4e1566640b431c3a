//! What a search shows: lessons with the lines that were found in them, or what was read last.

use crate::app::picker::{Goal, Line, Picker};
use crate::app::{App, resume};
use crate::search::{Group, Hit, Query, Scope};
use crate::text::Role;

use super::Indexing;

/// Lessons shown.
const LESSONS: usize = 40;
/// Lines shown of each.
const LINES: usize = 3;
/// Lines shown of one lesson alone.
const ALONE: usize = 300;
/// Lessons read last that are shown.
const RECENT: usize = 12;

impl App {
    /// What a search shows.
    pub(super) fn found_lines(&self, query: &Query, scope: Scope, picker: &mut Picker) -> Vec<Line> {
        if query.is_empty() {
            return match scope {
                Scope::Course => self.recent(picker),
                Scope::Node(_) => {
                    picker.said = "이 학습에서 찾을 말을 쓰세요".into();
                    Vec::new()
                }
            };
        }
        let Indexing::Ready(index) = &self.index else {
            picker.said = "과정을 읽는 중이에요. 다 읽으면 저절로 나와요".into();
            return Vec::new();
        };
        let alone = scope != Scope::Course;
        let found = index.search(query, scope, LESSONS, if alone { ALONE } else { LINES });
        picker.count = match (alone, found.nodes) {
            (_, 0) => String::new(),
            (false, nodes) => format!("학습 {nodes}개"),
            (true, _) => format!("{}곳", found.groups.iter().map(|group| group.hits.len() + group.more).sum::<usize>()),
        };
        if found.groups.is_empty() {
            picker.said = match alone {
                true => "이 학습에는 없어요. Tab을 누르면 과정 전체에서 찾아요".into(),
                false => "이 과정에는 없어요. 짧은 말이나 초성으로도 찾아보세요".into(),
            };
        }
        let mut lines: Vec<Line> = Vec::new();
        for group in &found.groups {
            if !lines.is_empty() {
                lines.push(Line::head(""));
            }
            lines.extend(self.group(group, alone));
        }
        lines
    }

    fn group(&self, group: &Group, alone: bool) -> Vec<Line> {
        let node = group.node;
        let title = self.curriculum.nodes.get(node).map(|node| node.title.as_str()).unwrap_or_default();
        let mut head = Line { role: Role::Strong, ..Line::head(title) };
        head.marks.clone_from(&group.title);
        head.right = self.breadcrumb(node);
        if group.more > 0 {
            head.right = format!("{}   외 {}곳", head.right, group.more).trim_start().to_owned();
        }
        if !group.title.is_empty() || group.hits.is_empty() {
            head.goal = Some(Goal::Lesson(node));
        }
        let mut hits: Vec<&Hit> = group.hits.iter().collect();
        if alone {
            hits.sort_by_key(|hit| hit.line);
        }
        let line = |hit: &Hit| Line {
            indent: 2,
            role: match (hit.is_heading, hit.code) {
                (true, _) => Role::Strong,
                (_, true) => Role::Code,
                _ => Role::Text,
            },
            marks: hit.ranges.clone(),
            right: hit.heading.clone().filter(|_| !hit.is_heading).unwrap_or_default(),
            ..Line::new(&hit.text, Goal::Place(node, hit.line))
        };
        std::iter::once(head).chain(hits.into_iter().map(line)).collect()
    }

    /// What a node is in, from the top; short.
    pub(in crate::app) fn breadcrumb(&self, node: usize) -> String {
        let mut above: Vec<String> = self
            .curriculum
            .above(node)
            .filter_map(|index| self.curriculum.nodes.get(index))
            .map(|node| crate::text::truncate(node.title.split(':').next().unwrap_or_default(), 20))
            .collect();
        above.reverse();
        above.join(if self.look.ascii { " > " } else { " › " })
    }

    /// The lessons read last, without the one that is open.
    fn recent(&self, picker: &mut Picker) -> Vec<Line> {
        let mut seen: Vec<_> = self
            .progress
            .lessons
            .iter()
            .filter_map(|(id, record)| Some((record.last.max(record.place.map(|(at, _)| at))?, id)))
            .collect();
        seen.sort();
        let mut nodes: Vec<usize> = Vec::new();
        let mut lines = Vec::new();
        for (at, id) in seen.into_iter().rev() {
            let Some(node) = self.curriculum.find(id).filter(|node| Some(*node) != self.reader.node) else { continue };
            let Some(entry) = self.curriculum.nodes.get(node).filter(|_| !nodes.contains(&node)) else { continue };
            nodes.push(node);
            let right = [self.breadcrumb(node), resume::day(at, self.now, &self.zone)].join("   ");
            lines.push(Line { indent: 2, right, ..Line::new(&entry.title, Goal::Lesson(node)) });
            if lines.len() == RECENT {
                break;
            }
        }
        if lines.is_empty() {
            picker.said = "찾을 말을 쓰세요. 초성(ㅋㅌㅇㄴ)으로도, 한/영을 바꾸지 않고도 찾아요".into();
            return lines;
        }
        lines.insert(0, Line::head("최근에 본 학습"));
        lines
    }
}
