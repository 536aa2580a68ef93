//! `stanch cost` and `stanch dispute`: a bill of the made-up incident, joined with its case.

use std::fmt::Write as _;

use serde_json::Value;
use stanch_core::Timestamp;

use crate::harness::Scratch;

const HEADER: &str = "identity/LineItemId,bill/InvoiceId,bill/BillingEntity,bill/PayerAccountId,bill/BillingPeriodStartDate,\
lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,\
lineItem/UsageType,lineItem/Operation,lineItem/ResourceId,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,\
product/regionCode,pricing/unit\n";

const HOUR: i64 = 3_600_000;

/// Writes a bill for the instances that the attacker of the made-up incident started: six hours each, and the owner's use.
/// Returns the number of the attacker's instances.
pub(crate) fn bill(scratch: &Scratch) -> usize {
    let report = std::fs::read_to_string(scratch.path("incident/report/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let mut launched: Vec<(String, String, String, i64)> = Vec::new();
    for event in report["events"].as_object().unwrap().values() {
        let record: Value =
            serde_json::from_str(event["raw"].as_str().unwrap_or_default()).unwrap_or_default();
        if event["name"] != "RunInstances" || !record["errorCode"].is_null() {
            continue;
        }
        let at = Timestamp::parse(record["eventTime"].as_str().unwrap()).unwrap().0;
        for item in record["responseElements"]["instancesSet"]["items"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            launched.push((
                text(&event["account"]),
                text(&event["region"]),
                text(&item["instanceId"]),
                at,
            ));
        }
    }
    launched.sort();
    launched.dedup();
    let attack = launched.iter().map(|(_, _, _, at)| *at).min().unwrap();
    let account = launched[0].0.clone();
    let mut lines = HEADER.to_owned();
    let mut line = |account: &str, region: &str, hour: i64, resource: &str, cost: &str| {
        let (from, to) = (Timestamp(hour * HOUR), Timestamp((hour + 1) * HOUR));
        let _ = writeln!(
            lines,
            "{resource}-{hour},,AWS,{account},{from},{account},Usage,{from},{to},AmazonEC2,BoxUsage:g5.xlarge,RunInstances,{resource},1,USD,{cost},{region},Hrs"
        );
    };
    for (account, region, instance, at) in &launched {
        for hour in 0..6 {
            line(account, region, at / HOUR + hour, instance, "1.0060000001");
        }
    }
    for hour in -48..6 {
        line(
            &account,
            "eu-west-1",
            attack / HOUR + hour,
            "i-00000000000000001",
            "0.0416",
        );
    }
    line(
        &account,
        "eu-west-1",
        attack / HOUR + 1,
        "i-00000000000000002",
        "7.25",
    );
    scratch.write("bill/bill.csv", lines);
    launched.len()
}

fn incident() -> Scratch {
    let scratch = Scratch::new();
    scratch.incident(2_000);
    scratch.new_case("incident");
    let ran = scratch.run(&["hunt", "logs", "--case", "incident", "-q"]);
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    scratch
}

#[test]
fn charges_of_the_attackers_instances_are_exact_and_each_has_its_event() {
    let scratch = incident();
    let instances = bill(&scratch);
    assert!(instances > 0);
    let ran = scratch.run(&["cost", "bill", "--csv", "lines.csv", "--json"]);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    let result: Value = serde_json::from_str(&ran.stdout).unwrap();
    let sums = &result["currencies"][0];
    // 6 hours of 1.0060000001 each.
    let units = instances as u64 * 6 * 10_060_000_001;
    let exact = format!("{}.{:010}", units / 10_000_000_000, units % 10_000_000_000);
    assert_eq!(
        sums["amounts"]["unauthorised"],
        exact.trim_end_matches('0'),
        "{sums}"
    );
    assert_eq!(
        sums["amounts"]["unknown"], "7.25",
        "an instance without an event of its creation"
    );
    let table = std::fs::read_to_string(scratch.path("lines.csv")).unwrap();
    let claimed: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("\"unauthorised\""))
        .collect();
    assert_eq!(claimed.len(), instances * 6);
    assert!(claimed.iter().all(|line| line.contains("\"RunInstances\"")));
    assert!(
        !table.contains("i-00000000000000001"),
        "legitimate lines are not listed"
    );
    let again = scratch.run(&["cost", "bill", "--csv", "lines.csv"]);
    assert_eq!(again.code, Some(2), "an existing file stays: {}", again.stderr);
}

#[test]
fn a_dispute_states_the_claim_and_does_not_claim_containment() {
    let scratch = incident();
    bill(&scratch);
    let ran = scratch.run(&["dispute", "--bill", "bill", "--output", "out"]);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stdout, ran.stderr);
    let text = std::fs::read_to_string(scratch.path("out/case.txt")).unwrap();
    assert!(text.chars().count() <= 8_300, "{}", text.len());
    for words in [
        "Please credit USD",
        "RunInstances",
        "First attributed call",
        "no step is recorded as verified",
        "sha256",
    ] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
    assert!(!text.contains("Contained at"), "{text}");
    for name in ["charges.csv", "timeline.csv", "dispute.html"] {
        assert!(
            std::fs::metadata(scratch.path(&format!("out/{name}")))
                .unwrap()
                .len()
                > 200,
            "{name}"
        );
    }
    let again = scratch.run(&["dispute", "--bill", "bill", "--output", "out"]);
    assert_eq!(again.code, Some(2), "{}", again.stderr);
}

#[test]
fn a_folder_without_a_bill_is_unknown_and_nothing_is_written() {
    let scratch = incident();
    scratch.write("bill/readme.txt", "no bill");
    let ran = scratch.run(&["cost", "bill"]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.prints("UNKNOWN"), "{}", ran.stdout);
    let ran = scratch.run(&["dispute", "--bill", "bill", "--output", "out"]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
    assert!(!scratch.path("out").exists());
    let ran = scratch.run(&["cost", "nowhere"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}
