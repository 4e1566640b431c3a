//! The tables of `lab.yaml` around its checks, of actions, and of the files that prove a lab.

use super::parts::TARGET;
use super::shape::{DURATION, Field, MANY, Shape, Table, may, must, table};
use crate::lab::model::{ADDONS, FaultKind};
use crate::lab::power;

/// `>=1.33`, several with commas.
const RANGE: Shape =
    Shape::Form("버전의 조건", r"^\s*[<>=]*\s*[0-9]+(\.[0-9]+)*\s*(,\s*[<>=]*\s*[0-9]+(\.[0-9]+)*\s*)*$");
const FAULTS: [&str; FaultKind::ALL.len()] = names(&FaultKind::ALL);
const ADDON_NAMES: [&str; ADDONS.len()] = names(&ADDONS);
const ACTIONS_LIST: Shape = Shape::List(&Shape::Action);
const ONE: Field = must("target", Shape::Fields(&TARGET), "무엇에");

/// The names of a table.
const fn names<T, const N: usize>(of: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut at = 0;
    while at < N {
        names[at] = of[at].0;
        at += 1;
    }
    names
}

/// What every check has beside its source.
pub(super) static OF_CHECK: &[Field] = &[
    must("name", Shape::Form("이름", "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"), "바뀌지 않는 이름"),
    must("title", Shape::Text, "학습자가 읽는 제목"),
    may("step", Shape::Whole(0, MANY), "몇 단계인지"),
    may("level", Shape::Choice(&["초급", "중급", "고급"]), "어느 수준부터"),
    may("weight", Shape::Whole(0, MANY), "점수의 무게. 없으면 1"),
    may("needs", Shape::Texts, "먼저 통과해야 하는 확인"),
    may("mode", Shape::Choice(&["live", "latch"]), "latch: 한 번 통과하면 그대로"),
    may("within", DURATION, "바뀌고 나서 이만큼은 기다려요"),
    may("holdFor", DURATION, "이만큼 이어져야 통과. 없으면 3s"),
    may("every", DURATION, "얼마마다 다시 물을지"),
    may("failFast", Shape::Flag, "가망이 없으면 within을 기다리지 않아요"),
    may("initially", Shape::Choice(&["passed"]), "시작할 때 이미 통과"),
    may("hints", Shape::List(&Shape::Fields(&HINT)), "힌트, 한 단계씩"),
    may("next", Shape::Text, "막혔을 때 볼 명령"),
    may("debrief", Shape::Text, "통과한 뒤에 보일 글"),
];

static HINT: Table = table(&[
    must("level", Shape::Whole(1, 3), "몇 번째로 보일지"),
    may("when", Shape::Fields(&WHEN), "이럴 때만"),
    must("text", Shape::Text, "힌트"),
]);
static WHEN: Table = table(&[must("cel", Shape::Text, "참일 때 보일 CEL 식")]);

/// `lab.yaml`.
pub(super) static LAB: Table = table(&[
    must("apiVersion", Shape::Choice(&["jotasu.dev/v1alpha1"]), "형식의 판"),
    must("kind", Shape::Choice(&["Lab"]), "Lab"),
    must("metadata", Shape::Fields(&METADATA), "이름"),
    must("spec", Shape::Fields(&SPEC), "실습"),
]);
static METADATA: Table = table(&[must("name", Shape::Text, "폴더의 이름과 같은 이름")]);
static SPEC: Table = table(&[
    must("title", Shape::Text, "제목"),
    must("minutes", Shape::Whole(0, MANY), "걸리는 시간 (분)"),
    may("explain", Shape::Choice(&["full", "symptom", "none"]), "full: 까닭까지, symptom: 증상만, none: 판정만"),
    may("requires", Shape::Fields(&REQUIRES), "컴퓨터와 클러스터에 있어야 할 것"),
    may("params", Shape::Anything, "CEL에서 params.이름으로 읽는 값"),
    may("cluster", Shape::Fields(&CLUSTER), "어느 클러스터에서"),
    may("owns", Shape::Fields(&OWNS), "실습이 만들고 바꿀 수 있는 것 모두. 정리할 때 꼭 이것만 지워요"),
    may("setup", ACTIONS_LIST, "시작할 때 할 일"),
    may("seeded", Shape::Fields(&SEEDED), "씨앗(--seed)이 고르는 고장"),
    may("symptom", Shape::Expectation, "챌린지: 준비가 끝나면 보여야 하는 증상"),
    must("checks", Shape::Some(&Shape::Check), "확인"),
    may("invariants", Shape::List(&Shape::Check), "처음부터 끝까지 지켜야 할 것"),
    may("mutations", Shape::Fields(&MUTATIONS), "author test가 못 잡아도 되는 것"),
]);
static REQUIRES: Table = table(&[
    may("kubernetes", RANGE, "쿠버네티스의 버전: \">=1.33\""),
    may("nodes", Shape::Whole(0, MANY), "노드의 수"),
    may("kind", RANGE, "kind의 버전"),
    may("apis", Shape::Texts, "있어야 하는 group/version"),
    may("addons", Shape::List(&Shape::Choice(&ADDON_NAMES)), "있어야 하는 애드온"),
    may("memory", Shape::Quantity, "메모리: 4Gi"),
    may("cpu", Shape::Quantity, "CPU: 2"),
    may("disk", Shape::Quantity, "디스크: 5Gi"),
    may("arch", Shape::Texts, "amd64, arm64"),
    may("power", Shape::List(&Shape::Choice(&power::WORDS)), "쓰는 권한"),
    may("faults", Shape::List(&Shape::Choice(&FAULTS)), "내는 노드의 고장"),
]);
static CLUSTER: Table = table(&[
    may("by", Shape::Choice(&["us", "learner"]), "learner: 클러스터를 만드는 것이 실습"),
    may("config", Shape::Text, "kind의 설정 파일"),
    may("dedicated", Shape::Flag, "이 실습만 쓰는 클러스터"),
]);
static OWNS: Table = table(&[
    may("namespaces", Shape::Texts, "네임스페이스"),
    may("objects", Shape::List(&Shape::Fields(&OWNED)), "네임스페이스 밖의 객체"),
    may("nodes", Shape::Fields(&OWNED_NODES), "노드의 라벨과 taint"),
    may("helm", Shape::List(&Shape::Form("네임스페이스/이름", "^[^/]*/[^/]*$")), "Helm 릴리스: 네임스페이스/이름"),
]);
static OWNED: Table = Table {
    name: "",
    fields: &[
        must("kind", Shape::Text, "종류"),
        may("apiVersion", Shape::Text, "쿠버네티스에 처음부터 있는 종류면 생략해요"),
        may("namespace", Shape::Text, "네임스페이스"),
        may("name", Shape::Text, "이름"),
        may("prefix", Shape::Text, "이름의 앞부분"),
    ],
    one_of: &[&["name", "prefix"]],
};
static OWNED_NODES: Table = table(&[
    may("labels", Shape::Texts, "바꿀 라벨의 키"),
    may("taints", Shape::Texts, "바꿀 taint의 키. node.kubernetes.io/unschedulable: cordon"),
]);
static MUTATIONS: Table = table(&[must("except", Shape::List(&Shape::Fields(&EXCEPTION)), "못 잡아도 되는 것 하나")]);
static EXCEPTION: Table = table(&[
    must("check", Shape::Text, "확인"),
    must("path", Shape::Text, "author test가 말하는 자리"),
    must("because", Shape::Text, "까닭"),
]);

static SEEDED: Table = table(&[
    must("choose", Shape::Whole(1, i64::MAX), "몇 개를 고를지"),
    must("from", Shape::Some(&Shape::Fields(&SEEDED_FAULT)), "고를 고장"),
]);
static SEEDED_FAULT: Table = table(&[
    must("name", Shape::Text, "고장의 이름"),
    must("breaks", Shape::Texts, "이 고장이 깨는 확인"),
    may("nodes", Shape::Texts, "어느 노드에: 씨앗이 하나를 골라요"),
    may("targets", Shape::List(&Shape::Fields(&TARGET)), "어느 객체에: 씨앗이 하나를 골라요"),
    must("do", Shape::Some(&Shape::Placed), "할 일. 고를 곳(node나 target)은 빼고 적어요"),
]);

/// What may be done; each is the only key of its mapping.
pub(super) static ACTIONS: &[Field] = &[
    may("apply", Shape::Either(&[Shape::Text, Shape::Object]), "매니페스트를 적용: 파일, setup/*.yaml, 또는 객체"),
    may("patch", Shape::Fields(&PATCH), "객체를 고쳐요"),
    may("delete", Shape::Fields(&DELETE), "지워요"),
    may("scale", Shape::Fields(&SCALE), "수를 바꿔요"),
    may("restart", Shape::Fields(&RESTART), "다시 시작해요"),
    may("rollback", Shape::Fields(&ROLLBACK), "앞 판으로 되돌려요"),
    may("label", Shape::Fields(&NODE), "노드의 라벨을 바꿔요"),
    may("taint", Shape::Fields(&NODE), "노드의 taint를 바꿔요"),
    may("exec", Shape::Fields(&EXEC), "Pod 안에서 프로그램을 돌려요"),
    may("helm", Shape::Fields(&HELM), "helm을 불러요: install, upgrade, rollback, uninstall"),
    may("node", Shape::Fields(&NODE_WORK), "노드에 고장을 내거나 되돌려요"),
    may("answer", Shape::Fields(&ANSWER), "물음에 답해요"),
    may("wait", Shape::Fields(&WAIT), "기다려요"),
];
static PATCH: Table = table(&[
    ONE,
    must("type", Shape::Choice(&["merge", "strategic", "json"]), "고치는 법"),
    must("body", Shape::Either(&[Shape::Anything, Shape::List(&Shape::Anything)]), "고칠 것"),
]);
static DELETE: Table = table(&[ONE]);
static SCALE: Table = table(&[ONE, must("replicas", Shape::Whole(0, MANY), "수")]);
static RESTART: Table = table(&[ONE]);
static ROLLBACK: Table = table(&[ONE, may("toRevision", Shape::Whole(0, i64::MAX), "몇 번째 판으로. 없으면 바로 앞")]);
static HELM: Table = table(&[must(
    "argv",
    Shape::Some(&Shape::Text),
    "helm 뒤에 올 말. 릴리스는 owns.helm에, 차트와 값 파일은 lab 폴더에",
)]);
static NODE: Table = table(&[
    must("node", Shape::Text, "노드"),
    may("set", Shape::Pairs, "더하거나 바꿀 것"),
    may("remove", Shape::Texts, "없앨 키"),
]);
static NODE_WORK: Table = Table {
    name: "",
    fields: &[
        must("node", Shape::Form("노드", "^(control-plane|worker)(:[0-9]+)?$"), "control-plane, worker:0 …"),
        may(
            "fault",
            Shape::Either(&[Shape::Fields(&BAD_PORT), Shape::Fields(&BAD_CNI), Shape::Fields(&BAD_CERT)]),
            "낼 고장",
        ),
        may("undo", Shape::Choice(&FAULTS), "되돌릴 고장"),
    ],
    one_of: &[&["fault", "undo"]],
};
static BAD_PORT: Table = table(&[
    must("kind", Shape::Choice(&["apiserver-port", "etcd-endpoint"]), "주소가 어긋나요"),
    must("port", Shape::Whole(1024, 65535), "틀린 포트"),
]);
static BAD_CNI: Table = table(&[
    must("kind", Shape::Choice(&["cni-config"]), "노드의 네트워크 설정이 망가져요"),
    may("damage", Shape::Choice(&["truncated", "missing", "plugin"]), "어떻게"),
]);
static BAD_CERT: Table =
    table(&[must("kind", Shape::Choice(&["kubelet-client-cert-expired"]), "kubelet의 인증서가 끝나요")]);
static EXEC: Table = table(&[
    ONE,
    may("container", Shape::Text, "컨테이너"),
    must("argv", Shape::Some(&Shape::Text), "프로그램과 인자"),
]);
static ANSWER: Table = table(&[must("check", Shape::Text, "확인"), must("value", Shape::Text, "답")]);
static WAIT: Table = Table {
    name: "",
    fields: &[
        ONE,
        may("ready", Shape::Flag, "준비될 때까지"),
        may("condition", Shape::Text, "이 condition이 True가 될 때까지"),
        may("cel", Shape::Text, "이 CEL 식이 참이 될 때까지"),
        may("timeout", DURATION, "길어도. 없으면 60s"),
    ],
    one_of: &[&["ready", "condition", "cel"]],
};

const DO: Field = must("do", Shape::Some(&Shape::Action), "할 일, 차례대로");
const AFTER: Field = must("after", Shape::Whole(0, i64::MAX), "풀이의 몇째 단계 다음에");
const BECAUSE: Field = must("because", Shape::Text, "까닭");

/// `solution/NN-NAME.yaml`.
pub(super) static SOLUTION: Table = table(&[
    may("turns", Shape::Texts, "이 단계가 통과시키는 확인"),
    may("breaks", Shape::Texts, "이 단계가 깨는 확인"),
    may("also", Shape::Texts, "바뀌어도 되고 아니어도 되는 확인"),
    DO,
]);
/// `wrong/NAME.yaml`.
pub(super) static WRONG: Table = table(&[
    AFTER,
    must("red", Shape::Some(&Shape::Text), "통과하면 안 되는 확인과, 깨져야 하는 invariant"),
    BECAUSE,
    DO,
]);
/// `right/NAME.yaml`.
pub(super) static RIGHT: Table =
    table(&[AFTER, must("turns", Shape::Some(&Shape::Text), "통과해야 하는 확인"), BECAUSE, DO]);
