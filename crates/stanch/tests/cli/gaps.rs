//! `stanch gaps`: the stopped trail of the made-up incident, JSON, the case, and an input without events.

use crate::harness::Scratch;

#[test]
fn the_stopped_trail_of_the_made_up_incident_is_found_with_its_caller() {
    let scratch = Scratch::new();
    scratch.incident(2_000);
    scratch.new_case("incident");
    let ran = scratch.run(&["gaps", "logs", "--case", "incident"]);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.prints("Cause: StopLogging"), "{}", ran.stdout);
    assert!(ran.prints("Never recorded"), "{}", ran.stdout);
    assert!(ran.says("hunt --live"), "{}", ran.stderr);
    assert!(scratch.path("incident/gaps.json").is_file());
    let json = scratch.run(&["gaps", "logs", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let gaps = value["result"]["gaps"].as_array().unwrap();
    let stopped = gaps
        .iter()
        .find(|gap| gap["cause"]["name"] == "StopLogging")
        .unwrap();
    assert!(!stopped["cause"]["event_id"].as_str().unwrap().is_empty());
}

#[test]
fn an_input_without_events_is_unknown() {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", r#"{"Records":[]}"#);
    let ran = scratch.run(&["gaps", "logs"]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.prints("UNKNOWN"), "{}", ran.stdout);
}
