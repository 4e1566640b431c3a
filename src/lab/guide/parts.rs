//! Tables that stand within several others: targets, Pods, expressions, what is expected of objects.

use super::shape::{Field, Shape, Table, may, must};

/// Labels as `{key: value}`, or as a selector of Kubernetes.
const LABELS: Shape = Shape::Either(&[Shape::Pairs, Shape::Fields(&SELECTOR)]);

static SELECTOR: Table = Table {
    name: "selector",
    fields: &[
        may("matchLabels", Shape::Pairs, "모두 있어야 하는 라벨"),
        may("matchExpressions", Shape::List(&Shape::Fields(&EXPRESSION)), "라벨에 대한 조건"),
    ],
    one_of: &[],
};

static EXPRESSION: Table = Table {
    name: "labelExpression",
    fields: &[
        must("key", Shape::Text, "라벨의 이름"),
        must("operator", Shape::Choice(&["In", "NotIn", "Exists", "DoesNotExist"]), "견주는 법"),
        may("values", Shape::Texts, "In과 NotIn에서 견줄 값"),
    ],
    one_of: &[],
};

/// A namespace, that of the lab where it is not said.
pub(super) const NAMESPACE: Field = may("namespace", Shape::Text, "네임스페이스. lab이 가진 것이 하나면 그것");

/// What selects objects.
pub(super) static TARGET: Table = Table {
    name: "target",
    fields: &[
        must("kind", Shape::Text, "종류: Deployment, Pod …"),
        may("apiVersion", Shape::Text, "쿠버네티스에 처음부터 있는 종류면 생략해요"),
        NAMESPACE,
        may("name", Shape::Text, "이름. 없으면 그 종류 모두"),
        may("labels", LABELS, "라벨로 골라요"),
        may("selector", LABELS, "labels의 다른 이름. 둘 가운데 하나만"),
        may("fields", Shape::Pairs, "필드 셀렉터: status.phase, spec.nodeName …"),
    ],
    one_of: &[],
};

/// A Pod by name.
pub(super) const POD_NAME: Field = may("name", Shape::Text, "Pod의 이름");
/// Pods by labels.
pub(super) const POD_LABELS: Field = may("labels", LABELS, "Pod의 라벨");
/// The same by Kubernetes' own word.
pub(super) const POD_SELECTOR: Field = may("selector", LABELS, "labels의 다른 이름. 둘 가운데 하나만");

/// What selects Pods and nothing else.
pub(super) static PODS: Table =
    Table { name: "pods", fields: &[NAMESPACE, POD_NAME, POD_LABELS, POD_SELECTOR], one_of: &[] };

static RULE: Table = Table {
    name: "rule",
    fields: &[must("expr", Shape::Text, "CEL 식"), may("message", Shape::Text, "거짓일 때 학습자에게 할 말")],
    one_of: &[],
};
const ONE_RULE: Shape = Shape::Either(&[Shape::Text, Shape::Fields(&RULE)]);
/// Expressions: one, or a list.
const RULES: Shape = Shape::Either(&[Shape::Text, Shape::Fields(&RULE), Shape::Some(&ONE_RULE)]);

/// `match`.
pub(super) const MATCH: Field =
    may("match", Shape::Pattern, "있어야 할 필드. $gte $lte $in $regex $contains … 연산자도");
/// `cel`.
pub(super) const CEL: Field = may("cel", RULES, "참이어야 할 CEL 식. 여럿이면 목록");

static RELATED: Table = Table {
    name: "relatedResource",
    fields: &[must("resource", Shape::Fields(&TARGET), "무엇을 함께 볼지"), OWNED_BY, SELECTED_BY],
    one_of: &[],
};
const OWNED_BY: Field = may("ownedBy", Shape::Choice(&["object"]), "object가 만든 것만");
const SELECTED_BY: Field = may("selectedBy", Shape::Choice(&["object"]), "object의 셀렉터가 고르는 것만");
static RELATED_TARGET: Table = Table {
    name: "relatedTarget",
    fields: &[
        must("kind", Shape::Text, "종류"),
        may("apiVersion", Shape::Text, "쿠버네티스에 처음부터 있는 종류면 생략해요"),
        NAMESPACE,
        may("name", Shape::Text, "이름"),
        may("labels", LABELS, "라벨"),
        may("selector", LABELS, "labels의 다른 이름"),
        may("fields", Shape::Pairs, "필드 셀렉터"),
        OWNED_BY,
        SELECTED_BY,
    ],
    one_of: &[],
};
const RELATED_ONE: Shape = Shape::Either(&[Shape::Fields(&RELATED), Shape::Fields(&RELATED_TARGET)]);

static COUNT: Table = Table {
    name: "count",
    fields: &[may("min", Shape::Whole(1, i64::MAX), "적어도"), may("max", Shape::Whole(1, i64::MAX), "많아도")],
    one_of: &[],
};

/// What stands beside `resource`.
pub(super) static OF_OBJECTS: [Field; 8] = [
    may("count", Shape::Either(&[Shape::Whole(1, i64::MAX), Shape::Fields(&COUNT)]), "몇 개여야 하는지: 3, {min: 1}"),
    may("quantifier", Shape::Choice(&["all", "any", "none"]), "고른 것 모두, 하나라도, 아무것도"),
    may("absent", Shape::Flag, "있었다가 없어져야 해요"),
    may("ready", Shape::Flag, "준비되어야 해요 (kstatus)"),
    may("conditions", Shape::Texts, "True여야 하는 condition: Available …"),
    MATCH,
    CEL,
    may("related", Shape::Named(&RELATED_ONE), "함께 볼 객체. CEL에서 related.이름"),
];
