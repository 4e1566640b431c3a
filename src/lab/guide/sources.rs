//! The table of sources: what each observes, what is written in it and beside it, what it replies, an example.

use super::inside::{ANSWER, EXEC, HELM, HOST, HTTP, KIND, LOGS, NODE, PROMQL, RBAC, TRIGGER};
use super::parts::{CEL, MATCH, OF_OBJECTS, TARGET};
use super::shape::{Shape, may};
use super::{Guide, Role};

/// All of them, in the order in which they are told.
pub(super) static ALL: &[Guide] = &[
    Guide {
        name: "resource",
        role: Role::Observed,
        about: "쿠버네티스의 객체를 지켜봐요. 종류와 이름, 라벨, 필드로 골라요",
        shape: Shape::Fields(&TARGET),
        beside: &OF_OBJECTS,
        reply: &[
            ("object", "고른 객체 하나하나. match와 cel은 하나씩 견줘요"),
            ("objects", "고른 객체 모두의 목록 (cel)"),
            ("related.이름", "함께 본 객체의 목록 (cel)"),
        ],
        unsaid: &["하나 이상 있고, 모두 그러해야 해요. 고른 것이 없으면 통과하지 않아요."],
        example: "\
- name: web-ready
  title: 웹 Deployment의 Pod 3개가 준비됨
  within: 60s
  resource: {kind: Deployment, name: web, namespace: shop}
  ready: true
  match: {spec: {replicas: 3}}
  cel:
  - expr: object.spec.template.spec.containers.all(c, has(c.resources.limits))
    message: 모든 컨테이너에 resources.limits가 있어야 해요.",
    },
    Guide {
        name: "rbac",
        role: Role::Observed,
        about: "누가 무엇을 할 수 있는지 API 서버에 물어봐요 (SubjectAccessReview)",
        shape: Shape::Fields(&RBAC),
        beside: &[may("allowed", Shape::Flag, "할 수 있어야 하는지, 없어야 하는지"), MATCH, CEL],
        reply: &[("answer", "allowed | denied"), ("reason", "API 서버가 말한 까닭")],
        unsaid: &["할 수 있어야 해요 (allowed: true)."],
        example: "\
- name: may-deploy
  title: deployer가 Deployment를 만들 수 있음
  rbac: {serviceAccount: deployer, verbs: [create, get], resource: deployments.apps}
  allowed: true",
    },
    Guide {
        name: "http",
        role: Role::Observed,
        about: "Service, Pod, 주소에 HTTP로 물어보거나 연결만 해 봐요",
        shape: Shape::Fields(&HTTP),
        beside: &[
            may("connect", Shape::Choice(&["allowed", "refused", "dropped"]), "연결: 됨, 거절됨, 막혀서 답이 없음"),
            may("status", Shape::Part, "상태 코드"),
            may("body", Shape::Part, "본문에 들어 있어야 할 글"),
            may("headers", Shape::Part, "받은 헤더. 이름은 소문자로"),
            MATCH,
            CEL,
        ],
        reply: &[
            ("connect", "allowed | refused | dropped | unresolved"),
            ("status", "상태 코드 (답이 왔을 때)"),
            ("headers.이름", "헤더. 이름은 소문자"),
            ("body", "본문"),
            ("error", "연결하지 못한 까닭"),
        ],
        unsaid: &["상태 코드가 200이어야 해요.", "path: /"],
        example: "\
- name: db-guarded
  title: 아무 Pod나 db에 연결하지 못함
  http:
    service: db
    port: 5432
    from: {labels: {role: stranger}}
    paired: {labels: {role: backend}}
  connect: dropped",
    },
    Guide {
        name: "exec",
        role: Role::Observed,
        about: "Pod 안에서 프로그램을 돌려 봐요. 이름 순서로 첫째인 도는 Pod에서",
        shape: Shape::Fields(&EXEC),
        beside: &[
            may("exitCode", Shape::Part, "끝날 때의 코드"),
            may("stdout", Shape::Part, "표준 출력에 들어 있어야 할 글"),
            may("stderr", Shape::Part, "표준 오류에 들어 있어야 할 글"),
            MATCH,
            CEL,
        ],
        reply: &[("exitCode", "끝날 때의 코드"), ("stdout", "표준 출력"), ("stderr", "표준 오류")],
        unsaid: &["코드 0으로 끝나야 해요."],
        example: "\
- name: configured
  title: 컨테이너가 새 설정을 읽음
  exec: {labels: {app: web}, argv: [cat, /etc/color/color]}
  stdout: blue",
    },
    Guide {
        name: "logs",
        role: Role::Observed,
        about: "컨테이너의 로그를 읽어요. 아직 시작하지 않은 것이 있으면 통과하지 않아요",
        shape: Shape::Fields(&LOGS),
        beside: &[may("contains", Shape::Part, "로그에 들어 있어야 할 글"), MATCH, CEL],
        reply: &[("text", "Pod마다 마지막 줄들. Pod의 이름 순서로")],
        unsaid: &["tail: 200", "무엇을 기대하는지는 적어야 해요."],
        example: "\
- name: started
  title: 서버가 시작했다고 로그에 적음
  logs: {labels: {app: web}, tail: 50}
  contains: started",
    },
    Guide {
        name: "events",
        role: Role::Observed,
        about: "객체에 대한 이벤트를 지켜봐요",
        shape: Shape::Fields(&TARGET),
        beside: &[
            may("type", Shape::Part, "Normal이나 Warning"),
            may("reason", Shape::Part, "까닭: FailedScheduling …"),
            may("message", Shape::Part, "이벤트의 글에 들어 있어야 할 글"),
            MATCH,
            CEL,
        ],
        reply: &[
            ("events[].type", "Normal | Warning"),
            ("events[].reason", "까닭"),
            ("events[].message", "글"),
            ("events[].count", "몇 번 있었는지"),
        ],
        unsaid: &["옆에 적은 것이 모두 맞는 이벤트가 하나는 있어야 해요. 새것부터 있어요."],
        example: "\
- name: told-why
  title: 스케줄러가 자리가 없는 까닭을 알림
  events: {kind: Pod, labels: {app: big}}
  reason: FailedScheduling
  message: Insufficient cpu",
    },
    Guide {
        name: "promql",
        role: Role::Observed,
        about: "클러스터 안의 Prometheus에 물어봐요",
        shape: Shape::Fields(&PROMQL),
        beside: &[may("value", Shape::Part, "어느 표본의 값: 1, {$gte: 1}"), MATCH, CEL],
        reply: &[("samples[].metric", "라벨"), ("samples[].value", "값. NaN과 Inf는 null")],
        unsaid: &[
            "무엇을 기대하는지는 적어야 해요.",
            "Service 뒤에서 Prometheus가 답하지 않으면 not으로 물어도 통과하지 못해요.",
        ],
        example: "\
- name: scraped
  title: Prometheus가 web을 긁어 감
  promql: {service: prometheus, port: 9090, query: 'sum(up{job=\"web\"})'}
  value: {$gte: 1}",
    },
    Guide {
        name: "helm",
        role: Role::Observed,
        about: "Helm 릴리스를 그 Secret에서 읽어요. helm 프로그램은 없어도 돼요",
        shape: Shape::Fields(&HELM),
        beside: &[
            may("status", Shape::Part, "상태: deployed, failed …"),
            may("revision", Shape::Part, "몇 번째 판인지"),
            may("chart", Shape::Part, "차트: {name, version, appVersion}"),
            may("values", Shape::Part, "준 값"),
            MATCH,
            CEL,
        ],
        reply: &[
            ("revision", "몇 번째 판인지. 가장 새것"),
            ("status", "deployed, failed, pending-upgrade …"),
            ("chart", "{name, version, appVersion}"),
            ("values", "사용자가 준 값"),
            ("error", "실패했으면 Helm이 말한 까닭"),
        ],
        unsaid: &["status를 적지 않으면 배포되어 있어야 해요 (deployed)."],
        example: "\
- name: released
  title: web 릴리스가 1.2 이상으로 배포됨
  helm: {release: web}
  chart: {version: {$version: '>=1.2'}}",
    },
    Guide {
        name: "node",
        role: Role::Observed,
        about: "kind 노드 안을 들여다봐요. 정해진 것만 읽고 아무것도 바꾸지 않아요",
        shape: Shape::Fields(&NODE),
        beside: &[MATCH, CEL],
        reply: &[
            ("text, object", "manifest: 글과 그 객체. YAML이 깨졌으면 object가 null"),
            ("active, sub, restarts", "unit: active, running, 0. 자꾸 죽으면 activating, auto-restart"),
            ("lines[]", "log: 마지막 줄들"),
            ("files[].name, .valid", "cni: 파일과, JSON으로 읽히는지"),
            ("notBefore, notAfter, expired", "certificate: 언제까지인지"),
            ("containers[].name, .state, .attempt, .pod, .namespace", "containers"),
        ],
        unsaid: &["무엇을 기대하는지는 적어야 해요."],
        example: "\
- name: kubelet-runs
  title: 워커의 kubelet이 돎
  node: {node: worker, unit: kubelet}
  match: {active: active, sub: running}",
    },
    Guide {
        name: "kind",
        role: Role::Observed,
        about: "우리 kind 클러스터가 어떤 노드로 이루어졌는지 봐요. API 서버는 없어도 돼요",
        shape: Shape::Fields(&KIND),
        beside: &[may("nodes", Shape::Part, "있어야 할 노드: [{role: worker}]"), MATCH, CEL],
        reply: &[
            ("nodes[].name", "노드의 이름"),
            ("nodes[].role", "control-plane | worker"),
            ("nodes[].image", "노드의 이미지"),
            ("nodes[].running", "도는지"),
            ("nodes[].ports[]", "{host, container}"),
        ],
        unsaid: &["있으면 돼요."],
        example: "\
- name: cluster-made
  title: 워커가 있는 클러스터를 만듦
  kind: {name: jotasu-lab}
  nodes: [{role: control-plane}, {role: worker}]",
    },
    Guide {
        name: "apiserver",
        role: Role::Observed,
        about: "API 서버가 준비되어 있는지 봐요 (readyz). 멈췄을 때도 답할 수 있어요",
        shape: Shape::Nothing,
        beside: &[MATCH, CEL],
        reply: &[("answer", "ready | not ready | silent"), ("failing[]", "통과하지 못한 readyz 검사")],
        unsaid: &["준비되어 있어야 해요 (answer: ready)."],
        example: "\
- name: api-back
  title: API 서버가 다시 답함
  holdFor: 10s
  apiserver: true",
    },
    Guide {
        name: "host",
        role: Role::Observed,
        about: "학습자의 컴퓨터에 프로그램이 있는지, 몇 판인지 봐요",
        shape: Shape::Fields(&HOST),
        beside: &[may("version", Shape::Text, "버전의 조건: \">=1.33\""), MATCH, CEL],
        reply: &[("version", "버전")],
        unsaid: &["있으면 돼요."],
        example: "\
- name: kubectl-there
  title: kubectl 1.33 이상이 있음
  host: {tool: kubectl}
  version: \">=1.33\"",
    },
    Guide {
        name: "answer",
        role: Role::Learner,
        about: "학습자가 쓰거나 고른 답을 봐요",
        shape: Shape::Fields(&ANSWER),
        beside: &[],
        reply: &[],
        unsaid: &[],
        example: "\
- name: which-node
  title: web이 도는 노드를 찾음
  answer: {ask: web의 Pod는 어느 노드에서 도나요?, accept: [jotasu-worker]}",
    },
    Guide {
        name: "trigger",
        role: Role::Learner,
        about: "학습자가 T를 누르면 일부러 망가뜨리고 어떻게 되는지 봐요",
        shape: Shape::Fields(&TRIGGER),
        beside: &[],
        reply: &[],
        unsaid: &["누르기 전에는 기다려요. undo가 없으면 되돌릴 것도 없어요."],
        example: "\
- name: comes-back
  title: Pod를 지워도 다시 생김
  trigger:
    do: [{delete: {target: {kind: Pod, labels: {app: web}}}}]
    then:
      resource: {kind: Deployment, name: web}
      ready: true",
    },
    Guide {
        name: "manual",
        role: Role::Learner,
        about: "사람이 스스로 표시해요. 기계가 본 것과 따로 셈해요",
        shape: Shape::Nothing,
        beside: &[],
        reply: &[],
        unsaid: &[],
        example: "\
- name: explained
  title: 옆 사람에게 롤링 업데이트를 설명함
  manual: true",
    },
    Guide {
        name: "allOf",
        role: Role::Observed,
        about: "모두 참이어야 해요. 하나라도 알 수 없으면 알 수 없어요",
        shape: Shape::Some(&Shape::Expectation),
        beside: &[],
        reply: &[],
        unsaid: &[],
        example: "\
- name: web-whole
  title: web의 Deployment와 Service가 모두 준비됨
  allOf:
  - resource: {kind: Deployment, name: web}
    ready: true
  - resource: {kind: Service, name: web}
    ready: true",
    },
    Guide {
        name: "anyOf",
        role: Role::Observed,
        about: "하나라도 참이면 돼요",
        shape: Shape::Some(&Shape::Expectation),
        beside: &[],
        reply: &[],
        unsaid: &[],
        example: "\
- name: some-runtime
  title: docker나 podman이 있음
  anyOf:
  - host: {tool: docker}
  - host: {tool: podman}",
    },
    Guide {
        name: "not",
        role: Role::Observed,
        about: "거짓이어야 해요. 아무것도 고르지 못했으면 통과하지 않아요",
        shape: Shape::Expectation,
        beside: &[],
        reply: &[],
        unsaid: &[],
        example: "\
- name: no-panic
  title: 로그에 panic이 없음
  not:
    logs: {labels: {app: web}}
    contains: panic",
    },
    Guide {
        name: "checks",
        role: Role::Place,
        about: "확인 목록. 하나마다 source 하나를 골라 함께 적어요",
        shape: Shape::Some(&Shape::Check),
        beside: &[],
        reply: &[],
        unsaid: &["weight: 1", "mode: live", "within: 0s", "holdFor: 3s", "묻는 source는 5초마다 다시 물어요 (every)."],
        example: "\
checks:
- name: web-ready
  title: 웹 Deployment가 준비됨
  step: 1
  within: 60s
  resource: {kind: Deployment, name: web}
  ready: true
  hints:
  - {level: 1, text: Pod의 이벤트를 보세요.}
  - {level: 2, when: {cel: 'object.spec.replicas == 0'}, text: replicas가 0이에요.}
  next: kubectl -n shop describe deploy web",
    },
    Guide {
        name: "invariants",
        role: Role::Place,
        about: "처음부터 끝까지 지켜야 할 것. checks와 나란히, 확인과 똑같이 적어요",
        shape: Shape::List(&Shape::Check),
        beside: &[],
        reply: &[],
        unsaid: &["깨지면 실습은 끝난 것이 아니에요. next에 대신 할 일을 적어 주세요."],
        example: "\
invariants:
- name: same-image
  title: web의 이미지를 바꾸지 않음
  resource: {kind: Deployment, name: web}
  match: {spec: {template: {spec: {containers: [{image: 'nginx:1.29'}]}}}}
  next: 이미지는 그대로 두고 리소스를 고치세요.",
    },
];
