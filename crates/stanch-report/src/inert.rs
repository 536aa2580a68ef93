//! Every export, with anything at all in every text: still read by what reads its format, and inert in it.

use std::io;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;
use stanch_core::Analysis;
use stanch_core::text::is_deceptive;

use crate::sample::{empty, hostile, hostile_with, quiet, sample, small};

type Writer = fn(&Analysis, &mut dyn io::Write) -> io::Result<()>;

const LINES: [(&str, Writer); 5] = [
    ("jsonl", crate::jsonl),
    ("jsonl-events", crate::jsonl_events),
    ("timesketch", crate::timesketch),
    ("ocsf", crate::ocsf),
    ("ocsf-events", crate::ocsf_events),
];
const TABLES: [(&str, Writer); 3] = [
    ("csv", crate::csv),
    ("csv-events", crate::csv_events),
    ("csv-attacker-events", crate::csv_attacker_events),
];
const DOCUMENTS: [(&str, Writer); 2] = [("sarif", crate::sarif), ("stix", crate::stix)];

pub(crate) fn written(writer: Writer, analysis: &Analysis) -> String {
    let mut out = Vec::new();
    writer(analysis, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Whatever makes a reader's program act, in any order.
fn evil() -> impl Strategy<Value = String> {
    let fragments = prop::sample::select(vec![
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\"",
        "'",
        ";",
        ",",
        "|",
        "`",
        "``",
        "\\",
        "<b>",
        "</script>",
        "&",
        "](",
        "![",
        "http://x",
        "www.x.y",
        "@all",
        "#1",
        "\u{202e}",
        "\0",
        "\u{1b}[",
        "＝",
        " ",
        "\u{a0}",
        "{",
        "$",
        "%",
        "/",
        "1.",
        "~~~",
        "---",
        "x",
        "7",
        "<!--",
        "javascript:",
        "\u{feff}",
        "|-|",
        "&#64;",
    ]);
    prop_oneof![
        2 => prop::collection::vec(fragments, 0..8).prop_map(|fragments| fragments.concat()),
        1 => ".{0,40}",
        1 => prop::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter),
    ]
}

/// The sample with a text before, behind or in place of every text.
fn spoiled(evil: &str, place: u8) -> Analysis {
    hostile_with(&|text| match place {
        0 => format!("{evil}{text}"),
        1 => format!("{text}{evil}"),
        _ => evil.to_owned(),
    })
}

fn assert_calm(name: &str, text: &str) {
    let calm = |character: char| matches!(character, '\n' | '\r') || !is_deceptive(character);
    assert!(text.chars().all(calm), "{name}: {text}");
}

/// Every cell as a program set to some separator would see it, whatever it thinks of quotes.
fn assert_no_formula(text: &str) {
    for separator in b",;\t|" {
        for quoting in [true, false] {
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(*separator)
                .quoting(quoting)
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            for row in reader.records() {
                for cell in &row.unwrap() {
                    let begin = cell.trim_start_matches(|character: char| {
                        // An apostrophe is what makes a cell text.
                        character.is_whitespace() || "\"`“”„‘’«＂＇".contains(character)
                    });
                    assert!(
                        !begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']),
                        "{cell}"
                    );
                }
            }
        }
    }
}

fn assert_table(text: &str) {
    assert_no_formula(text);
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let width = reader.headers().unwrap().len();
    for row in reader.records() {
        assert_eq!(row.unwrap().len(), width);
    }
    assert!(text.ends_with("\r\n"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

/// The blocks of a Markdown document, in order, and whether anything in it acts.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    for event in Parser::new_ext(text, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Start(
                tag @ (Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::HtmlBlock
                | Tag::CodeBlock(_)
                | Tag::BlockQuote(_)
                | Tag::FootnoteDefinition(_)
                | Tag::Emphasis
                | Tag::Strikethrough
                | Tag::MetadataBlock(_)),
            ) => panic!("{tag:?} in {text}"),
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html} in {text}"),
            Event::InlineMath(math) | Event::DisplayMath(math) => panic!("{math} in {text}"),
            Event::FootnoteReference(name) => panic!("{name} in {text}"),
            Event::Start(tag) => blocks.push(format!("{tag:?}")),
            _ => {}
        }
    }
    blocks
}

fn assert_pattern(pattern: &str) {
    let inner = pattern
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix("']"))
        .unwrap();
    let (path, constant) = inner.split_once(" = '").unwrap();
    assert!(
        path.bytes()
            .all(|byte| byte.is_ascii_lowercase() || b"-:_46".contains(&byte)),
        "{pattern}"
    );
    assert!(
        !constant
            .replace(r"\\", "")
            .replace(r"\'", "")
            .contains(['\'', '\\']),
        "{pattern}"
    );
}

fn assert_bundle(bundle: &Value) {
    let objects = bundle["objects"].as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> = objects
        .iter()
        .map(|object| object["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), objects.len());
    for object in objects {
        let kind = object["type"].as_str().unwrap();
        assert!(object["id"].as_str().unwrap().starts_with(&format!("{kind}--")));
        if let Some(pattern) = object["pattern"].as_str() {
            assert_pattern(pattern);
        }
        let refs = object
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| name.ends_with("_ref"));
        for (_, id) in refs {
            assert!(ids.contains(id.as_str().unwrap()), "{id}");
        }
        for id in object["object_refs"].as_array().into_iter().flatten() {
            assert!(ids.contains(id.as_str().unwrap()), "{id}");
        }
    }
}

fn assert_inert(analysis: &Analysis) {
    for (name, writer) in LINES {
        let text = written(writer, analysis);
        assert_calm(name, &text);
        for line in text.lines() {
            assert!(serde_json::from_str::<Value>(line).unwrap().is_object(), "{name}");
        }
    }
    for (name, writer) in TABLES {
        let text = written(writer, analysis);
        assert_calm(name, &text);
        assert_table(&text);
    }
    for (name, writer) in DOCUMENTS {
        let text = written(writer, analysis);
        assert_calm(name, &text);
        let document: Value = serde_json::from_str(&text).unwrap();
        if name == "stix" {
            assert_bundle(&document);
        }
    }
    let text = written(crate::markdown, analysis);
    assert_calm("markdown", &text);
    assert!(!text.contains(['<', '>']), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_stands_in_every_text_exports_are_read_and_inert(evil in evil(), place in 0..3_u8) {
        assert_inert(&spoiled(&evil, place));
    }

    #[test]
    fn whatever_stands_in_every_text_markdown_keeps_its_shape(evil in evil(), place in 0..2_u8) {
        let analysis = spoiled(&evil, place);
        let kept = blocks(&written(crate::markdown, &sample()));
        prop_assert_eq!(blocks(&written(crate::markdown, &analysis)), kept);
    }
}

#[test]
fn every_analysis_can_be_exported_and_always_to_the_same_bytes() {
    for analysis in [sample(), small(), quiet(), empty(), hostile()] {
        assert_inert(&analysis);
        let markdown: (&str, Writer) = ("markdown", crate::markdown);
        for (name, writer) in LINES.into_iter().chain(TABLES).chain(DOCUMENTS).chain([markdown]) {
            assert_eq!(
                written(writer, &analysis),
                written(writer, &analysis.clone()),
                "{name}"
            );
        }
    }
}
