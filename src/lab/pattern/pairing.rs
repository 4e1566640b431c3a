//! Lists: each wanted element needs an element of its own. Pairing is exact (augmenting paths), never greedy.

use serde_json::Value;

use super::{Context, Hint, Mismatch, Outcome, compare, differs, keys};

/// Pairs wanted elements with the list's, which come with their paths.
pub(super) fn pair(
    wanted: &[Value],
    items: &[(String, &Value)],
    path: &str,
    hint: Hint,
    context: Context<'_>,
) -> Outcome {
    let mut open: Vec<(&Value, Vec<usize>)> = Vec::new();
    for pattern in wanted {
        if !pattern.is_object() {
            // Scalars are contained: the same element may serve twice.
            if !items.iter().any(|(at, item)| compare(pattern, Some(item), at, hint, context).is_ok()) {
                let all: Vec<Value> = items.iter().map(|(_, item)| (*item).clone()).collect();
                return differs(path, pattern, Some(&Value::Array(all)));
            }
            continue;
        }
        let fields = keys::key_fields(path, pattern);
        let candidate = |item: &Value| fields.is_empty() || keys::has_key(pattern, item, &fields);
        let candidates: Vec<usize> =
            (0..).zip(items).filter(|(_, (_, item))| candidate(item)).map(|(n, _): (usize, _)| n).collect();
        let mut fitting = Vec::new();
        let mut nearest: Option<Box<Mismatch>> = None;
        for &n in &candidates {
            let Some((at, item)) = items.get(n) else { continue };
            match compare(pattern, Some(item), at, hint, context) {
                Ok(()) => fitting.push(n),
                Err(found) => nearest = nearest.or(Some(found)),
            }
        }
        if fitting.is_empty() {
            // The one element that must be meant tells more than the whole list.
            return match nearest {
                Some(found) if !fields.is_empty() || candidates.len() == 1 => Err(found),
                _ => differs(path, pattern, None),
            };
        }
        open.push((pattern, fitting));
    }
    let mut taken: Vec<Option<usize>> = vec![None; items.len()];
    for index in 0..open.len() {
        let mut tried = vec![false; items.len()];
        if !place(index, &open, &mut taken, &mut tried) {
            let pattern = open.get(index).map_or(&Value::Null, |(pattern, _)| pattern);
            return differs(path, pattern, None);
        }
    }
    Ok(())
}

/// Finds an element for a wanted one, moving others where that helps.
fn place(index: usize, open: &[(&Value, Vec<usize>)], taken: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    let Some((_, fitting)) = open.get(index) else { return false };
    for &n in fitting {
        match tried.get_mut(n) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        let free = match taken.get(n).copied().flatten() {
            None => true,
            Some(other) => place(other, open, taken, tried),
        };
        if free {
            if let Some(slot) = taken.get_mut(n) {
                *slot = Some(index);
            }
            return true;
        }
    }
    false
}
