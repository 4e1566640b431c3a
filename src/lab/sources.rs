//! Every source, from the author's YAML to the verdict: what is wrong with a check at line and column, and what is said
//! of one over what was observed.

mod http;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::testing::{self, START, World};
use super::*;
use crate::files::Tree;
use crate::problem::Severity;

const HEAD: &str = "apiVersion: jotasu.dev/v1alpha1\nkind: Lab\nmetadata: {name: lab}\nspec:\n  title: 제목\n  minutes: 90\n  \
                    owns: {namespaces: [shop]}\n  checks:\n  - name: a\n    title: 가\n    holdFor: 0s\n";

/// A lab with one check, whose own fields begin at 12:5.
fn loaded(check: &str) -> (Option<Lab>, String) {
    let folder = tempfile::tempdir().unwrap();
    let indented: String = check.lines().map(|line| format!("    {line}\n")).collect();
    std::fs::create_dir_all(folder.path().join("lab")).unwrap();
    std::fs::write(folder.path().join("lab/lab.yaml"), format!("{HEAD}{indented}")).unwrap();
    let (lab, problems) = load(&Tree::Folder(folder.path().to_owned()), "lab");
    let told: Vec<String> = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| {
            let help = problem.help.as_ref().map(|help| format!(" | {help}")).unwrap_or_default();
            format!("{}{help}", problem.to_string().trim_start_matches("lab/lab.yaml:"))
        })
        .collect();
    (lab, told.join("\n"))
}

#[track_caller]
fn wrong(check: &str, expected: &str) {
    assert_eq!(loaded(check).1, expected, "{check}");
}

fn of_yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// What is said over objects and over the replies to the check's queries, in order (`null`: nothing to ask), after
/// everything had been otherwise.
#[track_caller]
fn says(check: &str, objects: &str, replies: &[Value], expected: &str) {
    let (lab, told) = loaded(check);
    assert_eq!(told, "", "{check}");
    let lab = lab.unwrap();
    let mut world = World::of(&lab);
    let mut memory = Memory::new("lab", "uid", START);
    let queries: Vec<Query> = lab.queries().into_keys().cloned().collect();
    let mut by_author = lab.checks[0].queries();
    by_author.retain(|query| queries.contains(query));
    let reply = |reply: &Value| if reply.is_null() { Reply::Nothing } else { Reply::said(reply.clone()) };
    // Before: there was something where now is nothing, and nothing where now is something.
    for (query, said) in by_author.iter().zip(replies) {
        let before = if said.is_null() { Reply::said(json!({"before": true})) } else { Reply::Nothing };
        world.observation.replies.insert((*query).clone(), before);
    }
    decide_all(&lab, &world.observation, &mut memory, world.now);
    world.later(1000);
    for object in of_yaml(&format!("[{objects}]")).as_array().unwrap() {
        world.put(object.clone());
    }
    for (query, said) in by_author.iter().zip(replies) {
        world.observation.replies.insert((*query).clone(), reply(said));
    }
    let decision = decide_all(&lab, &world.observation, &mut memory, world.now);
    assert_eq!(told_of(&decision.verdicts[0]), expected, "{check}");
}

/// What survives of a check that passes over these: `path operator`, and how many mutants there were.
fn survivors(check: &str, objects: &str, replies: &[Value]) -> (usize, Vec<String>) {
    let (lab, told) = loaded(check);
    assert_eq!(told, "", "{check}");
    let lab = lab.unwrap();
    let mut world = World::of(&lab);
    for object in of_yaml(&format!("[{objects}]")).as_array().unwrap() {
        world.put(object.clone());
    }
    for (query, said) in lab.checks[0].queries().into_iter().zip(replies) {
        world.observation.replies.insert(query.clone(), Reply::said(said.clone()));
    }
    testing::survivors(&lab, &world, Memory::new("lab", "uid", START))
}

#[test]
fn every_part_of_a_reply_that_a_check_claims_is_violated() {
    let caught = |check: &str, objects: &str, replies: &[Value], expected: usize| {
        assert_eq!(survivors(check, objects, replies), (expected, Vec::new()), "{check}");
    };
    caught("logs: {name: web}\ncontains: started", "", &[json!({"text": "it started"})], 3);
    caught(
        "exec: {name: web, argv: [id]}\nstdout: uid",
        "",
        &[json!({"exitCode": 0, "stdout": "uid=0", "stderr": ""})],
        3,
    );
    caught("host: {tool: kubectl}\nversion: '>=1.33'", "", &[json!({"version": "1.36.3"})], 3);
    let http = "http: {service: web, port: 80}\nbody: hi";
    caught(http, "", &[json!({"connect": "allowed", "status": 200, "body": "hi"})], 3);
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, uid: p}}";
    let event = "{apiVersion: v1, kind: Event, metadata: {name: e, namespace: shop, uid: e}, type: Warning, reason: BackOff, \
                 message: Back-off restarting, involvedObject: {kind: Pod, name: web, uid: p}}";
    let events = "events: {kind: Pod, name: web}\ntype: Warning\nreason: BackOff\nmessage: restarting";
    caught(events, &format!("{pod}, {event}"), &[], 12);
    let helm = "helm: {release: web}\nchart: {name: web, version: {$version: '>=1.2'}}\nvalues: {replicas: {$gte: 2}}";
    caught(helm, &release(1, "deployed"), &[], 13);
    // What claims nothing survives.
    let (_, survived) = survivors("logs: {name: web}\nmatch: {text: {$contains: ''}}", "", &[json!({"text": "x"})]);
    assert_eq!(survived, ["text Violate"]);
    let (_, survived) = survivors("host: {tool: helm}\nversion: '>=0'", "", &[json!({"version": "3.1.0"})]);
    assert_eq!(survived, ["version Violate"]);
}

fn told_of(verdict: &Verdict) -> String {
    let Some(found) = verdict.finding() else { return verdict.name().to_owned() };
    let place =
        [found.subject.kind.as_str(), found.subject.namespace.as_deref().unwrap_or_default(), &found.subject.name];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    let path = found.path.as_ref().map(|path| format!(" {path}")).unwrap_or_default();
    let value = |value: &Value| value.to_string();
    let expected = match &found.expected {
        Expected::Field(wanted) => value(wanted),
        Expected::Count { .. } => "one".into(),
        other => format!("{other:?}"),
    };
    let actual = match &found.actual {
        Actual::Value(Some(actual)) => value(actual),
        Actual::Observed(parts) => {
            parts.iter().map(|(path, value)| format!("{path} {value}")).collect::<Vec<_>>().join(", ")
        }
        other => format!("{other:?}"),
    };
    let cause = found.cause.as_ref().map(|cause| format!(" [{}]", cause.name())).unwrap_or_default();
    format!("{} {}{path}: {expected} / {actual}{cause}", verdict.name(), place.join(" "))
}

#[test]
fn rbac_asks_what_somebody_may_do() {
    let can = "rbac: {serviceAccount: deployer, verb: create, resource: deployments.apps}";
    says(can, "", &[json!({"answer": "allowed"})], "passed");
    says(
        can,
        "",
        &[json!({"answer": "denied", "reason": ""})],
        "failed ServiceAccount shop deployer create deployments.apps -n shop answer: \"allowed\" / \"denied\"",
    );
    says(can, "", &[Value::Null], "failed ServiceAccount shop deployer: one / Missing");
    let cannot = "rbac: {user: kim, verbs: [get, list], resource: secrets, clusterWide: true}\nallowed: false";
    let denied = || json!({"answer": "denied"});
    says(cannot, "", &[denied(), denied()], "passed");
    says(
        cannot,
        "",
        &[denied(), json!({"answer": "allowed", "reason": "RBAC: x"})],
        "failed User kim list secrets answer: \"denied\" / \"allowed\" [words]",
    );
    wrong("rbac: {user: kim, verb: get}", "12:11: 필드가 빠졌어요: resource");
    wrong(
        "rbac: {usr: kim, verb: get, resource: pods}",
        "12:11: 하나만 적으세요: user, serviceAccount\n12:12: 모르는 필드예요: usr | 혹시 user?",
    );
    wrong(
        "rbac: {user: kim, verb: get, resource: pods}\nallowd: true",
        "13:5: 모르는 필드예요: allowd | 혹시 allowed?",
    );
    wrong("resource: {kind: Pod, name: a}\nallowed: true", "13:5: rbac 옆에만 쓸 수 있어요: allowed");
}

#[test]
fn exec_and_logs_read_what_programs_say() {
    let exec = "exec: {labels: {app: web}, argv: [cat, /etc/app.conf]}\nstdout: color=blue";
    says(exec, "", &[json!({"exitCode": 0, "stdout": "a\ncolor=blue\n", "stderr": ""})], "passed");
    says(
        exec,
        "",
        &[json!({"exitCode": 1, "stdout": "", "stderr": "cat: no such file"})],
        "failed Pod shop app=web cat /etc/app.conf stdout: {\"$contains\":\"color=blue\"} / \"\" [words]",
    );
    says(
        "exec: {name: web, argv: ['true']}",
        "",
        &[json!({"exitCode": 1, "stdout": "", "stderr": ""})],
        "failed Pod shop web true exitCode: 0 / 1",
    );
    wrong("exec: {name: web}", "12:11: 필드가 빠졌어요: argv");
    wrong("exec: {name: web, argv: rm -rf /}", "12:29: 목록이 와야 하는데 글이에요.");
    let logs = "logs: {name: web}\ncontains: started";
    says(logs, "", &[json!({"text": "now started\n"})], "passed");
    says(logs, "", &[json!({"text": ""})], "failed Pod shop web logs text: {\"$contains\":\"started\"} / \"\"");
    wrong("logs: {name: web}", "12:11: 무엇을 기대하는지가 없어요. | logs 옆에 하나는 적으세요: contains, match, cel");
    wrong("logs: {name: web, tail: 9000}\ncontains: a", "12:11: tail은 1부터 2000까지예요.");
}

#[test]
fn events_are_read_from_their_watch() {
    let check = "events: {kind: Pod, labels: {app: web}}\ntype: Warning\nreason: FailedScheduling";
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, uid: p, labels: {app: web}}}";
    let event = |uid: &str, reason: &str| {
        format!(
            "{{apiVersion: v1, kind: Event, metadata: {{name: e, namespace: shop}}, involvedObject: {{kind: Pod, uid: {uid}}}, \
             type: Warning, reason: {reason}, message: no}}"
        )
    };
    says(check, &format!("{pod}, {}", event("p", "FailedScheduling")), &[], "passed");
    says(
        check,
        &format!("{pod}, {}", event("other", "FailedScheduling")),
        &[],
        "failed Pod shop app=web events: {\"type\":\"Warning\",\"reason\":\"FailedScheduling\"} / Value(None)",
    );
    says(check, "", &[], "waiting");
    wrong(
        "events: {kind: Pod}\nreson: A",
        "12:13: 무엇을 기대하는지가 없어요. | events 옆에 하나는 적으세요: type, reason, message, match, cel\n13:5: 모르는 필드예요: reson | 혹시 reason?",
    );
}

#[test]
fn promql_asks_a_prometheus() {
    let check = "promql: {service: prometheus, port: 9090, query: up}\nvalue: {$gte: 1}";
    says(check, "", &[json!({"samples": [{"metric": {}, "value": 1.0}]})], "passed");
    says(
        check,
        "",
        &[json!({"samples": []})],
        "failed Service shop prometheus up samples: {\"value\":{\"$gte\":1}} / Value(None)",
    );
    says(check, "", &[Value::Null], "failed Service shop prometheus: one / Missing");
    let cel = "promql: {service: prometheus, port: 9090, query: up}\ncel:\n- expr: object.samples.all(s, s.value > 0 && s.value == 3)\n  message: m";
    says(cel, "", &[json!({"samples": [{"metric": {}, "value": 3.0}]})], "passed");
    // Behind the Service nobody answers: red with the reason, asked for or against.
    let service = "{apiVersion: v1, kind: Service, metadata: {name: prometheus, namespace: shop, uid: s}, spec: {selector: {app: prometheus}}}";
    let silent = "failed Service shop prometheus: Ready(None) / NotReady(\"no endpoints\") [no-pods]";
    says(check, service, &[json!({"error": "no endpoints"})], silent);
    let not = "not:\n  promql: {service: prometheus, port: 9090, query: ALERTS}\n  value: 1";
    says(not, service, &[json!({"samples": []})], "passed");
    says(not, service, &[json!({"error": "no endpoints"})], silent);
    wrong("promql: {service: a, port: 1}\nvalue: 1", "12:13: 필드가 빠졌어요: query");
}

#[test]
fn what_is_measured_moves_without_anybodys_doing() {
    let (lab, _) = loaded("promql: {service: prometheus, port: 9090, query: up}\nvalue: {$gte: 5}");
    let lab = lab.unwrap();
    let mut world = World::of(&lab);
    let mut memory = Memory::new("lab", "uid", START);
    let query = lab.checks[0].queries()[0].clone();
    let mut says = |samples: Value, now: Millis| {
        world.observation.replies.insert(query.clone(), Reply::said(json!({"samples": samples})));
        decide_all(&lab, &world.observation, &mut memory, now).verdicts[0].name()
    };
    for (second, value) in (0..).zip([1.0, 2.5, 1.5]) {
        assert_eq!(says(json!([{"metric": {}, "value": value}]), START + second * 5_000), "waiting");
    }
    assert_eq!(says(json!([]), START + 20_000), "failed", "that there is nothing any more is a change");
    assert_eq!(says(json!([{"metric": {}, "value": 5.0}]), START + 25_000), "passed");
}

/// The Secret in which Helm keeps a revision of a release.
fn release(version: u32, status: &str) -> String {
    use base64::Engine;
    use std::io::Write;
    let state = json!({"chart": {"metadata": {"name": "web", "version": "1.2.3", "appVersion": "9"}}, "config": {"replicas": 2}, "info": {"description": "timed out"}});
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(state.to_string().as_bytes()).unwrap();
    let code = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let release = code(code(&packed.finish().unwrap()).as_bytes());
    format!(
        "{{apiVersion: v1, kind: Secret, metadata: {{name: sh.helm.release.v1.web.v{version}, namespace: shop, \
         labels: {{owner: helm, name: web, version: '{version}', status: {status}}}}}, data: {{release: {release}}}}}"
    )
}

#[test]
fn helm_is_read_from_the_secret_that_helm_keeps() {
    let check = "helm: {release: web}\nchart: {name: web, version: {$version: '>=1.2'}}\nvalues: {replicas: {$gte: 2}}";
    says(check, &format!("{}, {}", release(1, "superseded"), release(2, "deployed")), &[], "passed");
    says(
        check,
        &format!("{}, {}", release(9, "deployed"), release(10, "failed")),
        &[],
        "failed Release shop web status: \"deployed\" / \"failed\" [words]",
    );
    says(check, "", &[], "waiting");
    wrong(
        "helm: {name: web}",
        "12:11: 필드가 빠졌어요: release\n12:12: 모르는 필드예요: name | 쓸 수 있는 것: namespace, release",
    );
}

#[test]
fn the_api_server_itself_fails_where_others_are_unknown() {
    let (lab, told) = loaded("allOf:\n- apiserver: true\n- resource: {kind: Node, name: a}");
    assert_eq!(told, "");
    let lab = lab.unwrap();
    let mut world = World::of(&lab);
    world.observation.reachable = Err(Reason::Refused);
    let said = |answer: &str| Reply::said(json!({"answer": answer, "failing": []}));
    let mut memory = Memory::new("lab", "uid", START);
    world.observation.replies.insert(Query::ApiServer, said("ready"));
    // Ready, says the one; the Node cannot be asked for.
    assert_eq!(decide_all(&lab, &world.observation, &mut memory, START).verdicts[0].name(), "unknown");
    world.observation.replies.insert(Query::ApiServer, said("silent"));
    let decision = decide_all(&lab, &world.observation, &mut memory, START + 1);
    assert_eq!(told_of(&decision.verdicts[0]), "failed kube-apiserver answer: \"ready\" / \"silent\"");
    wrong("apiserver: {stable: 3s}", "12:16: true나 {}만 쓸 수 있어요.");
}

#[test]
fn host_asks_for_programs_of_a_closed_list() {
    let check = "host: {tool: kubectl}\nversion: '>=1.33'";
    says(check, "", &[json!({"version": "1.36.3"})], "passed");
    says(check, "", &[json!({"version": "1.30.1"})], "failed kubectl version: {\"$version\":\">=1.33\"} / \"1.30.1\"");
    says("host: {tool: helm}", "", &[Value::Null], "failed helm: one / Missing");
    says("host: {tool: helm}", "", &[json!({"version": "3.1.0"})], "passed");
    wrong("host: {tool: kubctl}", "12:18: tool에 쓸 수 없는 값이에요: kubctl | 혹시 kubectl?");
    wrong(
        "host: {tool: /bin/sh}",
        "12:18: tool에 쓸 수 없는 값이에요: /bin/sh | 쓸 수 있는 것: kubectl, docker, podman, nerdctl, kind, helm, kustomize, istioctl, argocd, etcdctl, etcdutl, crictl, k9s, git, jq, curl, openssl",
    );
}

#[test]
fn nodes_are_looked_into_and_clusters_listed() {
    let unit = "node: {node: worker, unit: kubelet}\nmatch: {active: active}";
    says(unit, "", &[json!({"active": "active", "sub": "running", "restarts": 0})], "passed");
    says(
        unit,
        "",
        &[json!({"active": "activating", "sub": "auto-restart", "restarts": 9})],
        "failed Node worker:0 systemctl status kubelet active: \"active\" / \"activating\"",
    );
    wrong(
        "node: {node: master, unit: kubelet}\nmatch: {active: active}",
        "12:18: 모르는 노드예요: master | control-plane, worker, worker:1처럼 적으세요.",
    );
    wrong(
        "node: {node: worker, manifest: ../../shadow}\nmatch: {text: a}",
        "12:36: manifest에 쓸 수 없는 값이에요: ../../shadow | 쓸 수 있는 것: kube-apiserver, kube-controller-manager, kube-scheduler, etcd",
    );
    wrong(
        "node: {node: worker, cni: true, containers: true}\nmatch: {files: []}",
        "12:11: 하나만 적으세요: manifest, unit, log, cni, certificate, containers",
    );
    let kind = "kind: {name: jotasu-lab}\nnodes: [{role: control-plane}, {role: worker, ports: [{host: 8080, container: 80}]}]";
    let nodes = |port: u16| {
        json!({"nodes": [{"name": "a", "role": "control-plane", "ports": []},
                         {"name": "b", "role": "worker", "ports": [{"host": port, "container": 80}]}]})
    };
    says(kind, "", &[nodes(8080)], "passed");
    says(kind, "", &[Value::Null], "failed kind jotasu-lab: one / Missing");
    let (lab, _) = loaded(kind);
    assert!(!lab.unwrap().checks[0].queries()[0].needs_api());
    wrong("kind: {name: other}", "12:18: 우리 것이 아닌 클러스터 이름이에요: other | jotasu-로 시작하게 지으세요.");
}

#[test]
fn a_trigger_waits_for_the_learners_word() {
    let check = "trigger:\n  do: [{delete: {target: {kind: Pod, name: web}}}]\n  then:\n    resource: {kind: Pod, name: web}\n  undo: []";
    let (lab, told) = loaded(check);
    assert_eq!(told, "");
    let lab = lab.unwrap();
    let mut world = World::of(&lab);
    let mut memory = Memory::new("lab", "uid", START);
    let name =
        |world: &World, memory: &mut Memory| decide_all(&lab, &world.observation, memory, world.now).verdicts[0].name();
    assert_eq!(name(&world, &mut memory), "waiting");
    world.put(of_yaml("{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, uid: p}}"));
    assert_eq!(name(&world, &mut memory), "waiting", "it holds, and nobody has asked for it");
    memory.triggers = BTreeMap::from([("a".to_owned(), world.now)]);
    assert_eq!(name(&world, &mut memory), "passed");
    wrong("trigger: {do: []}", "12:14: 필드가 빠졌어요: then");
}

#[test]
fn queries_join_in_combinators_and_unknown_stays_unknown() {
    let check = "anyOf:\n- host: {tool: helm}\n- host: {tool: kustomize}";
    says(check, "", &[Value::Null, json!({"version": "5.0.0"})], "passed");
    let not = "not:\n  logs: {name: web}\n  contains: panic";
    says(not, "", &[json!({"text": "fine"})], "passed");
    says(not, "", &[json!({"text": "panic: x"})], "failed Pod shop web: Not / Present");
    // Where there is nothing to ask, the opposite does not hold either.
    says(not, "", &[Value::Null], "failed Pod shop web: one / Missing");
    let (lab, _) = loaded("host: {tool: helm}");
    let lab = lab.unwrap();
    let world = World::of(&lab);
    let mut memory = Memory::new("lab", "uid", START);
    let decision = decide_all(&lab, &world.observation, &mut memory, START);
    assert_eq!(decision.verdicts[0], Verdict::Unknown(Reason::Connecting));
}

#[test]
fn what_is_asked_for_is_asked_at_intervals_of_the_author() {
    let (lab, _) = loaded("host: {tool: helm}\nevery: 30s");
    let every: Vec<u64> = lab.unwrap().queries().into_values().map(|every| every.as_secs()).collect();
    assert_eq!(every, [30]);
    wrong("host: {tool: helm}\nevery: 1s", "9:5: every가 너무 짧아요. | 묻는 확인은 3s 이상으로 적으세요.");
}
