//! The document as one HTML file without scripts or links to other files, to read and to print.

use std::fmt::Write as _;

use stanch_bill::Dispute;
use stanch_report::html_text;

/// Characters of a paragraph.
const LIMIT: usize = 4_000;

const STYLE: &str = "body{font:11pt/1.45 sans-serif;max-width:52em;margin:2em auto;padding:0 1em;color:#111;background:#fff}\
h1{font-size:1.4em}h2{font-size:1.1em;margin-top:1.6em;break-after:avoid}li{overflow-wrap:anywhere;break-inside:avoid}\
@page{margin:18mm}@media print{body{margin:0;max-width:none}}";

/// Returns the page.
pub(super) fn html(dispute: &Dispute) -> String {
    let escaped = |text: &str| html_text(text, LIMIT);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n",
        title = escaped(&dispute.subject)
    );
    for section in &dispute.sections {
        let _ = writeln!(page, "<h2>{}</h2>", escaped(section.title));
        for paragraph in &section.text {
            let _ = writeln!(page, "<p>{}</p>", escaped(paragraph));
        }
        if !section.entries.is_empty() {
            page.push_str("<ul>\n");
            for entry in &section.entries {
                let _ = writeln!(page, "<li>{}</li>", escaped(entry));
            }
            page.push_str("</ul>\n");
        }
    }
    page.push_str("</body></html>\n");
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use stanch_bill::Section;

    #[test]
    fn texts_of_an_attacker_are_no_markup() {
        let page = html(&Dispute {
            subject: "<script>a</script>".to_owned(),
            sections: vec![Section {
                title: "Charges",
                text: vec!["\"><img src=x>".to_owned()],
                entries: vec!["</li><b>".to_owned()],
            }],
            timeline: Vec::new(),
        });
        assert!(
            !page.contains("<script") && !page.contains("<img") && !page.contains("<b>"),
            "{page}"
        );
    }
}
