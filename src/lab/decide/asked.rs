//! Whether the reply to a query is as expected. It asks nobody.

use std::sync::Arc;

use serde_json::Value;

use super::enforced::forbidden;
use super::truth::{Judge, No, Truth, finding, no};
use crate::lab::cause::diagnose;
use crate::lab::expr::{EvalError, Scope};
use crate::lab::model::{Asked, Query, Rule};
use crate::lab::observe::Reply;
use crate::lab::pattern;
use crate::lab::verdict::{Actual, Cause, Expected, Finding, Reason};

impl Judge<'_, '_> {
    /// Whether what was asked is answered so; where there is nothing to ask, neither it nor its opposite holds.
    pub(super) fn asked(&self, asked: &Asked, positive: bool) -> Truth {
        if asked.query.needs_api() && self.view.observation().reachable.is_err() {
            return self.unreachable();
        }
        let value = match self.view.reply(&asked.query) {
            Reply::Pending => return Truth::Unknown(Reason::Connecting),
            Reply::Failed(reason) => return Truth::Unknown(reason),
            Reply::Nothing => return nobody(&asked.query),
            // A name that nobody has is no server that lets nobody in.
            Reply::Said(value) if !positive && value["connect"] == "unresolved" => return nobody(&asked.query),
            Reply::Said(value) => value,
        };
        if let Some(found) = self.silent(&asked.query, &value) {
            return no(found);
        }
        match (self.differs(asked, &value), positive) {
            (Err(reason), _) => Truth::Unknown(reason),
            (Ok(None), true) | (Ok(Some(_)), false) => self.paired(asked),
            (Ok(None), false) => no(finding(asked.query.subject(), Expected::Not, Actual::Present)),
            (Ok(Some(mut found)), true) => {
                found.cause = self.cause(asked, &value);
                no(found)
            }
        }
    }

    /// A Prometheus that does not answer, and why: what watches tell of its Service.
    fn silent(&self, query: &Query, value: &Value) -> Option<Finding> {
        let Query::Promql(promql) = query else { return None };
        let words = value["error"].as_str()?.to_owned();
        let told = finding(query.subject(), Expected::Ready(None), Actual::NotReady(words));
        let service = self.view.existing(&promql.target());
        let service = service.objects().first().map(|seen| &*seen.object);
        let diagnosis = service.and_then(|service| diagnose(self.view, service, self.restarts));
        Some(Finding { cause: diagnosis.map(|diagnosis| diagnosis.cause), ..told })
    }

    /// The first difference between a reply and what was expected of it.
    fn differs(&self, asked: &Asked, value: &Arc<Value>) -> Result<Option<Finding>, Reason> {
        if let Some(pattern) = &asked.pattern
            && let Some(found) = pattern::mismatch(pattern, value, &[])
        {
            let expected = if found.expected.is_null() { Expected::NoField } else { Expected::Field(found.expected) };
            let told = finding(asked.query.subject(), expected, Actual::Value(found.actual));
            return Ok(Some(Finding { path: Some(path(&asked.query, &found.path)), ..told }));
        }
        let scope = Scope { params: self.params.clone(), now: self.now, ..Scope::of(value.clone()) };
        for rule in &asked.cel {
            match rule.expr.eval(&scope) {
                Ok(true) => {}
                Ok(false) => return Ok(Some(untrue(asked, rule, &scope))),
                Err(EvalError::Overrun) => return Err(Reason::Expression(rule.expr.source().to_owned())),
                Err(EvalError::Failed(why)) => {
                    return Err(Reason::Expression(format!("{}: {why}", rule.expr.source())));
                }
            }
        }
        Ok(None)
    }

    /// A denial is one only while somebody else is let in.
    fn paired(&self, asked: &Asked) -> Truth {
        let Some(pair) = &asked.paired else { return Truth::True };
        match self.view.reply(pair) {
            Reply::Pending => Truth::Unknown(Reason::Connecting),
            Reply::Failed(reason) => Truth::Unknown(reason),
            Reply::Said(value) if value["connect"] == "allowed" => Truth::True,
            Reply::Said(_) | Reply::Nothing => {
                let actual = match self.view.reply(pair) {
                    Reply::Said(value) => Actual::Value(Some(value["connect"].clone())),
                    _ => Actual::Missing,
                };
                let told = finding(pair.subject(), Expected::Field("allowed".into()), actual);
                no(Finding { path: Some(path(pair, "connect")), cause: Some(Cause::NobodyListens), ..told })
            }
        }
    }

    /// Why, as far as the reply or the policies around it tell.
    fn cause(&self, asked: &Asked, value: &Value) -> Option<Cause> {
        let wanted = asked.pattern.as_ref().map(|pattern| &pattern["connect"]);
        if wanted.is_some_and(|wanted| wanted == "dropped") && value["connect"] == "allowed" {
            return forbidden(self.view, &asked.query).then_some(Cause::NotEnforced);
        }
        let words = ["error", "stderr", "reason"].into_iter().find_map(|field| {
            let words = value[field].as_str()?.trim();
            (!words.is_empty()).then(|| words.to_owned())
        });
        words.map(|words| Cause::Words { words })
    }
}

/// There is nothing to ask.
fn nobody(query: &Query) -> Truth {
    let found = finding(query.subject(), Expected::Count { min: 1, max: None }, Actual::Missing);
    Truth::False(Box::new(No { finding: found, stuck: false, empty: true }))
}

fn untrue(asked: &Asked, rule: &Rule, scope: &Scope) -> Finding {
    let expected = Expected::Cel(rule.expr.source().to_owned());
    let told = finding(asked.query.subject(), expected, Actual::Observed(rule.expr.explain(scope)));
    Finding { path: asked.query.topic(), message: rule.message.clone(), ..told }
}

/// A field of a reply, behind what was asked.
fn path(query: &Query, field: &str) -> String {
    match query.topic() {
        Some(topic) => format!("{topic} {field}"),
        None => field.to_owned(),
    }
}
