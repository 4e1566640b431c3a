//! A closer look at one check: whom to ask what, and what the answers say. It asks nobody itself.

use serde_json::Value;

use super::memory::Turn;
use super::model::{Check, Source};
use super::object::{self, list, text};
use super::observe::{Millis, Observation, WatchKey};
use super::select::{View, told as told_at};
use super::verdict::{Cause, NearMiss, ObjectRef, Probe, Verdict};

/// More objects than this are not asked about.
const OBJECTS: usize = 6;
/// Events that are kept.
const EVENTS: usize = 6;
/// Lines of a log that are kept.
const LINES: usize = 10;
/// Characters of one line that are kept.
const LINE: usize = 300;

/// What there is to know about one check beyond its verdict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Why {
    /// The check.
    pub check: String,
    /// The objects it is about, the one in question first.
    pub objects: Vec<ObjectRef>,
    /// What happened to them, the newest first.
    pub events: Vec<Told>,
    /// What a container of them said last.
    pub log: Option<Tail>,
    /// How the check turned, the newest first.
    pub turns: Vec<Turn>,
    /// What looks as if it was meant, for a check that nobody has begun.
    pub near: Option<NearMiss>,
    /// What could not be asked, in the server's words.
    pub unasked: Option<String>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When it was told last.
    pub at: Millis,
    /// About whom.
    pub object: ObjectRef,
    /// `FailedScheduling`.
    pub reason: String,
    /// What was said, on one line.
    pub message: String,
    /// How often.
    pub count: u64,
    /// It is a warning.
    pub warning: bool,
}

/// The last lines of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Whose.
    pub of: LogOf,
    /// The lines, made safe to be shown.
    pub lines: Vec<String>,
}

/// A log that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOf {
    /// Where the Pod is.
    pub namespace: String,
    /// The Pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Of the run before this one.
    pub previous: bool,
}

/// What is to be asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asks {
    /// About whom, with their uids where they are known.
    pub about: Vec<(ObjectRef, Option<String>)>,
    /// Whose log.
    pub log: Option<LogOf>,
    /// What else there is that may have been meant.
    pub elsewhere: Vec<WatchKey>,
}

/// What to ask about a check as it stands.
pub fn asks(check: &Check, verdict: &Verdict, observation: &Observation) -> Asks {
    let mut asks = Asks { elsewhere: super::near::elsewhere(check, verdict, observation), ..Asks::default() };
    if matches!(check.source, Source::Answer(_) | Source::Manual) {
        return asks;
    }
    let view = View::new(observation);
    let mut about: Vec<(ObjectRef, Option<String>)> = Vec::new();
    let mut add = |object: &Value| {
        let reference = object::reference(object);
        let uid = object::uid(object);
        if reference.kind != "Secret" && about.len() < OBJECTS && !about.iter().any(|(known, _)| *known == reference) {
            about.push((reference, (!uid.is_empty()).then(|| uid.to_owned())));
        }
    };
    let found = verdict.finding().map(|finding| &finding.subject);
    let selected: Vec<&Value> = check
        .leaves()
        .into_iter()
        .flat_map(|leaf| view.existing(&leaf.target).objects().iter().map(|seen| &*seen.object).collect::<Vec<_>>())
        .collect();
    let in_question = |object: &&&Value| found.is_some_and(|of| object::reference(object) == *of);
    let first: Vec<&Value> = selected.iter().copied().filter(|object| in_question(&object)).take(1).collect();
    for object in first.iter().chain(&selected).take(3) {
        add(object);
        let around = view.around(object);
        around.replica_sets.iter().for_each(|set| add(set));
        let mut pods = around.pods.clone();
        pods.sort_by_key(|pod| object::holds(pod, "Ready"));
        pods.iter().take(3).for_each(|pod| add(pod));
    }
    asks.about = about;
    asks.log = verdict.finding().and_then(|finding| {
        let (pod, container, previous) = speaking(finding.cause.as_ref()?)?;
        let namespace = finding.subject.namespace.clone()?;
        let restarted = || {
            let pods = view.all("v1", "Pod", Some(&namespace)).unwrap_or_default();
            let status = pods.into_iter().find(|of| object::name(of) == pod)?;
            let statuses = list(status, &["status", "containerStatuses"]).iter();
            let mut statuses = statuses.chain(list(status, &["status", "initContainerStatuses"]));
            statuses.find(|of| text(of, &["name"]) == container).and_then(|of| object::int(of, &["restartCount"]))
        };
        let previous = previous && restarted().unwrap_or(0) > 0;
        Some(LogOf { namespace: namespace.clone(), pod: pod.to_owned(), container: container.to_owned(), previous })
    });
    asks
}

/// Which container's words tell about a cause, and whether those of its last run do.
fn speaking(cause: &Cause) -> Option<(&str, &str, bool)> {
    match cause {
        Cause::Crash { pod, container, .. }
        | Cause::OutOfMemory { pod, container, .. }
        | Cause::Probe { pod, container, probe: Probe::Liveness, .. } => Some((pod, container, true)),
        Cause::Probe { pod, container, .. } | Cause::Unready { pod, container } => Some((pod, container, false)),
        _ => None,
    }
}

/// The newest events of a list, the newest first; `time` reads RFC 3339.
pub fn told(events: &[Value], time: impl Fn(&str) -> Option<Millis>) -> Vec<Told> {
    let mut told: Vec<Told> = events
        .iter()
        .filter_map(|event| {
            let about = event.get("involvedObject")?;
            let namespace = text(about, &["namespace"]);
            let count = event.get("count").or_else(|| object::at(event, &["series", "count"])).and_then(Value::as_u64);
            Some(Told {
                at: time(told_at(event))?,
                object: ObjectRef {
                    kind: text(about, &["kind"]).to_owned(),
                    namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
                    name: text(about, &["name"]).to_owned(),
                },
                reason: line(text(event, &["reason"])),
                message: line(&text(event, &["message"]).split_whitespace().collect::<Vec<_>>().join(" ")),
                count: count.unwrap_or(1).max(1),
                warning: text(event, &["type"]) == "Warning",
            })
        })
        .collect();
    // The same told twice is told once, with its newest time.
    told.sort_by_key(|event| std::cmp::Reverse(event.at));
    let mut kept: Vec<Told> = Vec::new();
    for event in told {
        let same = |known: &&mut Told| {
            (&known.object, &known.reason, &known.message) == (&event.object, &event.reason, &event.message)
        };
        match kept.iter_mut().find(same) {
            Some(known) => known.count += event.count,
            None => kept.push(event),
        }
    }
    kept.truncate(EVENTS);
    kept
}

/// What a kubelet answers, as if it were the log, for a container that it has thrown away.
pub fn is_no_log(log: &str) -> bool {
    log.starts_with("unable to retrieve container logs for ")
}

/// The last lines of a log, without what a terminal would obey. Where the kubelet has no log any more it says so in the
/// log's place: those are nobody's words.
pub fn tail(log: &str) -> Vec<String> {
    let said = |line: &&str| !line.is_empty() && !is_no_log(line);
    let lines: Vec<&str> = log.lines().map(str::trim_end).filter(said).collect();
    lines.iter().skip(lines.len().saturating_sub(LINES)).map(|text| line(text)).collect()
}

/// One line, cut and cleaned.
fn line(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            // Colors and their like are taken away whole: `ESC [ … letter`.
            '\u{1b}' if rest.next_if_eq(&'[').is_some() => {
                while rest.next_if(|c| !c.is_ascii_alphabetic() && *c != '~').is_some() {}
                rest.next();
            }
            '\r' => {}
            c => plain.push(c),
        }
    }
    let cut: String = plain.chars().take(LINE).collect();
    crate::text::clean(&cut).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::{World, check as build, lab};
    use crate::lab::{Memory, decide_all};
    use serde_json::json;

    fn pod(name: &str, ready: bool, restarts: i64) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "uid": name, "labels": {"app": "web"}},
            "spec": {"containers": [{"name": "c"}]},
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}],
                "containerStatuses": [{"name": "c", "ready": ready, "restartCount": restarts,
                    "state": if ready { json!({"running": {}}) } else { json!({"waiting": {"reason": "CrashLoopBackOff"}}) },
                    "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}}}]}})
    }

    fn asked(pods: &[Value]) -> Asks {
        let lab =
            lab(vec![build(json!({"kind": "Pod", "namespace": "shop", "labels": {"app": "web"}, "ready": true}))]);
        let mut world = World::of(&lab);
        pods.iter().for_each(|pod| {
            world.put(pod.clone());
        });
        let mut memory = Memory::new("lab", "uid", 0);
        let decision = decide_all(&lab, &world.observation, &mut memory, world.now);
        asks(&lab.checks[0], &decision.verdicts[0], &world.observation)
    }

    #[test]
    fn the_object_in_question_is_asked_about_first_and_its_container_for_its_last_words() {
        let asks = asked(&[pod("a", true, 0), pod("b", false, 2)]);
        let names: Vec<&str> = asks.about.iter().map(|(of, _)| of.name.as_str()).collect();
        assert_eq!(names, ["b", "a"]);
        let log = |previous| LogOf { namespace: "shop".into(), pod: "b".into(), container: "c".into(), previous };
        assert_eq!(asks.log, Some(log(true)));
        assert_eq!(asked(&[pod("b", false, 0)]).log, Some(log(false)));
        assert_eq!(asked(&[pod("a", true, 0)]).log, None);
        let none = asked(&[]);
        assert!(none.about.is_empty() && !none.elsewhere.is_empty());
    }

    #[test]
    fn the_newest_events_come_first_and_each_once() {
        let event = |reason: &str, message: &str, at: &str, count: u64| {
            json!({"type": "Warning", "reason": reason, "message": message, "lastTimestamp": at, "count": count,
                "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "a"}})
        };
        let list = [
            event("BackOff", "back-off", "2026-01-01T00:00:01Z", 2),
            event("Failed", "two\nlines \u{1b}[31mred\u{1b}[0m", "2026-01-01T00:00:03Z", 1),
            event("BackOff", "back-off", "2026-01-01T00:00:02Z", 3),
            event("Lost", "no time", "", 1),
        ];
        let time = |at: &str| at.get(17..19)?.parse().ok();
        let told = told(&list, time);
        let said: Vec<(i64, &str, &str, u64)> =
            told.iter().map(|e| (e.at, e.reason.as_str(), e.message.as_str(), e.count)).collect();
        assert_eq!(said, [(3, "Failed", "two lines red", 1), (2, "BackOff", "back-off", 5)]);
    }

    #[test]
    fn a_log_ends_with_ten_clean_lines() {
        let log: String = (0..40).map(|n| format!("line {n}\r\n\n")).collect();
        let lines = tail(&log);
        assert_eq!((lines.len(), lines[0].as_str(), lines[9].as_str()), (10, "line 30", "line 39"));
        assert_eq!(tail("\u{1b}[1;31mboom\u{1b}[0m\tx\u{7}"), ["boom    x␇"]);
        assert_eq!(tail(&"x".repeat(1000))[0].len(), LINE);
        assert!(tail("").is_empty());
    }
}
