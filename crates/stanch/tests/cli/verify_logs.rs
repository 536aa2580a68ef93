//! `stanch verify-logs`: what it says of a tree with digests, with a damaged log, without any, and with files of no use.

use crate::harness::Scratch;

#[test]
fn without_keys_no_file_is_called_valid() {
    let scratch = Scratch::new();
    scratch.incident(2_000);
    let ran = scratch.run(&["verify-logs", "logs"]);
    // The made-up incident has files that are cut off.
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.prints("can't be unpacked"), "{}", ran.stdout);
    assert!(ran.says("--fetch-keys"), "{}", ran.stderr);
    let json = scratch.run(&["verify-logs", "logs", "--json"]);
    let result: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert!(
        result["logs"]["NO_VALIDATION"].as_u64().unwrap() > 100,
        "{result}"
    );
    assert_eq!(result["logs"].get("VALID"), None, "{result}");
}

#[test]
fn a_damaged_log_is_named_and_the_result_is_kept_in_the_case() {
    let scratch = Scratch::new();
    scratch.incident(2_000);
    scratch.new_case("incident");
    let name = "111122223333_CloudTrail_eu-west-1_20260302T0005Z_AbCdEfGhIjKlMnOp.json.gz";
    scratch.write(&format!("logs/AWSLogs/{name}"), "not packed");
    let ran = scratch.run(&["verify-logs", "logs", "--case", "incident"]);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.prints("ALTERED") && ran.prints(name), "{}", ran.stdout);
    assert!(scratch.path("incident/verify-logs.json").is_file());
    let verified = scratch.run(&["case", "verify", "incident"]);
    assert_eq!(verified.code, Some(0), "{}", verified.stderr);
}

#[test]
fn an_input_without_logs_is_unknown_and_a_useless_file_is_refused() {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", "{}");
    let ran = scratch.run(&["verify-logs", "logs"]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.prints("UNKNOWN"), "{}", ran.stdout);
    for option in ["--keys", "--signatures"] {
        let ran = scratch.run(&["verify-logs", "logs", option, "logs/a.json"]);
        assert_eq!(ran.code, Some(2), "{option}: {}", ran.stderr);
        assert!(ran.says("can't be used"), "{}", ran.stderr);
    }
}
