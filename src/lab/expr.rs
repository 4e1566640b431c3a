//! To be written.

/// To be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr;
