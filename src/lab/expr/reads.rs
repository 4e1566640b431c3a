//! Which members of its scope an expression reads, as its tree names them: what it claims to verify. Evaluates nothing.

use std::collections::BTreeSet;

use cel::IdedExpr;
use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr as Tree, LiteralValue, operators};

use super::explain::{filter_guard, is};

/// Where a read begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// The object in question.
    Object,
    /// The list of all objects of the selection.
    Objects,
    /// The list of an alias.
    Related(String),
}

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into a member.
    Member(String),
    /// Into every element.
    Each,
}

/// A place an expression reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// Where it begins.
    pub root: Root,
    /// The way down from there.
    pub steps: Vec<Step>,
    /// Whether it asks only that something is there.
    pub presence: bool,
}

impl Read {
    fn of(root: Root) -> Self {
        Self { root, steps: Vec::new(), presence: false }
    }

    fn to(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    fn present(self) -> Self {
        Self { presence: true, ..self }
    }
}

/// Every place a tree reads, the innermost of each path.
pub(super) fn reads(tree: &IdedExpr) -> BTreeSet<Read> {
    let mut reader = Reader { bound: Vec::new(), reads: BTreeSet::new() };
    reader.visit(tree);
    reader.reads
}

struct Reader {
    /// Loop variables with the place of what they stand for.
    bound: Vec<(String, Option<Read>)>,
    reads: BTreeSet<Read>,
}

impl Reader {
    fn visit(&mut self, tree: &IdedExpr) {
        if let Some(read) = self.place(tree) {
            let presence = matches!(&tree.expr, Tree::Select(select) if select.test);
            self.reads.insert(if presence { read.present() } else { read });
            return;
        }
        match &tree.expr {
            Tree::Call(call) => {
                if let (true, [key, within]) = (is(call, operators::IN, 2), call.args.as_slice())
                    && let (Some(key), Some(place)) = (literal(key), self.place(within))
                {
                    self.reads.insert(place.to(Step::Member(key)).present());
                    return;
                }
                call.target.iter().map(|target| &**target).chain(&call.args).for_each(|part| self.visit(part));
            }
            Tree::Select(select) => self.visit(&select.operand),
            Tree::List(list) => list.elements.iter().for_each(|element| self.visit(element)),
            Tree::Map(map) => map.entries.iter().for_each(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => {
                    self.visit(&entry.key);
                    self.visit(&entry.value);
                }
                EntryExpr::StructField(field) => self.visit(&field.value),
            }),
            Tree::Comprehension(inner) => {
                self.comprehension(inner);
            }
            _ => {}
        }
    }

    /// The place a tree names, if it names one.
    fn place(&mut self, tree: &IdedExpr) -> Option<Read> {
        match &tree.expr {
            Tree::Ident(name) => match self.bound.iter().rev().find(|(bound, _)| bound == name) {
                Some((_, place)) => place.clone(),
                None if name == "object" => Some(Read::of(Root::Object)),
                None if name == "objects" => Some(Read::of(Root::Objects)),
                None => None,
            },
            Tree::Select(select) => match &select.operand.expr {
                Tree::Ident(name) if name == "related" => Some(Read::of(Root::Related(select.field.clone()))),
                _ => Some(self.place(&select.operand)?.to(Step::Member(select.field.clone()))),
            },
            Tree::Call(call) if is(call, operators::INDEX, 2) => {
                let [operand, index] = call.args.as_slice() else { return None };
                let place = self.place(operand)?;
                match literal(index) {
                    Some(key) => Some(place.to(Step::Member(key))),
                    None => {
                        self.visit(index);
                        Some(place.to(Step::Each))
                    }
                }
            }
            // What a filter lets through stands where it stood.
            Tree::Comprehension(inner) if filter_guard(inner).is_some() => self.comprehension(inner),
            _ => None,
        }
    }

    /// Everything a loop reads; gives the place of its range.
    fn comprehension(&mut self, inner: &ComprehensionExpr) -> Option<Read> {
        let range = self.place(&inner.iter_range);
        match &range {
            Some(range) => {
                self.reads.insert(range.clone());
            }
            None => self.visit(&inner.iter_range),
        }
        let before = self.bound.len();
        self.bound.push((inner.iter_var.clone(), range.clone().map(|range| range.to(Step::Each))));
        self.bound.extend(inner.iter_var2.clone().map(|name| (name, None)));
        self.bound.push((inner.accu_var.clone(), None));
        for part in [&inner.accu_init, &inner.loop_cond, &inner.loop_step, &inner.result] {
            self.visit(part);
        }
        self.bound.truncate(before);
        range
    }
}

fn literal(tree: &IdedExpr) -> Option<String> {
    match &tree.expr {
        Tree::Literal(LiteralValue::String(text)) => Some(text.inner().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::expr::Expr;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let told: Vec<String> = Expr::compile(source)
            .unwrap()
            .reads()
            .into_iter()
            .map(|read| {
                let root = match read.root {
                    Root::Object => "object".to_owned(),
                    Root::Objects => "objects".to_owned(),
                    Root::Related(alias) => format!("related.{alias}"),
                };
                let path = read.steps.iter().fold(root, |path, step| match step {
                    Step::Member(name) => format!("{path}.{name}"),
                    Step::Each => format!("{path}[]"),
                });
                if read.presence { format!("{path}?") } else { path }
            })
            .collect();
        assert_eq!(told, expected, "{source}");
    }

    #[test]
    fn an_expression_claims_what_it_reads() {
        check("object.spec.replicas >= 3", &["object.spec.replicas"]);
        check(
            "has(object.data) && 'A' in object.data && object.data['B'].size() > 0",
            &["object.data?", "object.data.A?", "object.data.B"],
        );
        check(
            "object.spec.containers.all(c, has(c.resources.limits))",
            &["object.spec.containers", "object.spec.containers[].resources.limits?"],
        );
        check(
            "related.pods.all(p, related.ssd.exists(n, n.metadata.name == p.spec.nodeName))",
            &["related.pods", "related.pods[].spec.nodeName", "related.ssd", "related.ssd[].metadata.name"],
        );
        check("objects.filter(o, o.a == 1).size() == params.n", &["objects", "objects[]", "objects[].a"]);
        check(
            "related.p.filter(q, q.x == object.y)[0].z == 1",
            &["object.y", "related.p", "related.p[]", "related.p[].x", "related.p[].z"],
        );
        check("now > 5", &[]);
    }
}
