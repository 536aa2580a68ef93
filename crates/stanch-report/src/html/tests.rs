//! The page as a whole: what it says, what it lets an attacker do, and whether its script is the current one.

use std::collections::BTreeMap;
use std::path::Path;

use stanch_core::text::is_deceptive;
use stanch_core::{Coverage, EventKey, Finding, FindingId};

use super::*;
use crate::sample::{HOSTILE, hostile, quiet, sample};

fn page(analysis: &Analysis) -> String {
    let mut out = Vec::new();
    html(analysis, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The text between two marks, and what follows.
fn between<'t>(text: &'t str, start: &str, end: &str) -> (&'t str, &'t str) {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    rest.split_once(end).unwrap_or_else(|| panic!("no {end}"))
}

#[test]
fn the_page_says_everything_without_script() {
    let analysis = sample();
    let page = page(&analysis);
    for text in [
        "Compromised",
        "high confidence",
        "made user svc-backup2 with administrator rights",
        "Not logged",
    ] {
        assert!(page.contains(text), "{text}");
    }
    for finding in &analysis.findings {
        assert!(page.contains(&format!("id=\"finding-{}\"", finding.id)));
        assert!(page.contains(&finding.summary));
    }
    assert!(page.contains("damaged compression"));
    assert!(page.contains("no detection section"));
    assert!(page.contains("T1530"));
}

#[test]
fn nothing_an_attacker_wrote_becomes_markup() {
    let page = page(&hostile());
    let blocks = page.matches("<script type=\"application/json\"").count();
    assert_eq!(page.matches("<script").count(), blocks + 1);
    assert_eq!(page.matches("</script").count(), blocks + 1);
    assert!(!page.contains("<img"));
    for text in HOSTILE.iter().filter(|text| **text != "=cmd()") {
        assert!(!page.contains(text), "{text:?}");
    }
    let acting = page
        .chars()
        .find(|character| *character != '\n' && is_deceptive(*character));
    assert_eq!(acting, None);
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
    assert!(page.contains("\\u{202e}"));
}

#[test]
fn hostile_text_comes_out_of_the_data_as_it_was() {
    let analysis = hostile();
    let page = page(&analysis);
    let (block, _) = between(
        &page,
        "<script type=\"application/json\" id=\"analysis\">",
        "</script>",
    );
    let data: serde_json::Value = serde_json::from_str(block).unwrap();
    assert_eq!(
        data["findings"][0]["principal"],
        analysis.findings[0].principal.name.as_str()
    );
    let (block, _) = between(&page, "id=\"events-0\">", "</script>");
    let events: BTreeMap<EventKey, serde_json::Value> = serde_json::from_str(block).unwrap();
    for (key, event) in &analysis.events {
        assert_eq!(events[key]["raw"], event.raw.as_str());
    }
}

#[test]
fn the_policy_allows_the_script_and_style_of_the_page_and_no_other() {
    let page = page(&sample());
    let (policy, _) = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let (script, _) = between(&page, "<script>", "</script>");
    let (style, _) = between(&page, "<style>", "</style>");
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    let expected = format!(
        "default-src &#39;none&#39;; script-src &#39;sha256-{}&#39;; style-src &#39;sha256-{}&#39;; img-src data:; \
         base-uri &#39;none&#39;; form-action &#39;none&#39;",
        digest(script),
        digest(style)
    );
    assert_eq!(policy, expected);
    for forbidden in ["http://", "https://", "innerHTML", " style=", " onclick"] {
        let page = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn finding_nothing_is_not_called_clean() {
    let mut analysis = quiet();
    analysis.findings.clear();
    let mut pages = vec![page(&analysis)];
    analysis.coverage = Coverage::default();
    analysis.events.clear();
    analysis.activity.clear();
    analysis.principals.clear();
    pages.push(page(&analysis));
    for page in pages {
        assert!(page.contains("Nothing of medium severity or above was found in the logs that were read."));
        let (body, _) = between(&page, "<main", "</main>");
        assert!(!body.to_lowercase().contains("clean"));
    }
}

#[test]
fn script_and_style_are_built_from_the_sources_beside_them() {
    let web = Path::new("../../web");
    if !web.exists() {
        return;
    }
    let mut paths: Vec<String> = [
        ".npmrc",
        "package-lock.json",
        "package.json",
        "stamp.mjs",
        "tsconfig.json",
        "vite.config.js",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend(["report.css", "report.js"].map(|name| format!("../crates/stanch-report/assets/{name}")));
    for entry in std::fs::read_dir(web.join("src")).unwrap() {
        paths.push(format!("src/{}", entry.unwrap().file_name().to_str().unwrap()));
    }
    paths.sort();
    let lines: String = paths
        .iter()
        .map(|path| {
            let digest = Sha256::digest(std::fs::read(web.join(path)).unwrap());
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{digest}  {path}\n")
        })
        .collect();
    assert!(
        lines == include_str!("../../assets/SOURCES.sha256"),
        "the page is not built from its sources: run `cd web && npm ci && npm run build`"
    );
}

/// The sample many times over: 2,000 findings with 40 events each, 500 principals.
fn large() -> Analysis {
    let mut analysis = sample();
    let findings = std::mem::take(&mut analysis.findings);
    let event = analysis.events.values().next().unwrap().clone();
    let start = analysis.coverage.span.unwrap().first;
    for number in 0_i64..2000 {
        let mut finding: Finding = findings[number as usize * findings.len() / 2000].clone();
        finding.id = FindingId(format!("{number:016x}"));
        finding.first = start.plus_millis(number * 7919 % 604_000 * 1000);
        finding.last = finding.first.plus_millis(number * 104_729 % 7200 * 1000);
        finding.principal.key = format!("arn:aws:iam::111122223333:user/user-{}", number % 500);
        finding.principal.name = format!("user user-{}", number % 500);
        finding.count = 400;
        finding.events.clear();
        for place in 0..40_u8 {
            let key = EventKey::of(&[&number.to_le_bytes(), &[place]]);
            let mut copy = event.clone();
            copy.key = key;
            copy.time = finding.first.plus_millis(i64::from(place) * 1000);
            copy.raw = format!(
                "{{\"eventVersion\":\"1.11\",\"requestParameters\":\"{}\"}}",
                "x".repeat(2000)
            );
            analysis.events.insert(key, copy);
            finding.events.push(key);
        }
        analysis.findings.push(finding);
    }
    let one = analysis.principals[0].clone();
    analysis.principals = (0..500).map(|_| one.clone()).collect();
    analysis
}

#[test]
fn a_large_analysis_makes_a_page_of_bounded_size() {
    let analysis = large();
    let raw: usize = analysis.events.values().map(|event| event.raw.len()).sum();
    let length = page(&analysis).len();
    // Without the bound on raw records the page would be larger than they are.
    assert!(
        length < 100 << 20 && length < raw,
        "{length} bytes for {raw} of raw records"
    );
}
