//! Parsing, and what is refused at load: too long, too large, too deep, too nested, unknown names. It evaluates nothing.

use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr as Tree};
use cel::{Env, IdedExpr, extensions};

const LENGTH: usize = 2000;
const BRACKETS: usize = 24;
const NODES: usize = 1000;
const DEPTH: usize = 64;
const NESTING: usize = 3;

/// Names of types, which expressions may name as values.
const TYPES: [&str; 10] = ["bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "uint"];

/// All functions: ours, the standard library's, the strings extension's.
const FUNCTIONS: [&str; 34] = [
    "quantity",
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "type",
    "dyn",
    "charAt",
    "format",
    "indexOf",
    "join",
    "lastIndexOf",
    "lowerAscii",
    "upperAscii",
    "replace",
    "split",
    "substring",
    "trim",
    "reverse",
    "quote",
    "of",
    "none",
    "ofNonZeroValue",
    "hasValue",
    "value",
    "orValue",
    "or",
];

/// Why an expression is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExprError {
    /// What is wrong, in Korean.
    pub message: String,
    /// Where, in characters from 1 within the expression; 0 for the whole.
    pub column: usize,
}

/// Which variables an expression names.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Uses {
    pub(super) object: bool,
    pub(super) objects: bool,
    pub(super) related: bool,
    pub(super) params: bool,
    pub(super) now: bool,
}

/// Parses within the caps.
pub(super) fn compile(source: &str) -> Result<(IdedExpr, Uses), ExprError> {
    before_parsing(source)?;
    let text = source.to_owned();
    // A thread of its own: the parser recurses deeply, and a panic of it is an error here.
    let parsed = std::thread::Builder::new()
        .stack_size(32 << 20)
        .spawn(move || environment().parser().parse_with_source_info(&text))
        .map_err(|error| refusal(format!("식을 읽을 수 없어요: {error}"), 0))?
        .join()
        .map_err(|_| refusal("식을 읽을 수 없어요.", 0))?;
    let (tree, places) = parsed.map_err(|errors| match errors.errors.first() {
        Some(first) => {
            let column = column(source, first.pos);
            refusal(format!("CEL 문법에 맞지 않아요: {}", first.msg), column)
        }
        None => refusal("CEL 문법에 맞지 않아요.", 0),
    })?;
    let mut survey = Survey { nodes: 0, uses: Uses::default(), bound: Vec::new() };
    survey.visit(&tree, 1, 0).map_err(|(id, message)| {
        let start = places.offset_for(id).map_or(0, |(start, _)| start as usize + 1);
        refusal(message, start)
    })?;
    Ok((tree, survey.uses))
}

/// The functions and macros expressions may use.
pub(super) fn environment() -> Env {
    let mut env = Env::stdlib();
    // Fails only on a name declared twice, which a test would show.
    let _ = env.add_extension(extensions::strings);
    env
}

fn refusal(message: impl Into<String>, column: usize) -> ExprError {
    ExprError { message: message.into(), column }
}

/// The parser counts columns from 0 within a line, and the end of the text sometimes beyond it; ours count over the
/// whole expression from 1, and the place after its last character is the last.
fn column(source: &str, (line, column): (isize, isize)) -> usize {
    let before: usize =
        source.split('\n').take(usize::try_from(line - 1).unwrap_or(0)).map(|l| l.chars().count() + 1).sum();
    (before + usize::try_from(column).unwrap_or(0) + 1).min(source.chars().count() + 1)
}

/// What can be refused without risking the parser's stack.
fn before_parsing(source: &str) -> Result<(), ExprError> {
    if source.trim().is_empty() {
        return Err(refusal("식이 비어 있어요.", 0));
    }
    if source.chars().count() > LENGTH {
        return Err(refusal(format!("식이 너무 길어요 ({LENGTH}자까지)."), 0));
    }
    let mut open = 0_usize;
    for (index, c) in source.chars().enumerate() {
        match c {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > BRACKETS {
            return Err(refusal(format!("괄호가 너무 깊어요 ({BRACKETS}겹까지)."), index + 1));
        }
    }
    Ok(())
}

struct Survey {
    nodes: usize,
    uses: Uses,
    bound: Vec<String>,
}

type Refused = (u64, String);

impl Survey {
    fn visit(&mut self, tree: &IdedExpr, depth: usize, nesting: usize) -> Result<(), Refused> {
        self.nodes += 1;
        if self.nodes > NODES {
            return Err((tree.id, format!("식이 너무 커요 (마디 {NODES}개까지).")));
        }
        if depth > DEPTH {
            return Err((tree.id, format!("식이 너무 깊어요 ({DEPTH}단계까지).")));
        }
        let deeper = depth + 1;
        match &tree.expr {
            Tree::Ident(name) => self.name(tree.id, name),
            Tree::Literal(_) => Ok(()),
            Tree::Select(select) => self.visit(&select.operand, deeper, nesting),
            Tree::List(list) => list.elements.iter().try_for_each(|element| self.visit(element, deeper, nesting)),
            Tree::Call(call) => {
                let name = call.func_name.as_str();
                let operator = !name.starts_with(|c: char| c.is_ascii_alphabetic());
                if !operator && !FUNCTIONS.contains(&name) {
                    return Err((tree.id, format!("모르는 함수예요: {name}")));
                }
                // `optional.of(x)`: the target is a name space, not a variable.
                let space = call.target.as_ref().is_some_and(|t| matches!(&t.expr, Tree::Ident(n) if n == "optional"));
                if let Some(target) = call.target.as_ref().filter(|_| !space) {
                    self.visit(target, deeper, nesting)?;
                }
                call.args.iter().try_for_each(|argument| self.visit(argument, deeper, nesting))
            }
            Tree::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => {
                    self.visit(&entry.key, deeper, nesting)?;
                    self.visit(&entry.value, deeper, nesting)
                }
                EntryExpr::StructField(field) => self.visit(&field.value, deeper, nesting),
            }),
            Tree::Comprehension(inner) => self.comprehension(tree.id, inner, deeper, nesting),
            Tree::Struct(_) | Tree::Unspecified => Err((tree.id, "여기서 쓸 수 없는 식이에요.".into())),
        }
    }

    fn comprehension(
        &mut self,
        id: u64,
        inner: &ComprehensionExpr,
        depth: usize,
        nesting: usize,
    ) -> Result<(), Refused> {
        // The range is evaluated once, outside the loop.
        self.visit(&inner.iter_range, depth, nesting)?;
        if nesting + 1 > NESTING {
            return Err((id, format!("all·exists·map·filter는 {NESTING}겹까지 쓸 수 있어요.")));
        }
        let before = self.bound.len();
        self.bound.push(inner.iter_var.clone());
        self.bound.extend(inner.iter_var2.clone());
        self.bound.push(inner.accu_var.clone());
        for part in [&inner.accu_init, &inner.loop_cond, &inner.loop_step, &inner.result] {
            self.visit(part, depth, nesting + 1)?;
        }
        self.bound.truncate(before);
        Ok(())
    }

    fn name(&mut self, id: u64, name: &str) -> Result<(), Refused> {
        if self.bound.iter().any(|bound| bound == name) || TYPES.contains(&name) {
            return Ok(());
        }
        match name {
            "object" => self.uses.object = true,
            "objects" => self.uses.objects = true,
            "related" => self.uses.related = true,
            "params" => self.uses.params = true,
            "now" => self.uses.now = true,
            _ => {
                return Err((
                    id,
                    format!("모르는 이름이에요: {name} (object, objects, related, params, now만 있어요)"),
                ));
            }
        }
        Ok(())
    }
}
