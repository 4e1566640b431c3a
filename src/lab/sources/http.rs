//! `http`: answers, and connections that are allowed, refused or dropped.

use serde_json::{Value, json};

use super::{loaded, says, wrong};

#[test]
fn http_asks_for_an_answer() {
    let ok = "http: {service: web, port: 80}";
    says(ok, "", &[json!({"connect": "allowed", "status": 200, "body": "hi"})], "passed");
    says(
        ok,
        "",
        &[json!({"connect": "refused", "error": "no endpoints available for service \"web\""})],
        "failed Service shop web :80/ status: 200 / Value(None) [words]",
    );
    says(ok, "", &[Value::Null], "failed Service shop web: one / Missing");
    let body = "http: {pod: {labels: {app: web}}, port: 8080, path: /healthz}\nbody: ok\nstatus: {$lte: 299}";
    says(body, "", &[json!({"connect": "allowed", "status": 204, "body": "all ok"})], "passed");
    says(
        body,
        "",
        &[json!({"status": 200, "body": "no"})],
        "failed Pod shop app=web :8080/healthz body: {\"$contains\":\"ok\"} / \"no\"",
    );
    wrong("http: {service: web, pod: {name: a}, port: 80}", "12:11: 하나만 적으세요: service, pod, host");
    wrong("http: {service: web, port: 0}", "12:32: 포트가 아니에요: 0");
    wrong(
        "http: {service: web, namespace: shops, port: 80}",
        "12:11: lab이 갖지 않은 namespace에는 물을 수 없어요: shops | 혹시 shop?",
    );
    wrong(
        "http: {host: example.com, port: 80}",
        "12:11: host에는 어디서 연결하는지가 있어야 해요. | from: {namespace, labels}",
    );
}

const POLICY: &str =
    "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: shop, uid: n},
  spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {role: front}}}]}]}},
  {apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop, uid: s}, spec: {selector: {app: db}}},
  {apiVersion: v1, kind: Pod, metadata: {name: db-0, namespace: shop, uid: p, labels: {app: db}}}";

fn unpaired(place: &str) -> String {
    format!(
        "{place}: 연결이 막혀야 통과하는 확인에는 짝이 있어야 해요. | 연결되어야 하는 쪽을 paired: {{namespace, labels}}로 적으세요. 아무도 연결하지 못하면 막힌 것인지 알 수 없어요."
    )
}

#[test]
fn whatever_passes_while_nobody_is_let_in_needs_a_pair() {
    let from = "http: {service: db, port: 1, from: {labels: {a: b}}}";
    let within = |check: &str| format!("not:\n  {}", check.replace('\n', "\n  "));
    wrong(&format!("{from}\nmatch: {{connect: dropped}}"), &unpaired("12:11"));
    wrong(&format!("{from}\nmatch: {{connect: {{$in: [refused, dropped]}}}}"), &unpaired("12:11"));
    wrong(&format!("{from}\ncel: [{{expr: object.connect != 'allowed', message: x}}]"), &unpaired("12:11"));
    wrong(&within(&format!("{from}\nconnect: allowed")), &unpaired("13:13"));
    wrong(&within(&format!("{from}\nconnect: refused")), &unpaired("13:13"));
    wrong(&within(&format!("{from}\nstatus: 200")), &unpaired("13:13"));
    wrong(&within(&within(&format!("{from}\nconnect: dropped"))), &unpaired("14:15"));
    // Neither an answer nor a connection is a denial, and what is refused was answered.
    for open in ["connect: allowed", "connect: refused", "status: {$gte: 400}", "match: {connect: {$in: [allowed]}}"] {
        assert_eq!(loaded(&format!("{from}\n{open}")).1, "", "{open}");
    }
    assert_eq!(loaded(&within(&format!("{from}\nconnect: dropped"))).1, "");
    wrong(
        "http: {service: db, port: 1, from: {labels: {a: b}}, paired: {labels: {c: d}}}\nconnect: allowed",
        "12:66: paired는 연결이 막혀야 통과하는 확인에만 써요.",
    );
}

#[test]
fn the_opposite_of_a_connection_is_a_denial_like_any_other() {
    let not = "not:\n  http: {service: db, port: 5432, from: {labels: {role: back}}, paired: {labels: {role: front}}}\n  connect: allowed";
    let connect = |word: &str| json!({"connect": word, "error": ""});
    says(not, POLICY, &[connect("dropped"), connect("allowed")], "passed");
    says(not, POLICY, &[connect("allowed"), connect("allowed")], "failed Service shop db: Not / Present");
    says(
        not,
        POLICY,
        &[connect("refused"), connect("refused")],
        "failed Service shop db :5432 ← shop (role=front) connect: \"allowed\" / \"refused\" [nobody-listens]",
    );
    says(not, POLICY, &[connect("unresolved"), connect("allowed")], "failed Service shop db: one / Missing");
}

#[test]
fn a_denied_connection_counts_only_beside_one_that_is_allowed() {
    let dropped = "http: {service: db, port: 5432, from: {labels: {role: back}}, paired: {labels: {role: front}}}\nconnect: dropped";
    let connect = |word: &str| json!({"connect": word, "error": ""});
    says(dropped, POLICY, &[connect("dropped"), connect("allowed")], "passed");
    says(
        dropped,
        POLICY,
        &[connect("dropped"), connect("dropped")],
        "failed Service shop db :5432 ← shop (role=front) connect: \"allowed\" / \"dropped\" [nobody-listens]",
    );
    says(
        dropped,
        POLICY,
        &[connect("refused"), connect("allowed")],
        "failed Service shop db :5432 ← shop (role=back) connect: \"dropped\" / \"refused\"",
    );
    // The policy forbids it, and the cluster lets it through; without the policy nobody is to blame but the learner.
    says(
        dropped,
        POLICY,
        &[connect("allowed"), connect("allowed")],
        "failed Service shop db :5432 ← shop (role=back) connect: \"dropped\" / \"allowed\" [not-enforced]",
    );
    says(
        dropped,
        "",
        &[connect("allowed"), connect("allowed")],
        "failed Service shop db :5432 ← shop (role=back) connect: \"dropped\" / \"allowed\"",
    );
    wrong("http: {service: db, port: 1, from: {labels: {a: b}}}\nconnect: dropped", &unpaired("12:11"));
    wrong(
        "http: {service: db, port: 1, from: {}}\nconnect: droped",
        "13:14: connect에 쓸 수 없는 값이에요: droped | 혹시 dropped?",
    );
}
