//! What an expression said of the very same objects. Objects are shared and never changed, so identity is enough;
//! only weak references are kept, and an expression that reads the time is never remembered.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use serde_json::Value;

use super::caps::Uses;
use super::{EvalError, Scope};

/// More entries than this are thrown away together.
const CAP: usize = 8192;

#[derive(Default)]
pub(super) struct Memo(HashMap<usize, Entry>);

struct Entry {
    seen: Vec<Weak<Value>>,
    shape: Vec<usize>,
    params: Arc<Value>,
    result: Result<bool, EvalError>,
}

impl Memo {
    pub(super) fn get(&self, uses: &Uses, scope: &Scope) -> Option<Result<bool, EvalError>> {
        let entry = self.0.get(&address(scope))?;
        let same = (!uses.params || Arc::ptr_eq(&entry.params, &scope.params) || entry.params == scope.params)
            && entry.shape == shape(uses, scope)
            && entry.seen.iter().map(Weak::as_ptr).eq(objects(uses, scope).map(Arc::as_ptr));
        same.then(|| entry.result.clone())
    }

    pub(super) fn put(&mut self, uses: &Uses, scope: &Scope, result: &Result<bool, EvalError>) {
        if uses.now || matches!(result, Err(EvalError::Overrun)) {
            return;
        }
        if self.0.len() >= CAP {
            self.0.clear();
        }
        let entry = Entry {
            seen: objects(uses, scope).map(Arc::downgrade).collect(),
            shape: shape(uses, scope),
            params: scope.params.clone(),
            result: result.clone(),
        };
        self.0.insert(address(scope), entry);
    }
}

fn address(scope: &Scope) -> usize {
    scope.object.as_ref().map_or(0, |object| Arc::as_ptr(object).addr())
}

/// All objects the expression can see, in order.
fn objects<'a>(uses: &Uses, scope: &'a Scope) -> impl Iterator<Item = &'a Arc<Value>> {
    let object = scope.object.iter().filter(|_| uses.object);
    let objects = scope.objects.iter().take(if uses.objects { usize::MAX } else { 0 });
    let related = scope.related.values().flatten().take(if uses.related { usize::MAX } else { 0 });
    object.chain(objects).chain(related)
}

/// Where one list ends and the next begins.
fn shape(uses: &Uses, scope: &Scope) -> Vec<usize> {
    if uses.related { scope.related.values().map(Vec::len).collect() } else { Vec::new() }
}
