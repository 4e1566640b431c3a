//! Stand-in, replaced at the merge.

/// Stand-in.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr(String);

/// Stand-in.
#[derive(Clone, Debug, PartialEq)]
pub struct ExprError {
    /// Stand-in.
    pub message: String,
    /// Stand-in.
    pub column: usize,
}

impl Expr {
    /// Stand-in.
    pub fn compile(source: &str) -> Result<Self, ExprError> {
        match cel::Program::compile(source) {
            Ok(_) => Ok(Self(source.to_owned())),
            Err(error) => Err(ExprError {
                message: error.to_string().lines().next().unwrap_or_default().to_owned(),
                column: source.chars().take_while(|c| *c != '@').count() + 1,
            }),
        }
    }

    /// Stand-in.
    pub fn source(&self) -> &str {
        &self.0
    }
}
