//! Generated lessons of any length, the same for the same seed: Korean prose with bold, code and links, headings, lists,
//! tables, quotes, code and diagrams in the proportions of a course.
#![allow(dead_code, reason = "each program that includes this file uses a part of it")]

use std::fmt::Write as _;

const WORDS: [&str; 40] = [
    "파드가",
    "노드에서",
    "컨테이너를",
    "스케줄러는",
    "클러스터의",
    "상태를",
    "선언하면",
    "컨트롤러가",
    "차이를",
    "줄여요.",
    "서비스는",
    "이름으로",
    "찾아요.",
    "**관측성(Observability)**은",
    "`kubectl get pods`로",
    "라벨과",
    "셀렉터가",
    "맞아야",
    "트래픽이",
    "흘러요.",
    "배포는",
    "되돌릴",
    "수",
    "있어요.",
    "[공식 문서](https://kubernetes.io/ko/docs/)에",
    "나와요.",
    "롤아웃",
    "도중에는",
    "두",
    "버전이",
    "함께",
    "돌아요.",
    "메모리",
    "한도를",
    "넘으면",
    "**OOMKilled**가",
    "되고,",
    "다시",
    "시작해요.",
    "`replicas: 3`이면",
];

/// A small generator of numbers that are the same everywhere (xorshift).
pub struct Dice(u64);

impl Dice {
    /// Numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }
}

/// A lesson of at least that many bytes.
pub fn page(seed: u64, bytes: usize) -> String {
    let mut dice = Dice::new(seed);
    let mut out = String::with_capacity(bytes + 4096);
    out.push_str("# 긴 학습 (50분)\n\n");
    let mut section = 0;
    while out.len() < bytes {
        section += 1;
        let _ = writeln!(out, "## {section}. 배포와 관리 (20분)\n");
        for _ in 0..3 + dice.below(4) {
            block(&mut out, &mut dice);
        }
    }
    out
}

fn block(out: &mut String, dice: &mut Dice) {
    match dice.below(12) {
        0 => table(out, dice),
        1 => yaml(out, dice),
        2 => console(out, dice),
        3 => list(out, dice),
        4 => quote(out, dice),
        5 => diagram(out, dice),
        6 => {
            let _ = writeln!(out, "### Step {} 확인하기\n", dice.below(9) + 1);
        }
        _ => {
            for _ in 0..1 + dice.below(4) {
                let words = 8 + dice.below(10);
                sentence(out, dice, words);
                out.push('\n');
            }
            out.push('\n');
        }
    }
}

fn sentence(out: &mut String, dice: &mut Dice, words: usize) {
    for n in 0..words {
        if n > 0 {
            out.push(' ');
        }
        out.push_str(WORDS.get(dice.below(WORDS.len())).unwrap_or(&"끝."));
    }
}

fn list(out: &mut String, dice: &mut Dice) {
    for n in 0..3 + dice.below(4) {
        let mark = ["- ", "- [ ] ", "- "].get(n % 3).unwrap_or(&"- ");
        out.push_str(mark);
        sentence(out, dice, 6);
        out.push('\n');
        if dice.below(3) == 0 {
            out.push_str("  - ");
            sentence(out, dice, 5);
            out.push('\n');
        }
    }
    out.push('\n');
}

fn table(out: &mut String, dice: &mut Dice) {
    out.push_str("| 항목 | 설명 | 값 |\n| --- | --- | ---: |\n");
    for n in 0..3 + dice.below(5) {
        let _ = write!(out, "| 필드 {n} | ");
        sentence(out, dice, 4);
        let _ = writeln!(out, " | {} |", dice.below(4000));
    }
    out.push('\n');
}

fn quote(out: &mut String, dice: &mut Dice) {
    out.push_str("> [!NOTE]\n> ");
    sentence(out, dice, 10);
    out.push_str("\n> ");
    sentence(out, dice, 6);
    out.push_str("\n\n");
}

fn yaml(out: &mut String, dice: &mut Dice) {
    out.push_str("```yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web # 이름\nspec:\n");
    let _ = writeln!(out, "  replicas: {}\n  selector:\n    matchLabels: {{app: web}}", dice.below(9));
    for n in 0..dice.below(8) {
        let _ = writeln!(out, "  - name: app-{n}\n    image: \"nginx:1.{}\"", dice.below(30));
    }
    out.push_str("```\n\n");
}

fn console(out: &mut String, dice: &mut Dice) {
    out.push_str("```console\n$ kubectl get pods -n shop\nNAME        READY   STATUS    RESTARTS   AGE\n");
    for n in 0..2 + dice.below(4) {
        let _ = writeln!(out, "web-{n}       1/1     Running   0          {}m", dice.below(90));
    }
    out.push_str("```\n\n");
}

fn diagram(out: &mut String, dice: &mut Dice) {
    out.push_str("```mermaid\nflowchart LR\n");
    for n in 0..2 + dice.below(4) {
        let _ = writeln!(out, "  N{n}[노드 {n}] -->|요청| N{}[파드 {}]", n + 1, n + 1);
    }
    out.push_str("```\n\n");
}
