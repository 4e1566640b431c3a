//! A page as one self-contained HTML file, for a phone or a printer: no script, nothing fetched, dark where the device is.

mod svg;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::highlight;

use super::model::{
    Alert, Block, Code, Details, Document, Footnote, Heading, Item, Kind, List, Quote, Span, Table, Target,
};
use crate::diagram;
use crate::text::Role;

/// Bytes of code that are highlighted.
const BUDGET: usize = 1 << 20;
/// Cells a diagram may take before it is scrolled sideways.
const CELLS: usize = 76;

/// The page as an HTML document. `image` gives the bytes of a path as written in the page, where the course has it; they
/// become part of the page.
pub fn html(document: &Document, title: &str, image: &dyn Fn(&str) -> Option<Vec<u8>>) -> String {
    let mut out = Out { text: String::new(), image, budget: BUDGET, headings: Vec::new() };
    out.headings = document.headings().iter().map(|heading| heading.slug.clone()).collect();
    out.blocks(&document.blocks);
    let title = escape(title);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    format!(
        "<!doctype html>\n<html lang=\"ko\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"{policy}\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
        out.text
    )
}

const STYLE: &str = include_str!("html/style.css");

struct Out<'a> {
    text: String,
    image: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    budget: usize,
    /// What links within the page may lead to.
    headings: Vec<String>,
}

impl Out<'_> {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            Kind::Heading(heading) => self.heading(heading),
            Kind::Paragraph(spans) => self.around("p", |out| out.spans(spans)),
            Kind::List(list) => self.list(list),
            Kind::Code(code) => self.code(code),
            Kind::Quote(quote) => self.quote(quote),
            Kind::Table(table) => self.table(table),
            Kind::Details(details) => self.details(details),
            Kind::Footnote(note) => self.footnote(note),
            Kind::Rule => self.put("<hr>\n"),
        }
    }

    fn around(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.put(&format!("<{name}>"));
        inside(self);
        let name = name.split(' ').next().unwrap_or(name);
        self.put(&format!("</{name}>\n"));
    }

    fn heading(&mut self, heading: &Heading) {
        let level = heading.level.clamp(1, 6);
        self.around(&format!("h{level} id=\"{}\"", escape(&heading.slug)), |out| {
            out.spans(&heading.spans);
            if let Some(minutes) = heading.minutes {
                out.put(&format!(" <small>{minutes}분</small>"));
            }
        });
    }

    fn list(&mut self, list: &List) {
        let tasks = list.items.iter().any(|item| item.task.is_some());
        let class = if tasks { " class=\"tasks\"" } else { "" };
        let open = match list.start {
            Some(1) => format!("ol{class}"),
            Some(first) => format!("ol start=\"{first}\"{class}"),
            None => format!("ul{class}"),
        };
        self.around(&open, |out| {
            for item in &list.items {
                out.item(item);
            }
        });
    }

    fn item(&mut self, item: &Item) {
        self.around("li", |out| {
            if let Some(ticked) = item.task {
                // Only a program that asks the cluster may tick what a check decides.
                let locked = if matches!(item.target, Target::Check(_)) || ticked { " disabled" } else { "" };
                let checked = if ticked { " checked" } else { "" };
                out.put(&format!("<input type=\"checkbox\"{checked}{locked}> "));
            }
            match item.blocks.split_first() {
                // A tight item's text is no paragraph of its own.
                Some((Block { kind: Kind::Paragraph(spans), .. }, rest))
                    if !rest.iter().any(|block| matches!(block.kind, Kind::Paragraph(_))) =>
                {
                    out.spans(spans);
                    out.blocks(rest);
                }
                _ => out.blocks(&item.blocks),
            }
        });
    }

    fn code(&mut self, code: &Code) {
        if code.language.eq_ignore_ascii_case("mermaid")
            && let Ok(diagram) = diagram::parse(&code.text)
            && let Ok(picture) = diagram.draw(&diagram::Options { width: CELLS, ascii: false })
        {
            let spoken = diagram.spoken().join(" ");
            self.put("<figure>");
            self.put(&svg::svg(&picture, &spoken));
            self.put("</figure>\n");
            return;
        }
        let language = match code.language.as_str() {
            "output" => "출력",
            language => language,
        };
        self.put("<div class=\"code\">");
        if !language.is_empty() {
            self.put(&format!("<small>{}</small>", escape(language)));
        }
        self.put("<pre>");
        for (index, row) in highlight::rows(code, &mut self.budget).iter().enumerate() {
            if index > 0 {
                self.put("\n");
            }
            for (role, text) in row {
                match code_class(*role) {
                    Some(class) => self.put(&format!("<b class=\"{class}\">{}</b>", escape(text))),
                    None => self.put(&escape(text)),
                }
            }
        }
        self.put("</pre></div>\n");
    }

    fn quote(&mut self, quote: &Quote) {
        let class = match quote.alert {
            Some(Alert::Warning) => " class=\"warning\"",
            Some(Alert::Caution) => " class=\"caution\"",
            _ => "",
        };
        self.around(&format!("blockquote{class}"), |out| {
            if let Some(alert) = quote.alert {
                out.around("p", |out| out.put(&format!("<strong>{}</strong>", alert.name())));
            }
            out.blocks(&quote.blocks);
        });
    }

    fn table(&mut self, table: &Table) {
        let align = |column: usize| match table.align.get(column).copied().flatten() {
            Some(0) => " style=\"text-align:center\"",
            Some(1) => " style=\"text-align:right\"",
            _ => "",
        };
        self.put("<div class=\"wide\"><table>\n");
        if table.head.iter().any(|cell| !cell.is_empty()) {
            self.put("<thead><tr>");
            for (column, cell) in table.head.iter().enumerate() {
                self.put(&format!("<th{}>", align(column)));
                self.spans(cell);
                self.put("</th>");
            }
            self.put("</tr></thead>\n");
        }
        self.put("<tbody>\n");
        for row in &table.rows {
            self.put("<tr>");
            for (column, cell) in row.cells.iter().enumerate() {
                self.put(&format!("<td{}>", align(column)));
                self.spans(cell);
                self.put("</td>");
            }
            self.put("</tr>\n");
        }
        self.put("</tbody></table></div>\n");
    }

    fn details(&mut self, details: &Details) {
        self.around(if details.open { "details open" } else { "details" }, |out| {
            out.around("summary", |out| out.spans(&details.summary));
            out.blocks(&details.blocks);
        });
    }

    fn footnote(&mut self, note: &Footnote) {
        let label = escape(&note.label);
        self.around(&format!("div class=\"note\" id=\"fn-{label}\""), |out| {
            out.put(&format!("<small>{}</small> ", note.number));
            out.blocks(&note.blocks);
        });
    }

    fn spans(&mut self, spans: &[Span]) {
        for linked in spans.chunk_by(|one, next| one.link == next.link) {
            let target = linked.first().and_then(|span| span.link.clone());
            let picture = target.as_deref().and_then(|path| self.picture(path, &linked.first()?.text));
            if let Some(picture) = picture {
                self.put(&picture);
                continue;
            }
            let link = target.as_deref().and_then(|link| self.reachable(link));
            if let Some(link) = &link {
                self.put(&format!("<a href=\"{}\">", escape(link)));
            }
            for span in linked {
                self.put(&styled(span));
            }
            if link.is_some() {
                self.put("</a>");
            }
        }
    }

    /// Where a link leads out of a file that stands alone: to the web, or within the page.
    fn reachable(&self, link: &str) -> Option<String> {
        if let Some(slug) = link.strip_prefix('#') {
            let there = slug.starts_with("fn-") || self.headings.iter().any(|heading| heading == slug);
            return there.then(|| link.to_owned());
        }
        let lower = link.to_ascii_lowercase();
        ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme)).then(|| link.to_owned())
    }

    /// An image of the course, within the page.
    fn picture(&self, path: &str, shown: &str) -> Option<String> {
        let alt = shown.strip_prefix("그림: ")?;
        let kind = match path.rsplit('.').next()?.to_ascii_lowercase().as_str() {
            "png" => "png",
            "jpg" | "jpeg" => "jpeg",
            "gif" => "gif",
            "webp" => "webp",
            "svg" => "svg+xml",
            _ => return None,
        };
        let bytes = (self.image)(path)?;
        Some(format!("<img alt=\"{}\" src=\"data:image/{kind};base64,{}\">", escape(alt), STANDARD.encode(bytes)))
    }
}

fn styled(span: &Span) -> String {
    let text = escape(&span.text).replace('\n', "<br>\n");
    match span.role {
        Role::Strong | Role::Head | Role::DimStrong => format!("<strong>{text}</strong>"),
        Role::Emphasis => format!("<em>{text}</em>"),
        Role::Strike => format!("<del>{text}</del>"),
        Role::Code => format!("<code>{text}</code>"),
        Role::Key => format!("<kbd>{text}</kbd>"),
        _ => text,
    }
}

fn code_class(role: Role) -> Option<&'static str> {
    match role {
        Role::CodeKeyword => Some("k"),
        Role::CodeString => Some("s"),
        Role::CodeNumber => Some("n"),
        Role::CodeComment => Some("c"),
        Role::CodePrompt => Some("p"),
        _ => None,
    }
}

/// Text that is no markup.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn page(markdown: &str) -> String {
        let image = |path: &str| (path == "a.png").then(|| b"abc".to_vec());
        html(&parse(markdown), "제목", &image)
    }

    /// What stands between `<main>` and its end.
    #[track_caller]
    fn check(markdown: &str, expected: &str) {
        let page = page(markdown);
        let (_, after) = page.split_once("<main>\n").unwrap();
        assert_eq!(after.split_once("</main>").unwrap().0.trim_end(), expected);
    }

    #[test]
    fn each_construct_becomes_its_element() {
        check("[가 `나` 다](https://a.b)\n", "<p><a href=\"https://a.b\">가 <code>나</code> 다</a></p>");
        check("## 배포 (20분)\n", "<h2 id=\"배포-20분\">배포 <small>20분</small></h2>");
        check(
            "글 **굵게** `a<b` [문서](https://k8s.io)\n",
            "<p>글 <strong>굵게</strong> <code>a&lt;b</code> <a href=\"https://k8s.io\">문서</a></p>",
        );
        check(
            "- [ ] 돈다 <!-- check: web -->\n- [x] 됐다\n",
            "<ul class=\"tasks\"><li><input type=\"checkbox\" disabled> 돈다</li>\n<li><input type=\"checkbox\" checked disabled> 됐다</li>\n</ul>",
        );
        check(
            "> [!WARNING]\n> 조심\n",
            "<blockquote class=\"warning\"><p><strong>주의</strong></p>\n<p>조심</p>\n</blockquote>",
        );
        check(
            "<details><summary>심화</summary>\n\n글\n\n</details>\n",
            "<details><summary><strong>심화</strong></summary>\n<p>글</p>\n</details>",
        );
        check("![그림](a.png) [옆](b.md)\n", "<p><img alt=\"그림\" src=\"data:image/png;base64,YWJj\"> 옆</p>");
        check(
            "|a|b|\n|-|-:|\n|1|2|\n",
            "<div class=\"wide\"><table>\n<thead><tr><th>a</th><th style=\"text-align:right\">b</th></tr></thead>\n<tbody>\n<tr><td>1</td><td style=\"text-align:right\">2</td></tr>\n</tbody></table></div>",
        );
    }

    #[test]
    fn nothing_of_a_hostile_page_runs() {
        let page = page(
            "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)>\n\n`<b>` \"'\n\n```\n</pre><script>\n```\n",
        );
        for bad in ["<script", "javascript:", "onerror=", "<b>"] {
            assert!(!page.contains(bad), "{bad}: {page}");
        }
    }

    #[test]
    fn the_page_stands_alone() {
        let page = page(include_str!("testdata/showcase.md"));
        let tags = |name: &str| {
            (
                page.matches(&format!("<{name}>")).count() + page.matches(&format!("<{name} ")).count(),
                page.matches(&format!("</{name}>")).count(),
            )
        };
        for name in ["p", "ul", "ol", "li", "table", "details", "summary", "blockquote", "pre", "code", "div", "h2"] {
            let (opened, closed) = tags(name);
            assert_eq!(opened, closed, "{name}");
        }
        assert!(!page.contains("src=\"http"));
        assert!(!page.contains("<link"));
    }
}
