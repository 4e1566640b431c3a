//! The grammar of `jotasu progress`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::{Consent, Form};

/// `jotasu progress …`
#[derive(Debug, Subcommand)]
pub enum Progress {
    /// 무엇을 마쳤는지
    #[command(after_help = "예:\n  jotasu progress show\n  jotasu progress show -o json")]
    Show {
        /// Its form.
        #[command(flatten)]
        form: Form,
    },
    /// 지금까지를 한 장에: 네 가지 지표와 목표, 실습, 메모
    #[command(
        after_help = "예:\n  jotasu progress report\n  jotasu progress report -o html > 진도.html\n  jotasu progress report -o csv > 진도.csv"
    )]
    Report {
        /// 출력의 꼴: text (그대로 두면), md, csv, html (브라우저에서 볼 한 장)
        #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
        output: Sheet,
    },
    /// 진도를 파일 하나로 내보내요. 다른 컴퓨터에서 import로 합쳐요
    #[command(
        after_help = "예:\n  jotasu progress export 진도.json\n  jotasu progress export - | ssh 노트북 jotasu progress import -"
    )]
    Export {
        /// 만들 파일 (-는 표준 출력)
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Without questions.
        #[command(flatten)]
        consent: Consent,
    },
    /// 다른 컴퓨터의 진도를 합쳐요. 이 컴퓨터의 것은 하나도 없어지지 않아요
    #[command(after_help = "예:\n  jotasu progress import 진도.json")]
    Import {
        /// export로 만든 파일 (-는 표준 입력)
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Sheet {
    /// For this terminal.
    #[default]
    Text,
    /// Markdown.
    Md,
    /// One line a measure, for spreadsheets.
    Csv,
    /// One page for a browser.
    Html,
}
