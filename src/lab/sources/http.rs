//! `http`: answers, and connections that are allowed, refused or dropped.

use serde_json::{Value, json};

use super::{says, wrong};

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
    wrong(
        "http: {service: db, port: 1, from: {labels: {a: b}}}\nconnect: dropped",
        "12:11: connect: dropped에는 짝이 있어야 해요. | 연결되어야 하는 쪽을 paired: {namespace, labels}로 적으세요. 아무도 연결하지 못하면 막힌 것인지 알 수 없어요.",
    );
    wrong(
        "http: {service: db, port: 1, from: {}}\nconnect: droped",
        "13:14: connect에 쓸 수 없는 값이에요: droped | 혹시 dropped?",
    );
}
