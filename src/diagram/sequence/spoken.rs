//! A sequence in sentences.

use super::super::rows::flat;
use super::{Head, Message, Sequence, Side, Step};
use crate::text::josa;

/// One a line: who takes part, then what happens, in order.
pub fn spoken(sequence: &Sequence) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(title) = sequence.title.as_deref().filter(|title| !title.is_empty()) {
        out.push(format!("그림 제목: {}", flat(title)));
    }
    let names: Vec<String> = sequence.participants.iter().map(|participant| flat(&participant.label)).collect();
    out.push(format!("주고받는 쪽: {}.", names.join(", ")));
    for (index, group) in sequence.boxes.iter().enumerate() {
        let members = sequence.participants.iter().filter(|member| member.group == Some(index));
        let members: Vec<String> = members.map(|member| flat(&member.label)).collect();
        if !group.title.is_empty() && !members.is_empty() {
            out.push(format!("{}에 드는 쪽: {}.", flat(&group.title), members.join(", ")));
        }
    }
    let name = |who: &usize| names.get(*who).map_or("", String::as_str);
    for step in &sequence.steps {
        let sentence = match step {
            Step::Message(message) => {
                let actor = sequence.participants.get(message.to).is_some_and(|to| to.actor);
                say(message, name(&message.from), name(&message.to), actor)
            }
            Step::Note { side, first, last, text } => {
                let place = match side {
                    Side::Over if first < last => format!("{}부터 {}까지", name(first), name(last)),
                    _ => name(first).to_owned(),
                };
                format!("메모 ({place}): {}", flat(text))
            }
            Step::Destroy(who) => format!("{} 사라져요.", josa(name(who), "이/가")),
            Step::Begin(block) | Step::End(block) => {
                let Some(found) = sequence.blocks.get(*block) else { continue };
                let Some(what) = kind(found.keyword) else { continue };
                match step {
                    Step::End(_) => format!("{what} 끝."),
                    _ => titled(what, &found.title),
                }
            }
            Step::Part { keyword, title, .. } => titled(kind(keyword).unwrap_or_default(), title),
            Step::Activate(_) | Step::Deactivate(_) => continue,
        };
        out.push(sentence);
    }
    out
}

fn titled(what: &str, title: &str) -> String {
    if title.is_empty() { format!("{what}:") } else { format!("{what}: {}", flat(title)) }
}

fn say(message: &Message, from: &str, to: &str, actor: bool) -> String {
    let number = message.number.as_ref().map_or(String::new(), |number| format!("{number}. "));
    let text = flat(&message.text);
    let text = if text.is_empty() { ".".to_owned() } else { format!(": {text}") };
    let from_with = josa(from, "이/가");
    let told = if message.from == message.to {
        format!("{from_with} 스스로 해요")
    } else if message.creates {
        format!("{from_with} {} 만들어요", josa(to, "을/를"))
    } else if message.both {
        format!("{} {} 서로 주고받아요", josa(from, "과/와"), josa(to, "이/가"))
    } else {
        let verb = match (message.head, message.dashed) {
            (Head::Cross, _) => "보내지만 닿지 않아요",
            (Head::Open, _) => "보내고 기다리지 않아요",
            (_, true) => "답해요",
            (_, false) => "보내요",
        };
        let receives = if actor || person(to) { "에게" } else { "에" };
        format!("{from_with} {to}{receives} {verb}")
    };
    format!("{number}{told}{text}")
}

/// Whether a name is a person's, as far as its last word tells.
fn person(name: &str) -> bool {
    const ENDS: [&str; 17] = [
        "사용자",
        "개발자",
        "관리자",
        "운영자",
        "담당자",
        "작성자",
        "당직자",
        "학습자",
        "독자",
        "고객",
        "사람",
        "학생",
        "강사",
        "엔지니어",
        "user",
        "developer",
        "engineer",
    ];
    // What follows in brackets only tells more of it.
    let name = name.split(['(', '（']).next().unwrap_or(name).trim().to_lowercase();
    ENDS.iter().any(|end| name.ends_with(end))
}

fn kind(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "loop" => "되풀이",
        "alt" => "갈림",
        "else" => "그렇지 않으면",
        "opt" => "그럴 때만",
        "par" => "동시에",
        "and" => "그와 동시에",
        "critical" => "꼭 해야 할 일",
        "option" => "이럴 때는",
        "break" => "멈추는 경우",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::source;

    #[test]
    fn people_are_sent_something_otherwise_than_things() {
        let source = "sequenceDiagram\nactor M as 민수\nparticipant U as 사용자 (브라우저)\nparticipant O as On-Call Engineer\nparticipant S as 서버\nS->>M: 가\nS->>U: 나\nS->>O: 다\nU->>S: 라\ncreate actor N as 새 사람\nS->>N: 마\nN->>M: 바";
        let found = Sequence::parse(&source::read(source).unwrap().lines).unwrap();
        assert_eq!(
            spoken(&found).get(1..).unwrap(),
            [
                "서버가 민수에게 보내요: 가",
                "서버가 사용자 (브라우저)에게 보내요: 나",
                "서버가 On-Call Engineer에게 보내요: 다",
                "사용자 (브라우저)가 서버에 보내요: 라",
                "서버가 새 사람을 만들어요: 마",
                "새 사람이 민수에게 보내요: 바",
            ]
        );
    }

    #[test]
    fn a_sequence_is_told_in_order() {
        let source = "sequenceDiagram\nparticipant A as API 서버\nparticipant K as kubelet\nA->>K: Pod가<br/>종료 중\nloop 10초마다\nK-->>A: 상태\nend\nA->>A: 적음\nNote over A,K: 유예 30초\nA-xK: 다시";
        let found = Sequence::parse(&source::read(source).unwrap().lines).unwrap();
        assert_eq!(
            spoken(&found),
            [
                "주고받는 쪽: API 서버, kubelet.",
                "API 서버가 kubelet에 보내요: Pod가 종료 중",
                "되풀이: 10초마다",
                "kubelet이 API 서버에 답해요: 상태",
                "되풀이 끝.",
                "API 서버가 스스로 해요: 적음",
                "메모 (API 서버부터 kubelet까지): 유예 30초",
                "API 서버가 kubelet에 보내지만 닿지 않아요: 다시",
            ]
        );
    }
}
