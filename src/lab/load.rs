//! A lab's folder into a [`Lab`], with every mistake of every file at once. It reads through a [`Tree`] alone, runs
//! nothing and asks no cluster.

mod action;
mod cel;
mod check;
mod context;
mod duration;
mod expect;
mod fault;
mod helm;
mod kinds;
mod lint;
mod manifest;
mod mutations;
mod pattern;
mod power;
mod proof;
mod query;
mod report;
mod seeded;
mod spec;
mod target;

use std::cell::RefCell;

use sha2::{Digest, Sha256};

use crate::files::Tree;
use crate::problem::{Problem, Severity};

use super::model::{Check, Lab, Source};
use context::Context;
use report::Fields;

/// The labs of a folder: every folder that has a `lab.yaml`, sorted.
pub fn ids(labs: &Tree) -> Vec<String> {
    let files = labs.list();
    let folders = files.iter().filter_map(|path| path.strip_suffix("/lab.yaml"));
    folders.filter(|folder| !folder.contains('/')).map(str::to_owned).collect()
}

/// A lab and the problems of all its files, sorted by place. There is a lab only when none of them is an error.
pub fn load(labs: &Tree, id: &str) -> (Option<Lab>, Vec<Problem>) {
    let problems = RefCell::new(Vec::new());
    let lab = read(labs, id, &problems);
    let mut problems = problems.into_inner();
    problems.sort();
    problems.dedup();
    let broken = problems.iter().any(|problem| problem.severity == Severity::Error);
    (lab.filter(|_| !broken), problems)
}

fn read(labs: &Tree, id: &str, problems: &RefCell<Vec<Problem>>) -> Option<Lab> {
    let folder = labs.sub(id);
    let files = folder.list();
    let mut cx = Context::new(&folder, id, &files, problems);
    let document = cx.document("lab.yaml")?;
    let report = cx.report("lab.yaml");
    let node = spec::envelope(&document, &report, id)?;
    let mut fields = Fields::open(node, &report)?;

    let title = fields.need_text("title");
    fields.need("minutes");
    let minutes = fields.number("minutes");
    let explain = spec::explain(&mut fields);
    let requires = fields.get("requires").map(|node| spec::requires(node, &report)).unwrap_or_default();
    let params = fields.get("params").map(|node| spec::params(node, &report)).unwrap_or_default();
    cx.power.clone_from(&requires.power);
    cx.faults.clone_from(&requires.faults);
    cx.params.clone_from(&params);
    let cluster = fields.get("cluster").map(|node| spec::cluster(node, &report, &cx)).unwrap_or_default();
    cx.dedicated = cluster.dedicated;
    let owns = fields.get("owns").map(|node| spec::owns(node, &report, &cx)).unwrap_or_default();
    cx.owns = owns.clone();

    let setup = action::actions(fields.list("setup"), &report, &cx);
    let symptom = fields.get("symptom").and_then(|node| expect::element(node, true, &report, &cx));
    let check_nodes = lint::items(fields.need("checks"), &report);
    if check_nodes.is_empty()
        && let Some(key) = fields.key("checks")
    {
        report.error(key, "확인이 하나는 있어야 해요.");
    }
    let invariant_nodes = lint::items(fields.get("invariants"), &report);
    let mutations_node = fields.get("mutations");
    let read_all = |nodes: &[&crate::yaml::Node]| -> Vec<Check> {
        nodes.iter().filter_map(|node| check::check(node, &report, &cx)).collect()
    };
    let checks = read_all(&check_nodes);
    let invariants = read_all(&invariant_nodes);
    let seeded_node = fields.get("seeded");
    fields.close();

    for check in &checks {
        if let Source::Answer(answer) = &check.source {
            cx.answers.borrow_mut().insert(check.name.clone(), answer.clone());
        }
    }
    let all: Vec<&crate::yaml::Node> = check_nodes.iter().chain(&invariant_nodes).copied().collect();
    let both: Vec<Check> = checks.iter().chain(&invariants).cloned().collect();
    lint::checks(&both, &all, &report);

    // By the nodes, not by what was decoded: a broken check is one problem, not one more wherever it is named.
    let names = check_nodes.iter().filter_map(|node| node.get("name").and_then(crate::yaml::Node::text));
    let names: Vec<&str> = names.collect();
    let seeded = seeded_node.and_then(|node| seeded::seeded(node, &report, &cx, &names));
    let steps = proof::solution(&cx, &names);
    let kept = invariant_nodes.iter().filter_map(|node| node.get("name").and_then(crate::yaml::Node::text));
    let all_names: Vec<&str> = names.iter().copied().chain(kept).collect();
    let mutations = mutations_node.map(|node| mutations::exceptions(node, &report, &all_names)).unwrap_or_default();
    let applied = cx.images.borrow().clone();
    let variants = proof::variants(&cx, &names, &all_names, steps.len());
    // What a wrong way pulls need not exist, so it need not be listed either.
    *cx.images.borrow_mut() = applied;
    let images = lint::images(&cx);
    lint::files(&cx);
    if !lint::broken(&cx) {
        lint::proof(&checks, &steps, &report, &cx);
    }
    Some(Lab {
        id: id.to_owned(),
        title: title?,
        minutes: minutes?,
        explain,
        requires,
        cluster,
        params,
        owns,
        setup,
        seeded,
        sown: None,
        symptom,
        checks,
        invariants,
        solution: steps.into_iter().map(|step| step.step).collect(),
        variants,
        mutations,
        images,
        hash: hash(&folder, &files, problems, id),
    })
}

/// SHA-256 over every file by path; lengths keep two files from being taken for one.
fn hash(folder: &Tree, files: &[String], problems: &RefCell<Vec<Problem>>, id: &str) -> String {
    let mut sum = Sha256::new();
    for path in files {
        match folder.read_bytes(path) {
            Ok(bytes) => {
                for part in [path.as_bytes(), &bytes] {
                    sum.update((part.len() as u64).to_le_bytes());
                    sum.update(part);
                }
            }
            Err(error) => {
                let file = format!("{id}/{path}");
                problems.borrow_mut().push(Problem::error(&file, 0, 0, error.to_string()));
            }
        }
    }
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::lab::model::{Action, Expectation, Level, Mode, VariantKind};

    /// A lab on disk; files are (path, text).
    fn loaded(files: &[(&str, &str)]) -> (Option<Lab>, Vec<Problem>) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join("lab").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        load(&Tree::Folder(folder.path().to_owned()), "lab")
    }

    fn shown(problems: &[Problem]) -> String {
        let one = |problem: &Problem| {
            let sign = if problem.severity == Severity::Warning { "(경고) " } else { "" };
            let help = problem.help.as_ref().map(|help| format!(" | {help}")).unwrap_or_default();
            if problem.message.starts_with("CEL 문법에") {
                // The compiler's own words and column are tested where it is.
                return format!("{}: CEL", problem.line);
            }
            let text = problem.to_string();
            let text = text.strip_prefix("lab/").unwrap_or(&text);
            format!("{sign}{}{help}", text.strip_prefix("lab.yaml:").unwrap_or(text))
        };
        problems.iter().map(one).collect::<Vec<_>>().join("\n")
    }

    const STEP: (&str, &str) =
        ("solution/01-a.yaml", "turns: [a]\ndo: [{restart: {target: {kind: Deployment, name: web}}}]\n");

    fn indented(text: &str, by: &str) -> String {
        text.lines().map(|line| format!("{by}{line}\n")).collect()
    }

    fn with_check(text: &str) -> (Option<Lab>, Vec<Problem>) {
        let head = "apiVersion: jotasu.dev/v1alpha1\nkind: Lab\nmetadata: {name: lab}\nspec:\n  title: 제목\n  minutes: 90\n  \
                    owns: {namespaces: [shop]}\n  checks:\n  - name: a\n    title: 가\n";
        loaded(&[("lab.yaml", &format!("{head}{}", indented(text, "    "))), STEP])
    }

    /// The check's own fields begin at 11:5.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (lab, problems) = with_check(text);
        assert_eq!(shown(&problems), expected, "{text}");
        assert_eq!(lab.is_some(), problems.iter().all(|p| p.severity == Severity::Warning), "{text}");
    }

    #[track_caller]
    fn right(text: &str) -> Check {
        let (lab, problems) = with_check(text);
        assert_eq!(shown(&problems), "", "{text}");
        lab.unwrap().checks.remove(0)
    }

    #[track_caller]
    fn expectation(text: &str) -> crate::lab::model::ResourceExpectation {
        match right(text).source {
            Source::Observed(Expectation::Of(of)) => *of,
            other => panic!("{other:?}"),
        }
    }

    const WEB: &str = "resource: {apiVersion: apps/v1, kind: Deployment, name: web}\n";

    #[test]
    fn a_check_has_exactly_one_source() {
        check(
            "step: 1",
            "9:5: 무엇을 볼지(source)가 없어요. | 하나를 쓰세요: resource, allOf, anyOf, not, rbac, http, exec, logs, events, promql, helm, node, kind, apiserver, host, answer, manual, trigger",
        );
        check("manual: true\nresource: {kind: Pod}", "11:5: source는 하나만 쓸 수 있어요: resource, manual");
        check(
            "anyOf: []\nnot: {}",
            "11:12: 목록이 비어 있어요: anyOf\n12:5: 하나만 쓸 수 있어요: resource, allOf, anyOf, not, rbac, http, exec, logs, events, promql, helm, node, kind, apiserver, host",
        );
        check(
            "resorce: {kind: Pod}",
            "9:5: 무엇을 볼지(source)가 없어요. | 하나를 쓰세요: resource, allOf, anyOf, not, rbac, http, exec, logs, events, promql, helm, node, kind, apiserver, host, answer, manual, trigger\n11:5: 모르는 필드예요: resorce | 혹시 resource?",
        );
        check("manual: false", "11:13: manual에는 true나 {}만 쓸 수 있어요.");
        right("manual: true");
        right("manual: {}");
        right("answer: {ask: 몇 개?, accept: ['3']}");
        right("answer: {ask: 어느 것?, choices: [가, 나], accept: [나]}");
        check("answer: {ask: 몇 개?, accept: [3]}", "11:34: 글이 와야 하는데 정수예요. | 따옴표로 감싸세요.");
        check("answer: {ask: 몇?, choices: [ab, cd], accept: [abc]}", "11:51: choices에 없는 답이에요: abc | 혹시 ab?");
        check("answer: {ask: 몇?, accept: []}", "11:31: 받아들일 답이 하나는 있어야 해요.");
    }

    #[test]
    fn unknown_fields_are_told_with_the_nearest_known_one() {
        check(&format!("{WEB}holdfor: 3s"), "12:5: 모르는 필드예요: holdfor | 혹시 holdFor?");
        check("resource: {kind: Pod, nmae: a}", "11:27: 모르는 필드예요: nmae | 혹시 name?");
        check("manual: true\nready: true", "12:5: resource 옆에만 쓸 수 있어요: ready");
        check(
            &format!("{WEB}every: 5s"),
            "(경고) 9:5: 묻는 것도, now를 쓰는 식도 없어서 every가 할 일이 없어요. | every를 지우세요.",
        );
        check(
            &format!("{WEB}cel: [{{expr: now > 0}}]"),
            "9:5: now를 쓰는 식은 언제 다시 물을지 적어야 해요. | every: 5s",
        );
        assert_eq!(right(&format!("{WEB}cel: [{{expr: now > 0}}]\nevery: 5s")).every, Some(Duration::from_secs(5)));
        check("allOf:\n- resource: {kind: Pod}\n  raedy: true", "13:7: 모르는 필드예요: raedy | 혹시 ready?");
    }

    #[test]
    fn all_the_mistakes_of_a_check_come_at_once() {
        check(
            &format!("{WEB}step: 하나\nwithin: 60\nholdFor: 3초\nlevel: 증급\nmode: lives\nweight: -1\nnext:"),
            "12:11: 정수가 와야 하는데 글이에요.\n13:13: within: 시간이 아니에요. | 60s, 2m, 500ms처럼 적으세요.\n\
             14:14: holdFor: 시간이 아니에요. | 60s, 2m, 500ms처럼 적으세요.\n15:12: level에 쓸 수 없는 값이에요: 증급 | 혹시 중급?\n\
             16:11: mode에 쓸 수 없는 값이에요: lives | 혹시 live?\n17:13: 범위를 벗어난 수예요: -1\n18:9: 값이 비어 있어요: next",
        );
        check(
            "manual: true\nhints:\n- {level: 0, text: a}\n- {level: 1}\n- {level: 2, when: {cel: '1 +'}, text: b}",
            "13:15: 힌트의 level은 1부터 3까지예요.\n14:7: 필드가 빠졌어요: text\n15: CEL",
        );
    }

    #[test]
    fn defaults_are_those_of_the_format() {
        let plain = right(WEB);
        assert_eq!((plain.within, plain.hold_for), (Duration::ZERO, Duration::from_secs(3)));
        assert_eq!((plain.step, plain.weight, plain.level, plain.mode, plain.line), (0, 1, None, Mode::Live, 9));
        assert!(plain.fail_fast && !plain.initially_passed);
        assert!(!right("resource: {kind: ConfigMap, name: a}").fail_fast);
        assert!(!right(&format!("{WEB}failFast: false")).fail_fast);
        assert!(right(&format!("{WEB}level: 고급")).level == Some(Level::Advanced));
        let of = expectation("resource: {kind: Deployment, name: web}");
        assert_eq!((of.target.api_version.as_str(), of.target.namespace.as_deref()), ("apps/v1", Some("shop")));
        assert_eq!((of.count.min, of.count.max), (1, None));
        assert_eq!(expectation("resource: {kind: Node, name: a}").target.namespace, None);
        let custom =
            expectation("resource: {apiVersion: cert-manager.io/v1, kind: ClusterIssuer, name: a}\nready: true");
        assert_eq!(custom.target.namespace, None);
    }

    #[test]
    fn a_selection_is_read_with_labels_and_counts() {
        let of = expectation(
            "resource: {kind: Pod, labels: {app: web}, fields: {spec.nodeName: n1}}\ncount: 3\nquantifier: any",
        );
        assert_eq!(of.target.labels.match_labels["app"], "web");
        assert_eq!(of.target.fields["spec.nodeName"], "n1");
        assert_eq!((of.count.min, of.count.max), (3, Some(3)));
        let of = expectation(
            "resource: {kind: Pod, selector: {matchExpressions: [{key: a, operator: In, values: [b]}]}}\ncount: {max: 5}",
        );
        assert_eq!(of.target.labels.match_expressions[0].operator, "In");
        assert_eq!((of.count.min, of.count.max), (1, Some(5)));
        check(
            "resource: {kind: Pod}\ncount: 0",
            "12:12: 빈 선택은 통과하지 못하니 0개를 셀 수 없어요. | 없어야 하면 absent: true를 쓰세요.",
        );
        check("resource: {kind: Pod}\ncount: {min: 3, max: 2}", "12:12: max가 min보다 작아요.");
        check("resource: {kind: Pod}\ncount: {}", "12:12: count에는 min이나 max가 있어야 해요.");
        check(
            "resource: {kind: Pod}\ncount: 셋",
            "12:12: count는 수나 맵이어야 해요. | 3 또는 {min: 1, max: 3}처럼 적으세요.",
        );
        check("resource: {kind: Pod, labels: {tier: 1}}", "11:42: 글이 와야 하는데 정수예요. | 따옴표로 감싸세요.");
        check("resource: {kind: Pod, labels: {a: b}, selector: {c: d}}", "11:43: labels와 selector는 하나만 쓰세요.");
        check(
            "resource: {kind: Pod, selector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}",
            "11:57: Exists와 DoesNotExist에는 values가 없어야 해요.",
        );
        check("resource: {kind: Pod}\nabsent: true\nready: true", "13:5: absent와 함께 쓸 수 없어요: ready");
    }

    #[test]
    fn kinds_are_known_without_a_cluster() {
        check("resource: {kind: Deplyment, name: a}", "11:22: 모르는 kind예요: Deplyment | 혹시 Deployment?");
        check(
            "resource: {apiVersion: v1, kind: Deployment}",
            "11:38: v1에 없는 kind예요: Deployment | apiVersion: apps/v1",
        );
        check(
            "resource: {kind: Gateway}",
            "11:22: 필드가 빠졌어요: apiVersion | 쿠버네티스에 처음부터 있는 kind만 생략할 수 있어요.",
        );
        check("resource: {kind: Node, namespace: shop}", "11:39: namespace가 없는 kind예요: Node");
        check(
            "resource: {kind: Pod, namespace: shpo}",
            "(경고) 11:38: lab이 갖지 않은 namespace예요: shpo | 혹시 shop?",
        );
        check(
            "resource: {kind: ConfigMap}\nready: true",
            "12:5: ready를 알 수 없는 kind예요: ConfigMap | match나 cel을 쓰세요.",
        );
        right(
            "resource: {apiVersion: cert-manager.io/v1, kind: Certificate, name: a}\nready: true\nconditions: [Issued]",
        );
    }

    #[test]
    fn a_match_is_held_against_the_operators() {
        right(&format!(
            "{WEB}match: {{spec: {{replicas: {{$gte: 3}}, a: {{$in: [1, x]}}, b: {{$regex: '^n.*$'}}, c: {{$exists: false}}, d: null, e: {{$quantity: 500m}}, f: {{$equals: [1]}}}}}}"
        ));
        check(&format!("{WEB}match: {{a: {{$gt: 3}}}}"), "12:17: 모르는 연산자예요: $gt | 혹시 $gte?");
        check(
            &format!("{WEB}match: {{a: {{$gte: 셋}}}}"),
            "12:23: $gte에는 수나 수량이 와야 해요. | 3, 0.5, 500m, 128Mi처럼 적으세요.",
        );
        check(&format!("{WEB}match: {{a: {{$in: 3}}}}"), "12:22: $in에는 빈 것이 아닌 목록이 와야 해요.");
        check(&format!("{WEB}match: {{a: {{$regex: '('}}}}"), "12:25: 정규식을 읽을 수 없어요: unclosed group");
        check(&format!("{WEB}match: {{a: {{$exists: 1}}}}"), "12:26: true나 false가 와야 하는데 정수예요.");
        check(
            &format!("{WEB}match: {{a: {{$gte: 1, $lte: 2}}}}"),
            "12:17: 연산자는 다른 키와 함께 쓸 수 없어요: $gte | `{$gte: 1}`처럼 연산자 하나만 있는 맵으로 쓰세요.",
        );
        right(&format!("{WEB}match: {{a: {{$quantity: {{$gte: 64Mi}}}}}}"));
        check(&format!("{WEB}match: []"), "12:12: 맵이 와야 하는데 목록이에요.");
        check(&format!("{WEB}match: {{}}"), "12:12: match가 비어 있어요.");
    }

    #[test]
    fn cel_is_compiled_where_it_stands() {
        let of = expectation(&format!(
            "{WEB}related: {{pods: {{resource: {{kind: Pod}}, ownedBy: object}}, svc: {{kind: Service, selectedBy: object}}}}\ncel:\n- expr: related.pods.size() > 0\n  message: 있어야 해요.\n- object.spec.replicas == 3"
        ));
        assert_eq!(of.cel.iter().map(|rule| rule.message.is_some()).collect::<Vec<_>>(), [true, false]);
        assert!(of.related["pods"].owned_by_object && of.related["svc"].selected_by_object);
        right(&format!("{WEB}cel: object.spec.replicas == 3"));
        let broken = |text: &str| {
            let (lab, problems) = with_check(&format!("{WEB}{text}"));
            assert!(lab.is_none());
            assert!(problems[0].message.starts_with("CEL 문법에"), "{problems:?}");
            (problems[0].line, problems[0].column)
        };
        // The stand-in and the real compiler differ in the column, not in the line.
        assert_eq!(broken("cel: [1 + + 2 @]").0, 12);
        assert_eq!(broken("cel:\n- expr: |\n    has(object.spec) &&\n    object.spec.x @ 3").0, 14 + 1);
        check(
            &format!("{WEB}cel: related.pod.size() > 0"),
            "(경고) 12:18: related에 없는 이름이에요: pod | related에 먼저 적으세요.",
        );
        check(&format!("{WEB}cel: [{{expr: 'true', mesage: a}}]"), "12:26: 모르는 필드예요: mesage | 혹시 message?");
        check(
            &format!("{WEB}related: {{a-b: {{kind: Pod}}, c: {{kind: Pod, ownedBy: pod}}}}"),
            "12:15: CEL에서 쓸 수 없는 이름이에요: a-b\n12:57: ownedBy에는 object만 쓸 수 있어요.",
        );
    }

    /// `spec` fields that replace or follow `title` (5:3) and `minutes`; one manual check so that nothing else is wrong.
    #[track_caller]
    fn spec(text: &str, expected: &str) {
        let head = "apiVersion: jotasu.dev/v1alpha1\nkind: Lab\nmetadata: {name: lab}\nspec:\n";
        let tail = "  title: 제목\n  minutes: 90\n  checks: [{name: a, title: 가, manual: true}]\n";
        let (_, problems) = loaded(&[
            ("lab.yaml", &format!("{head}{}{tail}", indented(text, "  "))),
            ("setup/web.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
        ]);
        let problems: Vec<_> =
            problems.into_iter().filter(|p| p.message != "아무도 적용하지 않는 파일이에요.").collect();
        assert_eq!(shown(&problems), expected, "{text}");
    }

    #[test]
    fn one_exception_from_the_mutation_test_names_its_check_and_why() {
        spec("mutations: {except: [{check: a, path: spec.x, because: 그래도 돼요}]}", "");
        spec("mutations: {excpet: []}", "5:14: 필드가 빠졌어요: except\n5:15: 모르는 필드예요: excpet | 혹시 except?");
        spec(
            "mutations: {except: [{check: b, paht: spec.x, because: x}]}",
            "5:24: 필드가 빠졌어요: path\n5:32: 없는 확인이에요: b | 혹시 a?\n5:35: 모르는 필드예요: paht | 혹시 path?",
        );
        let two = "{check: a, path: x, because: x}, {check: a, path: y, because: y}";
        spec(
            &format!("mutations: {{except: [{two}]}}"),
            "5:57: 예외는 실습마다 1개까지예요. | 예외가 더 있어야 한다면 확인을 고치세요.",
        );
    }

    #[test]
    fn the_head_is_strict() {
        spec("requires: {kubernetes: '>=1.33', nodes: 3, cpu: 2, memory: 4Gi, arch: [amd64]}", "");
        spec(
            "requires: {kubernetes: new, memory: lots}",
            "5:26: kubernetes: 버전 조건이 아니에요. | \">=1.33\"처럼 적으세요.\n5:39: memory: 수량이 아니에요. | 2, 500m, 4Gi처럼 적으세요.",
        );
        spec(
            "cluster: {by: me, config: kind.yaml}",
            "5:17: by에 쓸 수 없는 값이에요: me | 쓸 수 있는 것: us, learner\n5:29: lab 폴더에 없는 파일이에요: kind.yaml",
        );
        spec("explain: all", "5:12: explain에 쓸 수 없는 값이에요: all | 쓸 수 있는 것: full, symptom, none");
        spec(
            "owns: {namespaces: [default]}",
            "5:23: 가질 수 없는 namespace예요: default | 정리할 때 namespace가 통째로 지워져요. 다른 namespace를 쓰세요.",
        );
        spec(
            "owns: {objects: [{kind: PriorityClass, prefix: shop-}, {kind: Node, name: a}, {kind: Role, name: a}]}",
            "5:58: objects에 적을 수 없는 kind예요: Node | namespace는 owns.namespaces에, 노드의 라벨과 taint는 owns.nodes에 적으세요.\n5:81: namespace가 있어야 하는 kind예요: Role",
        );
        spec("owns: {helm: [web]}", "5:17: namespace/이름 꼴이어야 해요: web");
        spec(
            "owns: {namespaces: [a], helm: [a/web, b/web]}",
            "5:41: 가지지 않은 namespace의 릴리스예요: b | 릴리스는 namespace와 함께 지워져요. owns.namespaces에 더하세요.",
        );
        spec("ownz: {}", "5:3: 모르는 필드예요: ownz | 혹시 owns?");
        spec(
            "symptom: {resource: {kind: Pod}, cel: [object.a], step: 1}",
            "5:53: 모르는 필드예요: step | 쓸 수 있는 것: resource, allOf, anyOf, not, rbac, http, exec, logs, events, promql, helm, node, kind, apiserver, \
             host, quantifier, count, absent, ready, conditions, match, related, cel, allowed, connect, status, body, headers, \
             exitCode, stdout, stderr, contains, type, reason, message, value, revision, chart, values, nodes, version",
        );
    }

    #[track_caller]
    fn action(text: &str, expected: &str) {
        spec(
            &format!(
                "owns: {{namespaces: [shop], objects: [{{kind: PriorityClass, prefix: shop-}}], nodes: {{labels: [disk], taints: [dedicated]}}}}\nsetup:\n- {text}"
            ),
            expected,
        );
    }

    const OWN: &str = "spec.owns에 더하거나, 가진 것 안으로 옮기세요.";

    #[test]
    fn actions_stay_within_what_the_lab_owns() {
        action("apply: setup/*.yaml", "");
        action("apply: setup/wed.yaml", "7:12: lab 폴더에 없는 파일이에요: setup/wed.yaml | 혹시 setup/web.yaml?");
        action("apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}", "");
        action("apply: {apiVersion: v1, kind: Namespace, metadata: {name: shop}}", "");
        action(
            "apply: {apiVersion: v1, kind: Namespace, metadata: {name: other}}",
            &format!("7:63: owns 밖을 건드려요: Namespace other | {OWN}"),
        );
        action(
            "apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: other}}",
            &format!("7:77: owns 밖을 건드려요: ConfigMap other/a | {OWN}"),
        );
        action("apply: {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: shop-high}}", "");
        action(
            "apply: {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}}",
            &format!("7:85: owns 밖을 건드려요: PriorityClass high | {OWN}"),
        );
        action(
            "apply: {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostNetwork: true}}",
            "7:81: 밝히지 않은 권한을 써요: hostNetwork | 꼭 필요하면 spec.requires.power에 더하세요: hostNetwork",
        );
        action("apply: {apiVersion: v1, kind: ConfigMap, metadata: {}}", "7:56: 필드가 빠졌어요: metadata.name");
        action(
            "delete: {target: {kind: Deployment, name: web, namespace: kube-system}}",
            &format!("7:22: owns 밖을 건드려요: Deployment kube-system/web | {OWN}"),
        );
        action("delete: {target: {kind: Deployment, labels: {app: web}}}", "");
        action("delete: {target: {kind: Node, name: n1}}", &format!("7:22: owns 밖을 건드려요: Node n1 | {OWN}"));
        action(
            "delete: {target: {kind: PriorityClass}}",
            &format!("7:22: owns 밖을 건드려요: PriorityClass * | {OWN}"),
        );
        action(
            "label: {node: 'worker:0', set: {disk: ssd}, remove: [zone]}",
            "7:58: owns 밖을 건드려요: labels zone | spec.owns.nodes.labels에 더하세요.",
        );
        action("taint: {node: n1, set: {dedicated: 'batch:NoSchedule'}}", "");
        action(
            "taint: {node: n1, set: {gpu: batch}}",
            "7:29: owns 밖을 건드려요: taints gpu | spec.owns.nodes.taints에 더하세요.\n7:34: taint의 효과가 없어요. | 값:NoSchedule 또는 :NoExecute처럼 적으세요.",
        );
    }

    #[test]
    fn actions_are_one_key_each_and_strict() {
        action(
            "{apply: a, delete: b}",
            "7:5: 동작 하나에는 키가 하나여야 해요. | 동작마다 `- `로 새 항목을 시작하세요.",
        );
        action("aply: web.yaml", "7:5: 모르는 동작이에요: aply | 혹시 apply?");
        action("scale: {target: {kind: Deployment, name: web}}", "7:12: 필드가 빠졌어요: replicas");
        action(
            "scale: {target: {kind: Deployment, name: web}, replicas: 3, force: true}",
            "7:65: 모르는 필드예요: force | 쓸 수 있는 것: target, replicas",
        );
        action(
            "patch: {target: {kind: Deployment, name: web}, type: json, body: {}}",
            "7:70: 목록이 와야 하는데 맵이에요.",
        );
        action(
            "patch: {target: {kind: Deployment, name: web}, type: yaml, body: {}}",
            "7:58: type에 쓸 수 없는 값이에요: yaml | 쓸 수 있는 것: merge, strategic, json",
        );
        action("wait: {target: {kind: Pod, name: a}}", "7:11: ready, condition, cel 가운데 하나가 있어야 해요.");
        action("wait: {target: {kind: Deployment, name: a}, ready: true, timeout: 90s}", "");
        action(
            "wait: {target: {kind: ConfigMap, name: a}, ready: true}",
            "7:48: ready를 알 수 없는 kind예요: ConfigMap | cel을 쓰세요.",
        );
        action("exec: {target: {kind: Pod, name: a}, argv: []}", "7:42: 실행할 것이 없어요: argv");
        action("answer: {check: a, value: b}", "7:21: 답하는 확인이 아니에요: a");
    }

    #[track_caller]
    fn fault(text: &str, expected: &str) {
        let declared = "requires: {faults: [apiserver-port, etcd-endpoint, kubelet-client-cert-expired, cni-config]}";
        spec(&format!("{declared}\ncluster: {{dedicated: true}}\nsetup:\n- node: {text}"), expected);
    }

    #[test]
    fn faults_of_nodes_are_a_closed_list_with_typed_parameters() {
        fault("{node: control-plane, fault: {kind: apiserver-port, port: 6444}}", "");
        fault("{node: 'control-plane:1', fault: {kind: etcd-endpoint, port: 2389}}", "");
        fault("{node: 'worker:0', fault: {kind: kubelet-client-cert-expired}}", "");
        fault("{node: worker, fault: {kind: cni-config, damage: missing}}", "");
        fault("{node: worker, undo: cni-config}", "");
        fault("{node: worker, fault: {kind: cni-confg}}", "8:40: 모르는 고장이에요: cni-confg | 혹시 cni-config?");
        fault(
            "{node: worker, fault: {kind: cni-config, damage: missng}}",
            "8:60: damage에 쓸 수 없는 값이에요: missng | 혹시 missing?",
        );
        fault("{node: control-plane, fault: {kind: apiserver-port}}", "8:40: 필드가 빠졌어요: port");
        let help = "1024보다 크고 쿠버네티스가 쓰지 않는 포트를 적으세요. 예: 6444";
        fault(
            "{node: control-plane, fault: {kind: apiserver-port, port: 6443}}",
            &format!("8:69: 고장이 되지 않는 포트예요: 6443 | {help}"),
        );
        fault(
            "{node: control-plane, fault: {kind: apiserver-port, prot: 6444}}",
            "8:40: 필드가 빠졌어요: port\n8:63: 모르는 필드예요: prot | 혹시 port?",
        );
        fault(
            "{node: jotasu-worker, undo: cni-config}",
            "8:18: 노드를 알 수 없어요: jotasu-worker | control-plane이나 worker:0처럼 적으세요.",
        );
        fault("{node: worker}", "8:11: fault와 undo 가운데 하나가 있어야 해요.");
        fault(
            "{node: worker, undo: cni-config, fault: {kind: cni-config}}",
            "8:11: fault와 undo 가운데 하나가 있어야 해요.",
        );
        fault(
            "{node: worker, fault: {kind: apiserver-port, port: 6444}}",
            "8:18: control-plane에만 낼 수 있는 고장이에요: apiserver-port | node: control-plane",
        );
    }

    #[test]
    fn helm_is_asked_for_what_the_lab_owns_and_nothing_else() {
        #[track_caller]
        fn helm(argv: &str, expected: &str) {
            let lab = format!("{}\n", LAB.replace("namespaces: [shop]", "namespaces: [shop], helm: [shop/web]"))
                .replace("setup: [", &format!("setup: [{{helm: {{argv: {argv}}}}}, "));
            let (_, problems) =
                changed(&[("lab.yaml", &lab), ("chart/Chart.yaml", "name: web\n"), ("v.yaml", "a: 1\n")]);
            // Files that nothing names are told of beside.
            let mut said = problems.iter().filter(|problem| problem.file == "lab/lab.yaml").map(|problem| {
                let help = problem.help.as_ref().map(|help| format!(" | {help}")).unwrap_or_default();
                format!("{}{help}", problem.message)
            });
            assert_eq!(said.next().unwrap_or_default(), expected, "{argv}");
        }
        helm("[install, web, chart, -f, v.yaml, --wait]", "");
        helm("[upgrade, --install, web, chart, --set=a=1, --namespace, shop]", "");
        helm("[rollback, web, '1']", "");
        helm("[uninstall, web, --keep-history]", "");
        helm("[install, web, 'oci://registry.example/web', --version, 1.2.3]", "");
        helm("[]", "실행할 것이 없어요: argv");
        helm(
            "[lint, chart]",
            "helm으로 할 수 없는 일이에요: lint | 쓸 수 있는 것: install, upgrade, rollback, uninstall",
        );
        helm("[instal, web, chart]", "helm으로 할 수 없는 일이에요: instal | 혹시 install?");
        helm(
            "[install, web, chart, --kubeconfig, /root/x]",
            "helm에 쓸 수 없는 옵션이에요: --kubeconfig | 쓸 수 있는 것: --set, --set-string, --set-json, --values, -f, --version, --namespace, -n, --timeout, --history-max, --install, -i, --wait, --rollback-on-failure, --atomic, --reuse-values, --reset-values, --keep-history, --skip-crds",
        );
        helm("[install, web, chart, --set]", "값이 없는 옵션이에요: --set");
        helm("[install, web, chart, more]", "남는 말이에요: more");
        helm("[install, web]", "helm install에 빠진 것이 있어요: 릴리스의 이름과 차트");
        helm("[uninstall]", "helm uninstall에 빠진 것이 있어요: 릴리스의 이름");
        helm("[uninstall, db]", "이 실습의 것이 아닌 릴리스예요: shop/db | spec.owns.helm에 shop/db를 더하세요.");
        helm(
            "[uninstall, web, -n, kube-system]",
            "이 실습의 것이 아닌 릴리스예요: kube-system/web | spec.owns.helm에 kube-system/web을 더하세요.",
        );
        helm(
            "[install, web, ../chart]",
            "차트가 아니에요: ../chart | lab 폴더 안의 차트 폴더, 또는 oci://로 시작하는 주소를 적으세요.",
        );
        helm("[install, web, chart, -f, /etc/passwd]", "lab 폴더에 없는 파일이에요: /etc/passwd");
    }

    #[test]
    fn a_fault_must_be_declared_and_its_cluster_be_its_own() {
        let alone = "노드의 고장은 전용 클러스터에서만 낼 수 있어요. | spec.cluster에 dedicated: true를 적으세요. 다른 실습과 함께 쓰는 클러스터의 노드는 고장 내지 않아요.";
        spec(
            "setup: [{node: {node: worker, fault: {kind: cni-config}}}]",
            &format!(
                "5:40: requires.faults에 적지 않은 고장이에요: cni-config | spec.requires.faults에 cni-config를 더하세요.\n5:40: {alone}"
            ),
        );
        spec(
            "requires: {faults: [cni-config]}\nsetup: [{node: {node: worker, undo: cni-config}}]",
            &format!("6:39: {alone}"),
        );
        spec("requires: {faults: [cni-confg]}", "5:23: faults에 쓸 수 없는 값이에요: cni-confg | 혹시 cni-config?");
    }

    #[test]
    fn actions_fit_their_kind() {
        action(
            "restart: {target: {kind: Pod, name: a}}",
            "7:23: restart할 수 없는 kind예요: Pod | 쓸 수 있는 것: Deployment, StatefulSet, DaemonSet",
        );
        action(
            "scale: {target: {kind: DaemonSet, name: a}, replicas: 3}",
            "7:21: scale할 수 없는 kind예요: DaemonSet | 쓸 수 있는 것: Deployment, StatefulSet, ReplicaSet",
        );
        action(
            "rollback: {target: {kind: StatefulSet, name: a}}",
            "7:24: rollback할 수 없는 kind예요: StatefulSet | 쓸 수 있는 것: Deployment",
        );
        action("scale: {target: {kind: Deployment, labels: {app: a}}, replicas: 3}", "7:21: 필드가 빠졌어요: name");
        action("exec: {target: {kind: Pod, labels: {app: a}}, argv: [ls]}", "");
        action(
            "exec: {target: {kind: Service, name: a}, argv: [ls]}",
            "7:20: exec할 수 없는 kind예요: Service | 쓸 수 있는 것: Pod",
        );
        action(
            "patch: {target: {kind: Deployment, name: a}, type: merge, body: {spec: {hostPID: true}}}",
            "7:86: 밝히지 않은 권한을 써요: hostPID | 꼭 필요하면 spec.requires.power에 더하세요: hostPID",
        );
    }

    const LAB: &str = "apiVersion: jotasu.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  title: 워크로드
  minutes: 90
  owns: {namespaces: [shop]}
  params: {image: 'nginx:1.29'}
  setup: [{apply: setup/*.yaml}, {wait: {target: {kind: Deployment, name: db}, ready: true, timeout: 60s}}]
  checks:
  - name: db
    title: db가 준비됨
    initially: passed
    resource: {kind: Deployment, name: db}
    ready: true
  - name: web
    title: web이 준비됨
    step: 1
    level: 초급
    needs: [db]
    within: 60s
    resource: {kind: Deployment, name: web}
    ready: true
    cel: [{expr: 'object.spec.template.spec.containers.all(c, c.image == params.image)', message: 이미지}]
  - name: why
    title: 까닭
    answer: {ask: 왜?, accept: [그래서]}
  - name: told
    title: 설명함
    manual: true
  invariants:
  - name: db-kept
    title: db는 그대로
    resource: {kind: Deployment, name: db}
";
    const DB: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: db, namespace: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db}
spec: {template: {spec: {containers: [{name: db, image: 'docker.io/library/redis:8'}]}}}
";
    const WEB_STEP: &str =
        "turns: [web]\ndo: [{apply: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}}]\n";

    fn changed(changes: &[(&str, &str)]) -> (Option<Lab>, Vec<Problem>) {
        let mut files = std::collections::BTreeMap::from([
            ("lab.yaml", LAB),
            ("setup/10-db.yaml", DB),
            ("solution/01-web.yaml", WEB_STEP),
            ("solution/02-why.yaml", "turns: [why]\ndo: [{answer: {check: why, value: 그래서}}]\n"),
            (
                "wrong/nope.yaml",
                "after: 0\nred: [web]\nbecause: 없음\ndo: [{scale: {target: {kind: Deployment, name: db}, replicas: 0}}]\n",
            ),
            (
                "right/other.yaml",
                "after: 1\nturns: [why]\nbecause: 다른 길\ndo: [{answer: {check: why, value: 그래서}}]\n",
            ),
            ("images.txt", "# 이미지\nredis:8  # db\n\nnginx:1.29\n"),
            ("scripts/load.sh", "echo\n"),
        ]);
        files.extend(changes.iter().copied());
        loaded(&files.into_iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_whole_lab_is_loaded() {
        let (lab, problems) = changed(&[]);
        assert_eq!(shown(&problems), "");
        let lab = lab.unwrap();
        assert_eq!((lab.id.as_str(), lab.title.as_str(), lab.minutes), ("lab", "워크로드", 90));
        assert_eq!(
            lab.checks.iter().map(|check| check.name.as_str()).collect::<Vec<_>>(),
            ["db", "web", "why", "told"]
        );
        assert_eq!(lab.invariants.len(), 1);
        let Action::Apply(objects) = &lab.setup[0] else { panic!() };
        assert_eq!(objects[1]["metadata"], serde_json::json!({"name": "db", "namespace": "shop"}));
        assert_eq!(lab.solution.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(), ["01-web", "02-why"]);
        assert_eq!(
            lab.variants.iter().map(|v| (v.kind, v.after)).collect::<Vec<_>>(),
            [(VariantKind::Wrong, 0), (VariantKind::Right, 1)]
        );
        assert_eq!(lab.images, ["redis:8", "nginx:1.29"]);
        assert_eq!(lab.hash.len(), 64);
        assert_eq!(changed(&[]).0.unwrap().hash, lab.hash);
        assert_ne!(changed(&[("scripts/load.sh", "echo 1\n")]).0.unwrap().hash, lab.hash);
    }

    #[track_caller]
    fn change(path: &str, text: &str, expected: &str) {
        assert_eq!(shown(&changed(&[(path, text)]).1), expected, "{path}\n{text}");
    }

    #[test]
    fn the_proof_names_what_exists() {
        change(
            "solution/01-web.yaml",
            &WEB_STEP.replace("[web]", "[wbe]"),
            "solution/01-web.yaml:1:9: 없는 확인이에요: wbe | 혹시 web?",
        );
        change(
            "solution/01-web.yaml",
            &WEB_STEP.replace("[web]", "[web]\nbreaks: [web]"),
            "solution/01-web.yaml:2:10: 한 단계에 두 번 적었어요: web",
        );
        change("solution/01-web.yaml", "turns: [web]\ndo: []\n", "solution/01-web.yaml:2:5: 목록이 비어 있어요: do");
        change(
            "solution/01-web.yaml",
            "turn: [web]\n",
            "solution/01-web.yaml:1:1: 모르는 필드예요: turn | 혹시 turns?\nsolution/01-web.yaml:1:1: 필드가 빠졌어요: do",
        );
        change(
            "solution/04-x.yaml",
            WEB_STEP,
            "solution/04-x.yaml: 단계의 번호가 이어지지 않아요: 02 다음에 04 단계가 있어요.",
        );
        change(
            "solution/02-x.yaml",
            WEB_STEP,
            "solution/02-x.yaml: 번호가 같은 단계가 또 있어요: solution/02-why.yaml",
        );
        change(
            "wrong/nope.yaml",
            "after: 3\nred: []\nbecause: 없음\ndo: [{answer: {check: why, value: x}}]\n",
            "wrong/nope.yaml:1:8: 그런 단계가 없어요: 3 (풀이는 2단계)\nwrong/nope.yaml:2:6: 목록이 비어 있어요: red",
        );
        change(
            "right/other.yaml",
            "after: 1\nred: [why]\nbecause: 없음\ndo: [{answer: {check: web, value: x}}]\n",
            "right/other.yaml:1:1: 필드가 빠졌어요: turns\nright/other.yaml:2:1: 모르는 필드예요: red | 쓸 수 있는 것: after, turns, because, do\nright/other.yaml:4:23: 답하는 확인이 아니에요: web | 쓸 수 있는 것: why",
        );
        change("wrong/nope.yaml", "", "wrong/nope.yaml: 파일이 비어 있어요.");
        change("wrong/nope.yaml", "a: [", "wrong/nope.yaml:1:4: 여는 괄호 [의 짝이 없어요.");
    }

    #[test]
    fn what_an_author_should_look_at_is_warned_of() {
        change(
            "solution/01-web.yaml",
            "turns: []\ndo: [{apply: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}}]\n",
            "(경고) 16: 어느 풀이 단계도 통과시키지 않는 확인이에요: web | solution의 한 단계에 turns로 적으세요.",
        );
        change(
            "images.txt",
            "redis:8\nnginx\nbusybox:latest\n",
            "(경고) images.txt:2: 버전이 정해지지 않은 이미지예요: nginx | latest가 아닌 태그를 적으세요.\n(경고) images.txt:3: 버전이 정해지지 않은 이미지예요: busybox:latest | latest가 아닌 태그를 적으세요.",
        );
        change(
            "images.txt",
            "",
            "(경고) setup/10-db.yaml:8:57: images.txt에 없는 이미지예요: docker.io/library/redis:8 | images.txt에 한 줄로 더하세요.",
        );
        change("notes.md", "", "(경고) notes.md: lab이 모르는 파일이에요. | 쓰지 않으면 지우세요.");
        change(
            "solution/web.yaml",
            "",
            "(경고) solution/web.yaml: lab이 모르는 파일이에요. | 풀이는 solution/01-이름.yaml 꼴이어야 해요.",
        );
    }

    #[test]
    fn needs_must_exist_and_not_go_round() {
        change("lab.yaml", &LAB.replace("needs: [db]", "needs: [dbb]"), "20:13: 없는 확인이에요: dbb | 혹시 db?");
        change(
            "lab.yaml",
            &LAB.replace("initially: passed", "initially: passed\n    needs: [web]"),
            "14:12: needs가 돌고 돌아요: db → web → db",
        );
        change("lab.yaml", &LAB.replace("needs: [db]", "needs: [web]"), "20:12: needs가 돌고 돌아요: web → web");
        change(
            "lab.yaml",
            &LAB.replace("name: why", "name: web"),
            "25:11: 같은 이름의 확인이 또 있어요: web\nright/other.yaml:2:9: 없는 확인이에요: why | 쓸 수 있는 것: db, web, told\n\
             right/other.yaml:4:23: 답하는 확인이 아니에요: why | 쓸 수 있는 것: web\n\
             solution/02-why.yaml:1:9: 없는 확인이에요: why | 쓸 수 있는 것: db, web, told\n\
             solution/02-why.yaml:2:23: 답하는 확인이 아니에요: why | 쓸 수 있는 것: web",
        );
        change(
            "lab.yaml",
            &LAB.replace("initially: passed", "initially: passed\n    level: 고급"),
            "(경고) 21:12: web보다 높은 수준의 확인이 필요해요: db | 이 수준의 학습자는 끝낼 수 없을 수도 있어요.",
        );
    }

    #[test]
    fn the_envelope_names_the_lab() {
        change("lab.yaml", &LAB.replace("{name: lab}", "{name: web}"), "3:18: 이름이 폴더 이름과 달라요. | name: lab");
        change("lab.yaml", &LAB.replace("v1alpha1", "v2"), "1:13: apiVersion: jotasu.dev/v1alpha1이어야 해요.");
        change("lab.yaml", "a: 1\na: 2\n", "2:1: 같은 키가 또 있어요: a");
        change("lab.yaml", "", " 파일이 비어 있어요.");
        change(
            "lab.yaml",
            &LAB.replace("step: 1", "step: 2"),
            "(경고) 16: 1단계인 확인이 없어요. | step은 1부터 빈 번호 없이 적으세요.",
        );
        let (lab, problems) = loaded(&[("setup/a.yaml", "")]);
        assert!(lab.is_none() && problems.len() == 1 && problems[0].file == "lab/lab.yaml");
    }

    #[test]
    fn labs_are_the_folders_with_a_lab_file() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["b/lab.yaml", "a/lab.yaml", "c/other.yaml", "d/e/lab.yaml", "lab.yaml"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        assert_eq!(ids(&Tree::Folder(folder.path().to_owned())), ["a", "b"]);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_is_done_to_a_lab_its_loading_tells_problems_and_does_not_panic(
            line in 0..40_usize, column in 0..40_usize, put in "[-:{}\\[\\]a1 '|~]{0,4}", drop in 0..3_usize,
        ) {
            let mangle = |text: &str| {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                if let Some(line) = lines.get_mut(line) {
                    let (before, after): (Vec<_>, Vec<_>) = line.chars().enumerate().partition(|(i, _)| *i < column);
                    let join = |part: Vec<(usize, char)>| part.into_iter().map(|(_, c)| c).collect::<String>();
                    *line = format!("{}{put}{}", join(before), join(after));
                }
                let kept = lines.len().saturating_sub(drop);
                lines.truncate(kept);
                lines.join("\n")
            };
            let (lab, problems) = changed(&[("lab.yaml", &mangle(LAB)), ("setup/10-db.yaml", &mangle(DB))]);
            assert!(lab.is_some() || problems.iter().any(|problem| problem.severity == Severity::Error));
        }
    }
}
