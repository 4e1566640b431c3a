//! `mutations`: what the author test may find uncaught, and why that is right.

use crate::lab::model::Exception;
use crate::yaml::Node;

use super::report::{Fields, Report, list, text};

/// Exceptions of a lab; one is all it may have.
const MOST: usize = 1;

/// `mutations: {except: [{check, path, because}]}`.
pub(super) fn exceptions(node: &Node, report: &Report, checks: &[&str]) -> Vec<Exception> {
    let Some(mut fields) = Fields::open(node, report) else { return Vec::new() };
    let except = fields.need("except").map(|node| list(node, report)).unwrap_or_default();
    fields.close();
    if let Some(more) = except.get(MOST) {
        let help = "예외가 더 있어야 한다면 확인을 고치세요.";
        report.error_help(more, format!("예외는 실습마다 {MOST}개까지예요."), help);
    }
    except.iter().filter_map(|node| exception(node, report, checks)).collect()
}

fn exception(node: &Node, report: &Report, checks: &[&str]) -> Option<Exception> {
    let mut fields = Fields::open(node, report)?;
    let check_node = fields.need("check");
    let check = check_node.and_then(|node| text(node, report));
    let path = fields.need_text("path");
    let because = fields.need_text("because");
    fields.close();
    if let (Some(check), Some(node)) = (&check, check_node)
        && !checks.contains(&check.as_str())
    {
        report.unknown(node, "없는 확인이에요", check, checks);
        return None;
    }
    Some(Exception { check: check?, path: path?, because: because? })
}
