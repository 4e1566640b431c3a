//! Laws of the combinators, over random trees: Kleene's tables, and that not knowing is never failing.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::lab::testing::{START, World, check as build, lab};
use crate::lab::{KindState, WatchKey};

/// True, false, or open.
type Kleene = Option<bool>;

#[derive(Clone, Debug)]
enum Tree {
    /// An operand by its number.
    Leaf(usize),
    Not(Box<Tree>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
}

const OPERANDS: usize = 4;

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = (0..OPERANDS).prop_map(Tree::Leaf);
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|tree| Tree::Not(Box::new(tree))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Tree::All),
            prop::collection::vec(inner, 1..4).prop_map(Tree::Any),
        ]
    })
}

fn operands() -> impl Strategy<Value = Vec<Kleene>> {
    prop::collection::vec(prop_oneof![Just(Some(true)), Just(Some(false)), Just(None)], OPERANDS)
}

/// By the tables.
fn kleene(tree: &Tree, operands: &[Kleene]) -> Kleene {
    match tree {
        Tree::Leaf(n) => operands[*n],
        Tree::Not(inner) => kleene(inner, operands).map(|value| !value),
        Tree::All(parts) => least(parts.iter().map(|part| kleene(part, operands))),
        Tree::Any(parts) => least(parts.iter().map(|part| kleene(part, operands).map(|v| !v))).map(|value| !value),
    }
}

/// False before open before true.
fn least(values: impl Iterator<Item = Kleene>) -> Kleene {
    let values: Vec<Kleene> = values.collect();
    if values.contains(&Some(false)) {
        Some(false)
    } else if values.contains(&None) {
        None
    } else {
        Some(true)
    }
}

/// Operand N asks for `v: 1` in an object of its own kind.
fn wanted(tree: &Tree) -> Value {
    match tree {
        Tree::Leaf(n) => {
            json!({"apiVersion": "example.com/v1", "kind": format!("Kind{n}"), "namespace": "shop", "name": "x", "match": {"v": 1}})
        }
        Tree::Not(inner) => json!({"not": wanted(inner)}),
        Tree::All(parts) => json!({"allOf": parts.iter().map(wanted).collect::<Vec<_>>()}),
        Tree::Any(parts) => json!({"anyOf": parts.iter().map(wanted).collect::<Vec<_>>()}),
    }
}

/// What the engine makes of it, with operands that hold, do not, or cannot be asked.
fn judged(tree: &Tree, operands: &[Kleene]) -> Verdict {
    let mut check = wanted(tree);
    check["check"] = json!({"name": "c"});
    let lab = lab(vec![build(check)]);
    let mut world = World::of(&lab);
    for (n, operand) in operands.iter().enumerate() {
        let kind = format!("Kind{n}");
        let key = WatchKey { api_version: "example.com/v1".into(), kind: kind.clone(), namespace: Some("shop".into()) };
        match operand {
            Some(holds) => {
                world.put(json!({"apiVersion": "example.com/v1", "kind": kind,
                    "metadata": {"name": "x", "namespace": "shop", "uid": kind}, "v": i64::from(*holds)}));
            }
            None => {
                world.observation.kinds.insert(key, KindState::Failed(Reason::Hang));
            }
        }
    }
    let mut memory = Memory::new("lab", "u", START);
    decide_all(&lab, &world.observation, &mut memory, world.now).verdicts.remove(0)
}

fn truth(verdict: &Verdict) -> Kleene {
    match verdict {
        Verdict::Passed => Some(true),
        Verdict::Unknown(_) => None,
        _ => Some(false),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn combinators_follow_kleenes_tables(tree in tree(), operands in operands()) {
        prop_assert_eq!(truth(&judged(&tree, &operands)), kleene(&tree, &operands));
    }

    #[test]
    fn the_laws_of_logic_hold(a in tree(), b in tree(), c in tree(), operands in operands()) {
        let of = |tree: Tree| truth(&judged(&tree, &operands));
        let not = |tree: &Tree| Tree::Not(Box::new(tree.clone()));
        let all = |parts: &[&Tree]| Tree::All(parts.iter().map(|part| (*part).clone()).collect());
        let any = |parts: &[&Tree]| Tree::Any(parts.iter().map(|part| (*part).clone()).collect());
        prop_assert_eq!(of(not(&not(&a))), of(a.clone()), "double negation");
        prop_assert_eq!(of(all(&[&a, &b])), of(all(&[&b, &a])), "order does not matter");
        prop_assert_eq!(of(any(&[&a, &b])), of(any(&[&b, &a])));
        prop_assert_eq!(of(all(&[&a, &all(&[&b, &c])])), of(all(&[&all(&[&a, &b]), &c])), "nor how they are grouped");
        prop_assert_eq!(of(any(&[&a, &any(&[&b, &c])])), of(any(&[&any(&[&a, &b]), &c])));
        prop_assert_eq!(of(not(&all(&[&a, &b]))), of(any(&[&not(&a), &not(&b)])), "De Morgan");
        prop_assert_eq!(of(not(&any(&[&a, &b]))), of(all(&[&not(&a), &not(&b)])));
        prop_assert_eq!(of(all(&[&a, &any(&[&a, &b])])), of(a.clone()), "absorption");
        prop_assert_eq!(of(any(&[&a, &all(&[&a, &b])])), of(a.clone()));
        prop_assert_eq!(of(all(&[&a, &any(&[&b, &c])])), of(any(&[&all(&[&a, &b]), &all(&[&a, &c])])), "distribution");
    }

    #[test]
    fn what_is_said_without_knowing_all_is_true_whatever_the_rest_is(tree in tree(), operands in operands(), rest in prop::collection::vec(any::<bool>(), OPERANDS)) {
        let partly = judged(&tree, &operands);
        let known: Vec<Kleene> = operands.iter().zip(rest).map(|(operand, rest)| operand.or(Some(rest))).collect();
        let wholly = judged(&tree, &known);
        prop_assert!(matches!(wholly, Verdict::Passed | Verdict::Failed(_)), "{:?}", wholly);
        if !matches!(partly, Verdict::Unknown(_)) {
            prop_assert_eq!(truth(&partly), truth(&wholly));
        }
    }

    #[test]
    fn what_cannot_be_asked_never_fails(tree in tree(), operands in operands(), lost in any::<bool>()) {
        let open: Vec<Kleene> = if lost { vec![None; OPERANDS] } else { operands };
        let verdict = judged(&tree, &open);
        if kleene(&tree, &open).is_none() {
            prop_assert!(matches!(verdict, Verdict::Unknown(_)), "{:?}", verdict);
        }
        prop_assert!(!lost || matches!(verdict, Verdict::Unknown(_)), "{:?}", verdict);
    }
}
