//! Whether an expectation holds of what is observed right now: Kleene logic over selections. It knows no history but
//! what `absent` needs, and no time but CEL's `now`.
//!
//! `not` is pushed down to the single expectations, so that an empty selection passes nowhere: neither asked for nor
//! asked against.

use super::one::{self, Each};
use super::truth::{Judge, No, Truth, described, finding};
use crate::lab::model::{Expectation, Quantifier, ResourceExpectation};
use crate::lab::object;
use crate::lab::observe::Seen;
use crate::lab::select::Selection;
use crate::lab::verdict::{Actual, Cause, Expected, Finding, ObjectRef, Reason};

impl Judge<'_, '_> {
    /// Whether the expectation holds.
    pub(super) fn holds(&self, expectation: &Expectation) -> Truth {
        self.tree(expectation, true)
    }

    fn tree(&self, expectation: &Expectation, positive: bool) -> Truth {
        match (expectation, positive) {
            (Expectation::Of(leaf), true) => self.leaf(leaf),
            (Expectation::Of(leaf), false) => self.against(leaf),
            (Expectation::Not(inner), _) => self.tree(inner, !positive),
            (Expectation::AllOf(parts), true) | (Expectation::AnyOf(parts), false) => {
                all(parts.iter().map(|part| self.tree(part, positive)))
            }
            (Expectation::AnyOf(parts), true) | (Expectation::AllOf(parts), false) => {
                any(parts.iter().map(|part| self.tree(part, positive)))
            }
        }
    }

    fn leaf(&self, leaf: &ResourceExpectation) -> Truth {
        if leaf.absent {
            return self.absent(leaf);
        }
        match self.view.select(&leaf.target) {
            Selection::Unknown(reason) => Truth::Unknown(reason),
            Selection::NotServed => self.missing(leaf, true),
            Selection::Objects(objects) if objects.is_empty() => self.missing(leaf, false),
            Selection::Objects(objects) => self.quantified(leaf, &objects, &one::each(self, leaf, &objects)),
        }
    }

    /// `not` over a single expectation.
    fn against(&self, leaf: &ResourceExpectation) -> Truth {
        let objects = match (leaf.absent, self.view.select(&leaf.target)) {
            (_, Selection::Unknown(reason)) => return Truth::Unknown(reason),
            (_, Selection::NotServed) => return self.missing(leaf, true),
            (_, Selection::Objects(objects)) if objects.is_empty() => return self.missing(leaf, false),
            (true, Selection::Objects(_)) => return Truth::True,
            (false, Selection::Objects(objects)) => objects,
        };
        let each = one::each(self, leaf, &objects);
        if let Some(nothing) = each.iter().find_map(Each::vacuous) {
            return Truth::False(Box::new(nothing));
        }
        match self.quantified(leaf, &objects, &each) {
            Truth::False(_) => Truth::True,
            Truth::True => no(finding(first(&objects), Expected::Not, Actual::Present)),
            unknown @ Truth::Unknown(_) => unknown,
        }
    }

    fn quantified(&self, leaf: &ResourceExpectation, objects: &[&Seen], each: &[Each]) -> Truth {
        let total = objects.len() as u64;
        let outside = |n: u64| n < leaf.count.min || leaf.count.max.is_some_and(|max| n > max);
        let counted = |n: u64| {
            let expected = Expected::Count { min: leaf.count.min, max: leaf.count.max };
            no(finding(described(&leaf.target), expected, Actual::Count(n)))
        };
        if leaf.quantifier == Quantifier::Any {
            return any_of(leaf, each, counted);
        }
        if outside(total) {
            return counted(total);
        }
        let mut unknown = None;
        for (seen, each) in objects.iter().zip(each) {
            let against = leaf.quantifier == Quantifier::None;
            match each {
                Each::Unknown(reason) => unknown = unknown.or(Some(reason)),
                Each::Vacuous(why) => return Truth::False(Box::new((**why).clone())),
                Each::No(why) if !against => return Truth::False(Box::new((**why).clone())),
                Each::Yes if against => {
                    return no(finding(object::reference(&seen.object), Expected::Not, Actual::Present));
                }
                Each::Yes | Each::No(_) => {}
            }
        }
        unknown.map_or(Truth::True, |reason| Truth::Unknown(reason.clone()))
    }

    /// Something was there in this run and is not there any more; what is being deleted still is.
    fn absent(&self, leaf: &ResourceExpectation) -> Truth {
        let existing = match self.view.existing(&leaf.target) {
            Selection::Unknown(reason) => return Truth::Unknown(reason),
            Selection::NotServed => Vec::new(),
            Selection::Objects(objects) => objects,
        };
        if let Some(still) = existing.first() {
            let mut found = finding(object::reference(&still.object), Expected::Absent, Actual::Present);
            let leaving = existing.iter().all(|seen| object::is_deleting(&seen.object));
            found.cause = leaving.then_some(Cause::Terminating);
            return no(found);
        }
        if (self.existed)(&leaf.target) || !self.view.gone(&leaf.target).is_empty() {
            return Truth::True;
        }
        Truth::False(Box::new(No {
            finding: finding(described(&leaf.target), Expected::Absent, Actual::Missing),
            stuck: false,
            empty: true,
        }))
    }

    fn missing(&self, leaf: &ResourceExpectation, unserved: bool) -> Truth {
        let expected = Expected::Count { min: leaf.count.min, max: leaf.count.max };
        let mut found =
            finding(described(&leaf.target), expected, if unserved { Actual::NotServed } else { Actual::Missing });
        if let Selection::Objects(existing) = self.view.existing(&leaf.target) {
            let leaving = existing.iter().filter(|seen| object::is_deleting(&seen.object)).count();
            if leaving > 0 {
                found.cause = Some(Cause::Terminating);
            } else if !existing.is_empty() {
                found.cause = Some(Cause::OldPods { count: existing.len() as u64 });
            }
        }
        Truth::False(Box::new(No { finding: found, stuck: false, empty: true }))
    }
}

fn any_of(leaf: &ResourceExpectation, each: &[Each], counted: impl Fn(u64) -> Truth) -> Truth {
    let satisfied = each.iter().filter(|each| matches!(each, Each::Yes)).count() as u64;
    let open: Vec<&Reason> =
        each.iter().filter_map(|each| if let Each::Unknown(reason) = each { Some(reason) } else { None }).collect();
    let most = satisfied + open.len() as u64;
    let fits = |n: u64| n >= leaf.count.min && leaf.count.max.is_none_or(|max| n <= max);
    if most < leaf.count.min || leaf.count.max.is_some_and(|max| satisfied > max) {
        let nearest =
            each.iter().find_map(|each| if let Each::No(why) | Each::Vacuous(why) = each { Some(why) } else { None });
        return match nearest {
            Some(why) if satisfied == 0 && leaf.count.min <= 1 => Truth::False(Box::new((**why).clone())),
            _ => counted(satisfied),
        };
    }
    match open.first() {
        Some(reason) if !(fits(satisfied) && fits(most)) => Truth::Unknown((*reason).clone()),
        _ if fits(satisfied) => Truth::True,
        _ => counted(satisfied),
    }
}

fn all(parts: impl Iterator<Item = Truth>) -> Truth {
    let mut unknown = None;
    let mut first: Option<Box<No>> = None;
    for part in parts {
        match part {
            Truth::True => {}
            Truth::Unknown(reason) => unknown = unknown.or(Some(reason)),
            Truth::False(why) => match &mut first {
                // One that is stuck holds up the whole.
                Some(first) => {
                    first.stuck |= why.stuck;
                    first.empty &= why.empty;
                }
                None => first = Some(why),
            },
        }
    }
    match (first, unknown) {
        (Some(why), _) => Truth::False(why),
        (None, Some(reason)) => Truth::Unknown(reason),
        (None, None) => Truth::True,
    }
}

fn any(parts: impl Iterator<Item = Truth>) -> Truth {
    let mut unknown = None;
    let mut whys: Vec<No> = Vec::new();
    for part in parts {
        match part {
            Truth::True => return Truth::True,
            Truth::Unknown(reason) => unknown = unknown.or(Some(reason)),
            Truth::False(why) => whys.push(*why),
        }
    }
    if let Some(reason) = unknown {
        return Truth::Unknown(reason);
    }
    let stuck = whys.iter().all(|why| why.stuck);
    let empty = whys.iter().all(|why| why.empty);
    let expected: Vec<Expected> = whys.iter().map(|why| why.finding.expected.clone()).collect();
    // What is there tells more than what is not.
    let nearest = whys.iter().position(|why| !why.empty).unwrap_or(0);
    match whys.into_iter().nth(nearest) {
        Some(mut why) => {
            if expected.len() > 1 {
                why.finding.expected = Expected::AnyOf(expected);
            }
            Truth::False(Box::new(No { stuck, empty, ..why }))
        }
        None => Truth::False(Box::new(No {
            finding: finding(ObjectRef::default(), Expected::AnyOf(Vec::new()), Actual::Missing),
            stuck: true,
            empty: true,
        })),
    }
}

fn no(finding: Finding) -> Truth {
    Truth::False(Box::new(No { finding, stuck: false, empty: false }))
}

fn first(objects: &[&Seen]) -> ObjectRef {
    objects.first().map(|seen| object::reference(&seen.object)).unwrap_or_default()
}
