//! Lines taken apart into statements, and the colors a box or a rect may have.

/// Words that begin a statement; another line is a message.
pub const KEYWORDS: &[&str] = &[
    "participant",
    "actor",
    "create",
    "destroy",
    "box",
    "loop",
    "rect",
    "opt",
    "alt",
    "else",
    "par",
    "par_over",
    "and",
    "critical",
    "option",
    "break",
    "end",
    "activate",
    "deactivate",
    "note",
    "links",
    "link",
    "properties",
    "details",
    "title",
    "acctitle",
    "accdescr",
    "autonumber",
];

/// The keyword a statement begins with, in lower case as in the table.
pub fn keyword(text: &str) -> Option<&'static str> {
    let word = text.split(|c: char| c.is_whitespace() || matches!(c, ':' | ';' | '{')).next().unwrap_or("");
    KEYWORDS.iter().find(|known| known.eq_ignore_ascii_case(word)).copied()
}

/// The statements of a line. A semicolon parts two only when what follows is one: within a message's text it stays,
/// and so does the one that ends an entity.
pub fn statements(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let blank = |c: char| c == ';' || c.is_whitespace();
    let mut rest = line.trim_start_matches(blank);
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|tail| tail.find(';')).map(|at| from + at) {
        let (before, after) =
            (rest.get(..at).unwrap_or(""), rest.get(at + 1..).unwrap_or("").trim_start_matches(blank));
        from = rest.len() - after.len();
        if entity(before) && after.is_empty() {
            break;
        }
        if entity(before) || !(after.is_empty() || begins(after)) {
            continue;
        }
        out.push(before.trim());
        rest = after;
        from = 0;
    }
    out.push(rest.trim());
    out.retain(|statement| !statement.is_empty());
    out
}

fn begins(text: &str) -> bool {
    let head = text.split([';', ':', '\n']).next().unwrap_or("");
    keyword(text).is_some() || ["->", "-x", "-)"].iter().any(|arrow| head.contains(arrow))
}

fn entity(before: &str) -> bool {
    let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    let mark = before.strip_suffix(name).is_some_and(|rest| rest.ends_with(['#', '&']));
    mark && !name.is_empty() && name.len() <= 8
}

/// What follows a color, when there is one.
pub fn without_color(text: &str) -> &str {
    let text = text.trim();
    let word = text.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let rest = text.get(word.len()..).unwrap_or("");
    if let Some(inner) = rest.strip_prefix('(')
        && ["rgb", "rgba", "hsl", "hsla"].iter().any(|name| name.eq_ignore_ascii_case(word))
    {
        return inner.split_once(')').map_or("", |(_, rest)| rest.trim());
    }
    let hex = word.strip_prefix('#').is_some_and(|hex| hex.len() >= 3 && hex.chars().all(|c| c.is_ascii_hexdigit()));
    let lower = word.to_ascii_lowercase();
    if hex || COLORS.split_whitespace().any(|name| name == lower) { rest.trim() } else { text }
}

/// The names of CSS.
const COLORS: &str = "transparent aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue \
    blueviolet brown burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue \
    darkcyan darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid \
    darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink \
    deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold \
    goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush \
    lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink \
    lightsalmon lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen \
    linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue \
    mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy \
    oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip \
    peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown \
    seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle \
    tomato turquoise violet wheat white whitesmoke yellow yellowgreen";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_semicolon_parts_statements_only() {
        #[track_caller]
        fn check(line: &str, expected: &[&str]) {
            assert_eq!(statements(line), expected);
        }
        check("A->>B: x;", &["A->>B: x"]);
        check("participant A; participant B;A->>B: 가", &["participant A", "participant B", "A->>B: 가"]);
        check("A->>B: SELECT 1; 그리고 둘", &["A->>B: SELECT 1; 그리고 둘"]);
        check("A->>B: a#59;b #35; c", &["A->>B: a#59;b #35; c"]);
        check("loop 세 번; A->>B: x; end", &["loop 세 번", "A->>B: x", "end"]);
        check(" ;; ", &[]);
    }

    #[test]
    fn a_color_is_no_title() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(without_color(text), expected);
        }
        check("Aqua 제어 영역", "제어 영역");
        check("rgb(33, 66, 99) 노드", "노드");
        check("rgba(0,0,0,.1)", "");
        check("transparent Blue team", "Blue team");
        check("#ff00aa 노드", "노드");
        check("제어 영역", "제어 영역");
        check("", "");
    }
}
