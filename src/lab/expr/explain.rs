//! Which parts of a false expression are false, and what was observed there: conjunct by conjunct, and for `all` and
//! `exists` element by element. It never decides anything.

use std::borrow::Cow;
use std::sync::Arc;

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr as Tree, LiteralValue, operators};
use cel::{Context, IdedExpr, Value as Cel};
use serde_json::Value;

use super::Scope;
use super::caps::Uses;
use super::convert;
use crate::lab::object::push_key;

/// More parts than this help nobody.
const PARTS: usize = 8;

pub(super) fn explain(tree: &IdedExpr, uses: &Uses, scope: &Scope, stop: &convert::Stop) -> Vec<(String, Value)> {
    let context = convert::context(uses, scope, stop);
    let mut explainer = Explainer { scope, bound: Vec::new(), parts: Vec::new() };
    explainer.part(tree, &context);
    explainer.parts
}

/// A place in the scope: its path and, if there is something, its value.
#[derive(Clone)]
struct Place<'v> {
    path: String,
    value: Option<Cow<'v, Value>>,
}

struct Explainer<'v> {
    scope: &'v Scope,
    bound: Vec<(String, Place<'v>)>,
    parts: Vec<(String, Value)>,
}

impl<'v> Explainer<'v> {
    /// Explains a part that is known not to hold.
    fn part(&mut self, tree: &IdedExpr, context: &Context<'_, 'v>) {
        match &tree.expr {
            Tree::Call(call) if is(call, operators::LOGICAL_AND, 2) => {
                for side in call.args.iter().filter(|side| truth(side, context) != Some(true)) {
                    self.part(side, context);
                }
            }
            Tree::Call(call) if is(call, operators::LOGICAL_OR, 2) => {
                call.args.iter().for_each(|side| self.part(side, context));
            }
            Tree::Call(call) if is(call, operators::CONDITIONAL, 3) => {
                if let [condition, yes, no] = call.args.as_slice() {
                    self.gather(condition);
                    self.part(if truth(condition, context) == Some(true) { yes } else { no }, context);
                }
            }
            Tree::Comprehension(inner) => match predicate(inner) {
                Some(predicate) => self.elements_of(inner, predicate, context),
                None => self.gather(&inner.iter_range),
            },
            _ => self.gather(tree),
        }
    }

    /// The elements of a range for which the predicate does not hold.
    fn elements_of(&mut self, inner: &ComprehensionExpr, predicate: &IdedExpr, context: &Context<'_, 'v>) {
        match self.elements(&inner.iter_range, context) {
            Some(elements) if !elements.is_empty() => {
                for element in elements {
                    if self.parts.len() >= PARTS {
                        return;
                    }
                    self.within(inner, element, context, |explainer, context| {
                        if truth(predicate, context) != Some(true) {
                            explainer.part(predicate, context);
                        }
                    });
                }
            }
            _ => self.gather(&inner.iter_range),
        }
    }

    /// Does something with the loop variable bound to an element.
    fn within<T>(
        &mut self,
        inner: &ComprehensionExpr,
        element: Place<'v>,
        context: &Context<'_, 'v>,
        work: impl FnOnce(&mut Self, &Context<'_, 'v>) -> T,
    ) -> Option<T> {
        // Only what is borrowed from the scope can be bound; keys of maps are not, and have no members anyway.
        let mut child = context.new_inner_scope();
        match &element.value {
            Some(Cow::Borrowed(value)) => child.add_variable_as_val(&inner.iter_var, convert::value(value)),
            Some(Cow::Owned(Value::String(key))) => child.add_variable_from_value(&inner.iter_var, key.as_str()),
            _ => return None,
        }
        self.bound.push((inner.iter_var.clone(), element));
        let result = work(self, &child);
        self.bound.pop();
        Some(result)
    }

    /// The elements a range gives, with the paths they have in the scope.
    fn elements(&mut self, tree: &IdedExpr, context: &Context<'_, 'v>) -> Option<Vec<Place<'v>>> {
        match &tree.expr {
            Tree::Comprehension(inner) => {
                let guard = filter_guard(inner)?;
                let all = self.elements(&inner.iter_range, context)?;
                let held = |explainer: &mut Self, place: &Place<'v>| {
                    explainer.within(inner, place.clone(), context, |_, context| truth(guard, context) == Some(true))
                };
                Some(all.into_iter().filter(|place| held(self, place) == Some(true)).collect())
            }
            Tree::Call(call) if is(call, operators::ADD, 2) => {
                let mut all = Vec::new();
                for side in &call.args {
                    all.extend(self.elements(side, context)?);
                }
                Some(all)
            }
            Tree::Call(call) if is(call, operators::CONDITIONAL, 3) => {
                let [condition, yes, no] = call.args.as_slice() else { return None };
                self.elements(if truth(condition, context) == Some(true) { yes } else { no }, context)
            }
            Tree::List(list) if list.elements.is_empty() => Some(Vec::new()),
            _ => {
                let place = self.place(tree)?;
                match place.value? {
                    Cow::Borrowed(Value::Array(items)) => Some(
                        (0..)
                            .zip(items)
                            .map(|(n, item): (usize, _)| Place {
                                path: format!("{}[{n}]", place.path),
                                value: Some(Cow::Borrowed(item)),
                            })
                            .collect(),
                    ),
                    Cow::Borrowed(Value::Object(members)) => Some(
                        members
                            .keys()
                            .map(|key| {
                                let mut path = place.path.clone();
                                push_key(&mut path, key);
                                Place { path, value: Some(Cow::Owned(Value::String(key.clone()))) }
                            })
                            .collect(),
                    ),
                    _ => None,
                }
            }
        }
        .or_else(|| self.list_of_objects(tree))
    }

    /// `objects` and `related.ALIAS` are lists of shared objects, not JSON.
    fn list_of_objects(&self, tree: &IdedExpr) -> Option<Vec<Place<'v>>> {
        let (path, list) = shared_list(tree, self.scope)?;
        Some(
            (0..)
                .zip(list)
                .map(|(n, object): (usize, _)| Place {
                    path: format!("{path}[{n}]"),
                    value: Some(Cow::Borrowed(&**object)),
                })
                .collect(),
        )
    }

    /// Collects every member path of a part with the value found there.
    fn gather(&mut self, tree: &IdedExpr) {
        if self.parts.len() >= PARTS {
            return;
        }
        if let Some(place) = self.place(tree) {
            if !self.parts.iter().any(|(path, _)| *path == place.path) {
                self.parts.push((place.path, place.value.map_or(Value::Null, Cow::into_owned)));
            }
            return;
        }
        match &tree.expr {
            Tree::Call(call) => {
                call.target.iter().map(|target| &**target).chain(&call.args).for_each(|t| self.gather(t))
            }
            Tree::Select(select) => self.gather(&select.operand),
            Tree::List(list) => list.elements.iter().for_each(|element| self.gather(element)),
            Tree::Comprehension(inner) => self.gather(&inner.iter_range),
            _ => {}
        }
    }

    /// The place a member path names, if the tree is one.
    fn place(&self, tree: &IdedExpr) -> Option<Place<'v>> {
        match &tree.expr {
            Tree::Ident(name) => {
                if let Some((_, place)) = self.bound.iter().rev().find(|(bound, _)| bound == name) {
                    return Some(place.clone());
                }
                let value = match name.as_str() {
                    "object" => self.scope.object.as_deref().map(Cow::Borrowed),
                    "params" => Some(Cow::Borrowed(&*self.scope.params)),
                    "now" => Some(Cow::Owned(Value::from(self.scope.now.div_euclid(1000)))),
                    "objects" => Some(Cow::Owned(names(&self.scope.objects))),
                    _ => return None,
                };
                Some(Place { path: name.clone(), value })
            }
            Tree::Select(select) => {
                if let Some((path, list)) = shared_list(tree, self.scope) {
                    return Some(Place { path, value: Some(Cow::Owned(names(list))) });
                }
                let parent = self.place(&select.operand).or_else(|| related_root(&select.operand))?;
                Some(member(parent, &select.field))
            }
            Tree::Call(call) if is(call, operators::INDEX, 2) => {
                let [operand, index] = call.args.as_slice() else { return None };
                let Tree::Literal(literal) = &index.expr else { return None };
                match literal {
                    LiteralValue::String(key) => Some(member(self.place(operand)?, key.inner())),
                    LiteralValue::Int(n) => {
                        let n = usize::try_from(*n.inner()).ok()?;
                        if let Some((path, list)) = shared_list(operand, self.scope) {
                            let value = list.get(n).map(|object| Cow::Borrowed(&**object));
                            return Some(Place { path: format!("{path}[{n}]"), value });
                        }
                        let parent = self.place(operand)?;
                        let value = match parent.value {
                            Some(Cow::Borrowed(value)) => value.get(n).map(Cow::Borrowed),
                            Some(Cow::Owned(value)) => value.get(n).cloned().map(Cow::Owned),
                            None => None,
                        };
                        Some(Place { path: format!("{}[{n}]", parent.path), value })
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

fn member<'v>(parent: Place<'v>, key: &str) -> Place<'v> {
    let mut path = parent.path;
    push_key(&mut path, key);
    let value = match parent.value {
        Some(Cow::Borrowed(value)) => value.get(key).map(Cow::Borrowed),
        Some(Cow::Owned(value)) => value.get(key).cloned().map(Cow::Owned),
        None => None,
    };
    Place { path, value }
}

/// `related` alone has no value; an alias that nobody declared is absent.
fn related_root<'v>(tree: &IdedExpr) -> Option<Place<'v>> {
    matches!(&tree.expr, Tree::Ident(name) if name == "related").then(|| Place { path: "related".into(), value: None })
}

fn shared_list<'v>(tree: &IdedExpr, scope: &'v Scope) -> Option<(String, &'v Vec<Arc<Value>>)> {
    match &tree.expr {
        Tree::Ident(name) if name == "objects" => Some((name.clone(), &scope.objects)),
        Tree::Select(select) => match &select.operand.expr {
            Tree::Ident(name) if name == "related" => {
                scope.related.get(&select.field).map(|list| (format!("related.{}", select.field), list))
            }
            _ => None,
        },
        _ => None,
    }
}

fn names(list: &[Arc<Value>]) -> Value {
    list.iter().map(|object| Value::from(crate::lab::object::name(object))).collect()
}

fn truth(tree: &IdedExpr, context: &Context<'_, '_>) -> Option<bool> {
    match Cel::resolve(tree, context) {
        Ok(Cel::Bool(truth)) => Some(truth),
        _ => None,
    }
}

pub(super) fn is(call: &CallExpr, operator: &str, arguments: usize) -> bool {
    call.target.is_none() && call.func_name == operator && call.args.len() == arguments
}

/// The predicate of `all` and `exists`, as their macros expand.
fn predicate(inner: &ComprehensionExpr) -> Option<&IdedExpr> {
    let Tree::Call(step) = &inner.loop_step.expr else { return None };
    let folds = is(step, operators::LOGICAL_AND, 2) || is(step, operators::LOGICAL_OR, 2);
    match step.args.as_slice() {
        [accumulated, predicate] if folds => {
            matches!(&accumulated.expr, Tree::Ident(name) if *name == inner.accu_var).then_some(predicate)
        }
        _ => None,
    }
}

/// The guard of `filter`, as its macro expands: `guard ? accu + [element] : accu`.
pub(super) fn filter_guard(inner: &ComprehensionExpr) -> Option<&IdedExpr> {
    let Tree::Call(step) = &inner.loop_step.expr else { return None };
    let Some(Tree::Call(append)) = step.args.get(1).map(|part| &part.expr) else { return None };
    if !is(step, operators::CONDITIONAL, 3) {
        return None;
    }
    match append.args.get(1).map(|part| &part.expr) {
        Some(Tree::List(list)) => match list.elements.as_slice() {
            [element] if matches!(&element.expr, Tree::Ident(name) if *name == inner.iter_var) => step.args.first(),
            _ => None,
        },
        _ => None,
    }
}
