//! `scan-keys` and `scan-ssrf`: findings, exit codes, and no secret in any output.

use serde_json::Value;

use crate::harness::Scratch;

/// Put together here, so that no scanner takes the source for a leak.
fn key_id() -> String {
    ["AKIA", "QNZGKIQY56JQ7WML"].concat()
}

fn secret() -> String {
    ["k3VtWm9sZ0ZyN1Bq", "TDJ4aEJ5/0R1c+aE", "NjT8vQzX"].concat()
}

fn leaked() -> Scratch {
    let scratch = Scratch::new();
    std::fs::create_dir_all(scratch.path("tree")).unwrap();
    let text = format!(
        "[default]\naws_access_key_id={}\naws_secret_access_key={}\n",
        key_id(),
        secret()
    );
    std::fs::write(scratch.path("tree/.env"), text).unwrap();
    scratch
}

#[test]
fn a_leaked_key_is_found_and_its_secret_is_in_no_output() {
    let scratch = leaked();
    let text = scratch.run(&[
        "scan-keys",
        "tree",
        "--sarif",
        "out.sarif",
        "--write-baseline",
        "known.json",
        "--verbose",
    ]);
    let json = scratch.run(&["scan-keys", "tree", "--json"]);
    assert_eq!((text.code, json.code), (Some(1), Some(1)), "{}", text.stderr);
    assert!(text.stdout.contains(&key_id()) && text.stdout.contains("account 029608264753"));
    let read = |name: &str| std::fs::read_to_string(scratch.path(name)).unwrap();
    for output in [
        &text.stdout,
        &text.stderr,
        &json.stdout,
        &read("out.sarif"),
        &read("known.json"),
    ] {
        assert!(!output.contains(&secret()) && !output.contains(&secret()[8..24]));
    }
    let found: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(found["findings"][0]["severity"], "high");
    assert_eq!(found["findings"][0]["places"][0]["line"], 2);
    let sarif: Value = serde_json::from_str(&read("out.sarif")).unwrap();
    assert_eq!(
        sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"],
        2
    );
    assert_eq!(
        scratch
            .run(&["scan-keys", "tree", "--write-baseline", "known.json"])
            .code,
        Some(2),
        "it exists"
    );
    assert_eq!(
        scratch
            .run(&["scan-keys", "tree", "--baseline", "known.json"])
            .code,
        Some(0)
    );
    assert_eq!(
        scratch
            .run(&["scan-keys", "tree", "--baseline", "tree/.env"])
            .code,
        Some(7)
    );
    assert_eq!(scratch.run(&["scan-keys", "missing"]).code, Some(3));
}

#[test]
fn a_scan_with_a_case_is_recorded_in_it() {
    let scratch = leaked();
    scratch.new_case("incident");
    let ran = scratch.run(&["scan-keys", "tree", "--case", "incident"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let shown = scratch.run(&["case", "verify", "--case", "incident"]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let journal = std::fs::read_to_string(scratch.path("incident/journal.jsonl")).unwrap();
    assert!(journal.contains("keys-scanned"));
    assert!(!journal.contains(&secret()));
}

#[test]
fn requests_for_the_metadata_service_are_listed() {
    let scratch = Scratch::new();
    let line = |address: &str| {
        format!("203.0.113.9 - - [05/Mar/2026:14:02:11 +0000] \"GET /?u={address} HTTP/1.1\" 200 512\n")
    };
    std::fs::write(
        scratch.path("bad.log"),
        line("http://0xa9fea9fe/latest/meta-data/iam/security-credentials/"),
    )
    .unwrap();
    std::fs::write(scratch.path("good.log"), line("http://example.com/")).unwrap();
    let bad = scratch.run(&["scan-ssrf", "bad.log", "good.log"]);
    assert_eq!(bad.code, Some(1), "{}", bad.stderr);
    assert!(
        bad.stdout.contains("203.0.113.9") && bad.stdout.contains("hexadecimal"),
        "{}",
        bad.stdout
    );
    assert_eq!(scratch.run(&["scan-ssrf", "good.log"]).code, Some(0));
    assert_eq!(scratch.run(&["scan-ssrf", "good.log", "missing"]).code, Some(3));
}
