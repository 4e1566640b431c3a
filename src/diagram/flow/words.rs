//! A chart in sentences.

use super::model::{Chart, End, Head};
use crate::text::josa;

/// What an end is called: its label on one row.
pub fn name(chart: &Chart, end: End) -> String {
    match end {
        End::Node(node) => chart.nodes.get(node).map(|node| node.label.join(" ")).unwrap_or_default(),
        End::Group(group) => chart.groups.get(group).map(|group| group.title.clone()).unwrap_or_default(),
    }
}

/// What there is, then what leads where.
pub fn spoken(chart: &Chart) -> Vec<String> {
    let mut out = Vec::new();
    let mut members: Vec<Vec<String>> = vec![Vec::new(); chart.groups.len() + 1];
    let nodes = (0..chart.nodes.len()).map(End::Node);
    let groups = (0..chart.groups.len()).map(End::Group);
    for end in nodes.chain(groups) {
        let around = chart.around(end).map_or(0, |group| group + 1);
        let name = match end {
            End::Node(_) => name(chart, end),
            End::Group(_) => format!("묶음 {}", name(chart, end)),
        };
        if let Some(members) = members.get_mut(around).filter(|_| !name.trim().is_empty()) {
            members.push(name);
        }
    }
    for (around, members) in members.into_iter().enumerate().filter(|(_, members)| !members.is_empty()) {
        let place = match around.checked_sub(1) {
            None => "흐름도".to_owned(),
            Some(group) => format!("묶음 {}", name(chart, End::Group(group))),
        };
        out.push(format!("{place}: {}.", members.join(", ")));
    }
    for link in chart.links.iter().filter(|link| link.stroke.is_some()) {
        let (from, to) = (name(chart, link.from), name(chart, link.to));
        let label = if link.label.is_empty() { String::new() } else { format!(": {}", link.label.join(" ")) };
        let sentence = match (link.tail != Head::None, link.head != Head::None) {
            (false, true) => format!("{from}에서 {}{label}.", josa(&to, "으로/로")),
            (true, false) => format!("{to}에서 {}{label}.", josa(&from, "으로/로")),
            (true, true) => format!("{} {} 서로 오가요{label}.", josa(&from, "과/와"), josa(&to, "이/가")),
            (false, false) => format!("{} {} 이어져요{label}.", josa(&from, "과/와"), josa(&to, "이/가")),
        };
        out.push(sentence);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::diagram::parse;

    #[test]
    fn a_chart_is_told_in_sentences() {
        let source = "graph TB\nsubgraph w [워커]\nK[kubelet] --> C[(containerd)]\nend\nA[API 서버] -->|Pod 명세| K\nA <--> E\nA --- w\nA ~~~ X";
        let expected = [
            "흐름도: API 서버, E, X, 묶음 워커.",
            "묶음 워커: kubelet, containerd.",
            "kubelet에서 containerd로.",
            "API 서버에서 kubelet으로: Pod 명세.",
            "API 서버와 E가 서로 오가요.",
            "API 서버와 워커가 이어져요.",
        ];
        assert_eq!(parse(source).unwrap().spoken(), expected);
    }
}
