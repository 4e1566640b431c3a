use proptest::prelude::*;

use super::*;

/// What of a text a word marks, nearest meaning first; empty when it does not.
fn marked(typed: &str, text: &str, typing: bool) -> Vec<String> {
    let hay = Hay::new(text.to_owned());
    Query::new(typed, typing).ranges(&hay).into_iter().map(|range| text.get(range).unwrap().to_owned()).collect()
}

#[track_caller]
fn finds(typed: &str, text: &str, expected: &[&str]) {
    assert_eq!(marked(typed, text, true), expected, "{typed} in {text}");
}

#[test]
fn words_are_found_whatever_their_case_and_width() {
    finds("pod", "Pod와 POD, ｐｏｄ", &["Pod", "POD", "ｐｏｄ"]);
    finds("ＰＯＤ", "pods", &["pod"]);
    finds("컨테이너", "컨테이너는 컨테이너다", &["컨테이너", "컨테이너"]);
    finds("\u{110f}\u{1165}\u{11ab}", "컨", &["컨"]);
    finds("kubectl get", "kubectl get pods", &["kubectl", "get"]);
    finds("nginx:1.29", "image: nginx:1.29", &["nginx:1.29"]);
    finds("없는말", "있는 말", &[]);
    finds("", "글", &[]);
}

#[test]
fn initials_stand_for_syllables() {
    finds("ㅋㅌㅇㄴ", "그 컨테이너를", &["컨테이너"]);
    finds("컨ㅌㅇㄴ", "컨테이너 칸테이너", &["컨테이너"]);
    finds("ㅋ테ㅇ너", "컨테이너", &["컨테이너"]);
    finds("ㅍㄷ", "파드와 포드, 파 드", &["파드", "포드"]);
    finds("ㄲㄴㄱ", "끝나기 그냥", &["끝나기"]);
    finds("ㅋㅋ", "ㅋㅋㅋ 코코", &["ㅋㅋ", "코코"]);
    // Joined by the input method, meant as two.
    finds("ㄳ", "감사", &["감사"]);
    finds("ㄶ", "노후", &["노후"]);
}

#[test]
fn half_typed_syllables_find_what_they_become() {
    finds("컨테", "컨테이너 컨텍스트", &["컨테", "컨텍"]);
    finds("컨테ㅇ", "컨테이너", &["컨테이"]);
    finds("컨텡", "컨테이너", &["컨테이"]);
    finds("컨텡", "컨텡", &["컨텡"]);
    finds("고", "과정 광고 괜찮", &["과", "광", "고", "괜"]);
    finds("닭", "달가당 닭", &["달가", "닭"]);
    finds("달", "닭 달", &["닭", "달"]);
    finds("있", "이쓰시개", &["이쓰"]);
    // A word that is complete is not guessed at.
    assert_eq!(marked("컨테", "컨테이너 컨텍스트", false), ["컨테"]);
    finds("고 닭", "과정의 닭", &["닭"]);
}

#[test]
fn the_other_keyboard_is_understood_both_ways() {
    finds("zjsxpdlsj", "컨테이너", &["컨테이너"]);
    finds("vkem", "파드", &["파드"]);
    finds("zjsxpd", "컨테이너", &["컨테이"]);
    finds("zxds", "컨테이너", &["컨테이너"]);
    finds("ㅔㅐㅇ", "Pod를", &["Pod"]);
    finds("ㅇ데ㅣㅐㅛㅡ둣", "Deployment", &["Deployment"]);
    finds("ㅏㅕㅠㄷㅊ시", "kubectl apply", &["kubectl"]);
    finds("VKEM", "파드", &["파드"]);
    // English that happens to be on the way to nothing stays English.
    finds("pod", "ㅔㅐㅇ", &[]);
    finds("get", "학도", &[]);
}

#[test]
fn whole_words_weigh_more_than_beginnings_and_insides() {
    let weight = |typed: &str, text: &str| {
        let hay = Hay::new(text.to_owned());
        let whole = 0..hay.folded().len();
        let query = Query::new(typed, true);
        query.words()[0].matches(&hay, &whole, 9).iter().map(Match::weight).max().unwrap_or(0)
    };
    let ranks = |typed: &str, texts: &[&str]| {
        let weights: Vec<u32> = texts.iter().map(|text| weight(typed, text)).collect();
        assert!(weights.is_sorted_by(|a, b| a > b), "{typed}: {weights:?}");
    };
    ranks("pod", &["pod는", "pods", "tripod"]);
    ranks("노드", &["노드", "노드의", "워커노드"]);
    ranks("ㄴㄷ", &["ㄴㄷ", "노드", "노드의", "워커노드"]);
    ranks("shem", &["shem", "노드", "노드의"]);
}

#[test]
fn short_texts_are_picked_by_words_or_by_letters_in_order() {
    let picks = |typed: &str, text: &str| {
        let query = Query::new(typed, true);
        pick(&query, &mut Fuzzy::new(query.text()), text)
    };
    let cut = |typed: &str, text: &str| {
        let ranges = picks(typed, text).map(|(_, ranges)| ranges).unwrap_or_default();
        ranges.into_iter().map(|r| text.get(r).unwrap().to_owned()).collect::<Vec<_>>().join("|")
    };
    assert_eq!(cut("dply", "세션 2 Deployment"), "D|pl|y");
    assert_eq!(cut("ㅅㅅ depl", "세션 2 시스템 Deployment"), "세션|시스|Depl");
    assert_eq!(cut("ㅅㅅ", "세션"), "세션");
    assert_eq!(cut("dply", "Day 2 실습: Pod 배포와 관리 lazy"), "");
    assert_eq!(cut("실 배", "실습 배포"), "실|배");
    assert!(picks("배포", "배포와 관리").unwrap().0 > picks("dply", "Deployment").unwrap().0);
}

proptest! {
    #[test]
    fn marks_lie_within_the_text_at_characters_and_apart(
        typed in "[가-힣ㄱ-ㅣa-zA-Z0-9 Ａ-Ｚ\u{1100}\u{1161}İß.:-]{0,8}",
        text in any::<String>(),
        own in "[가-힣ㄱ-ㅣa-zA-Z Ａ-Ｚ\nİß\u{3000}]{0,60}",
    ) {
        for text in [text.as_str(), own.as_str(), typed.as_str()] {
            let hay = Hay::new(text.to_owned());
            let mut end = 0;
            for range in Query::new(&typed, true).ranges(&hay) {
                prop_assert!(range.start >= end && range.start < range.end && text.get(range.clone()).is_some());
                end = range.end;
            }
        }
    }

    #[test]
    fn every_way_to_type_a_word_finds_it(word in "[가-힣]{1,5}", around in "[가-힣a-z ]{0,20}") {
        let text = format!("{around} {word} {around}");
        let holds = |typed: &str| marked(typed, &text, true).join("|");
        let initials: String = word.chars().map(|c| "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ".chars().nth((u32::from(c) - 0xac00) as usize / 588).unwrap()).collect();
        let keys: String = word.chars().flat_map(|c| crate::text::hangul::keys(c).unwrap()).collect();
        prop_assert!(holds(&word).contains(&word));
        prop_assert!(!holds(&initials).is_empty());
        prop_assert!(!holds(&keys).is_empty(), "{}", keys);
    }
}
