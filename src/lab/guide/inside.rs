//! The tables of what is written within each source.

use crate::lab::model::Tool;

use super::parts::{NAMESPACE, POD_LABELS, POD_NAME, POD_SELECTOR, PODS};
use super::shape::{Field, PORT, Shape, Table, may, must, table};

const CONTAINER: Field = may("container", Shape::Text, "컨테이너. 없으면 첫째 것");

const TOOLS: [&str; Tool::ALL.len()] = {
    let mut names = [""; Tool::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Tool::ALL[at].0;
        at += 1;
    }
    names
};

static CLIENT: Table =
    Table {
        name: "client", fields: &[NAMESPACE, may("labels", Shape::Pairs, "클라이언트 Pod의 라벨")], one_of: &[]
    };

/// Within `rbac`.
pub(super) static RBAC: Table = Table {
    name: "",
    fields: &[
        may("user", Shape::Text, "누가: 사용자의 이름"),
        may("serviceAccount", Shape::Text, "누가: ServiceAccount의 이름이나 네임스페이스/이름"),
        may("groups", Shape::Texts, "더할 그룹. ServiceAccount의 그룹은 저절로 들어가요"),
        may("verb", Shape::Text, "무엇을: get, create …"),
        may("verbs", Shape::Texts, "무엇을: 여럿이면 하나하나 모두"),
        must("resource", Shape::Text, "무엇에: pods, deployments.apps, pods/log …"),
        may("name", Shape::Text, "한 객체에만: 그 이름"),
        may("namespace", Shape::Text, "네임스페이스. lab이 가진 것이 하나면 그것"),
        may("clusterWide", Shape::Flag, "모든 네임스페이스에서"),
    ],
    one_of: &[&["user", "serviceAccount"], &["verb", "verbs"]],
};

/// Within `http`.
pub(super) static HTTP: Table = Table {
    name: "",
    fields: &[
        may("namespace", Shape::Text, "service의 네임스페이스. lab이 가진 것이 하나면 그것"),
        may("service", Shape::Text, "Service에: API 서버를 거쳐요. from이 있으면 그 Pod에서"),
        may("pod", Shape::Fields(&PODS), "Pod에 바로: 포트 포워딩"),
        may("host", Shape::Text, "이름이나 주소에: from이 있어야 해요"),
        must("port", PORT, "포트의 번호나 이름"),
        may("path", Shape::Text, "경로. /로 시작해요"),
        may("headers", Shape::Pairs, "보낼 헤더"),
        may("from", Shape::Fields(&CLIENT), "어느 Pod인 것처럼: 이 라벨을 단 Pod를 만들어 물어요"),
        may("paired", Shape::Fields(&CLIENT), "막혀야 통과하는 확인의 짝. 이쪽은 연결되어야 해요"),
    ],
    one_of: &[&["service", "pod", "host"]],
};

/// Within `exec`.
pub(super) static EXEC: Table = Table {
    name: "",
    fields: &[
        NAMESPACE,
        POD_NAME,
        POD_LABELS,
        POD_SELECTOR,
        CONTAINER,
        must("argv", Shape::Some(&Shape::Text), "프로그램과 인자. 셸은 거치지 않아요"),
    ],
    one_of: &[],
};

/// Within `logs`.
pub(super) static LOGS: Table = Table {
    name: "",
    fields: &[
        NAMESPACE,
        POD_NAME,
        POD_LABELS,
        POD_SELECTOR,
        CONTAINER,
        may("previous", Shape::Flag, "다시 시작하기 전의 로그"),
        may("tail", Shape::Whole(1, 2000), "Pod마다 마지막 몇 줄"),
    ],
    one_of: &[],
};

/// Within `promql`.
pub(super) static PROMQL: Table = table(&[
    NAMESPACE,
    must("service", Shape::Text, "Prometheus의 Service"),
    must("port", PORT, "그 포트의 번호나 이름"),
    must("query", Shape::Text, "PromQL 식"),
]);

/// Within `helm`.
pub(super) static HELM: Table = table(&[NAMESPACE, must("release", Shape::Text, "릴리스의 이름")]);

/// Within `host`.
pub(super) static HOST: Table = table(&[must("tool", Shape::Choice(&TOOLS), "볼 프로그램")]);

const UNIT: Shape = Shape::Choice(&["kubelet", "containerd"]);
/// Within `node`.
pub(super) static NODE: Table = Table {
    name: "",
    fields: &[
        must("node", Shape::Form("노드", "^(control-plane|worker)(:[0-9]+)?$"), "control-plane, worker, worker:1"),
        may(
            "manifest",
            Shape::Choice(&["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"]),
            "정적 Pod의 매니페스트",
        ),
        may("unit", UNIT, "서비스가 어떤 상태인지"),
        may("log", UNIT, "서비스의 마지막 로그"),
        may("cni", Shape::Flag, "네트워크 설정 파일들"),
        may("certificate", Shape::Flag, "kubelet의 클라이언트 인증서"),
        may("containers", Shape::Flag, "컨테이너들. 끝난 것도"),
    ],
    one_of: &[&["manifest", "unit", "log", "cni", "certificate", "containers"]],
};

/// Within `kind`.
pub(super) static KIND: Table =
    table(&[must("name", Shape::Form("이름", "^jotasu(-.*)?$"), "클러스터의 이름. jotasu나 jotasu-로 시작해요")]);

/// Within `trigger`.
pub(super) static TRIGGER: Table = table(&[
    must("do", Shape::List(&Shape::Action), "T를 누르면 할 일"),
    must("then", Shape::Expectation, "그다음에 참이어야 할 것"),
    may("undo", Shape::List(&Shape::Action), "되돌리는 일"),
]);

/// Within `answer`.
pub(super) static ANSWER: Table = table(&[
    must("ask", Shape::Text, "물음"),
    may("choices", Shape::Texts, "고를 답. 없으면 써요"),
    must("accept", Shape::Some(&Shape::Text), "맞는 답. 띄어쓰기와 대소문자는 가리지 않아요"),
]);
