//! The grammar of `jotasu quiz` and `jotasu review`.

use clap::Args;

use super::Form;

/// `jotasu quiz`
#[derive(Args, Debug)]
#[command(
    after_help = "예:\n  jotasu quiz w3-d2-s1\n  jotasu quiz w3-d2-s1 -o json | jq '.questions[].ask'\n  jotasu quiz w3-d2-s1 --answers > quiz.md"
)]
pub struct Quiz {
    /// 학습의 id나 파일 경로 (`jotasu tree`)
    #[arg(value_name = "LESSON")]
    pub lesson: String,
    /// 묻지 않고, 답과 설명까지 모두 보여요
    #[arg(long)]
    pub answers: bool,
    /// Its form.
    #[command(flatten)]
    pub form: Form,
}

/// `jotasu review`
#[derive(Args, Debug)]
#[command(
    after_help = "예:\n  jotasu review\n  jotasu review -o json | jq '.due | length'\n  jotasu review --print > review.md"
)]
pub struct Review {
    /// 묻지 않고, 놓친 문항을 설명과 함께 Markdown으로
    #[arg(long, conflicts_with = "output")]
    pub print: bool,
    /// Its form.
    #[command(flatten)]
    pub form: Form,
}
