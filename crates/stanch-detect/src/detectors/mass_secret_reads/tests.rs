//! Tests of the detector above.

use serde_json::json;

use super::super::contract::{Call, call, judged, overflowed, series};
use super::*;

fn reads(times: usize) -> Vec<Call> {
    series(
        &call("2026-03-06T14:00:00Z", "GetSecretValue").to("secretsmanager"),
        times,
        5,
        |call, index| call.request(json!({"secretId": format!("prod/db-{index:02}")})),
    )
}

#[test]
fn a_harvest_is_high_and_a_handful_medium() {
    let found = judged(MassSecretReads, &reads(25));
    assert_eq!((found[0].severity, found[0].count), (Severity::High, 25));
    insta::assert_snapshot!(found[0].summary, @"user ci-deploy read 25 different secrets for the first time within 2 minutes, with Boto3: prod/db-00, prod/db-01, prod/db-02, prod/db-03 and 21 more.");
    assert_eq!(judged(MassSecretReads, &reads(6))[0].severity, Severity::Medium);
    assert!(judged(MassSecretReads, &reads(4)).is_empty());
}

#[test]
fn a_new_client_for_every_call_hides_nothing() {
    let claimed = |call: Call, index: usize| call.agent(&format!("client-{index:03}/1.0"));
    let calls: Vec<Call> = reads(25)
        .into_iter()
        .enumerate()
        .map(|(index, call)| claimed(call, index))
        .collect();
    let found = judged(MassSecretReads, &calls);
    assert_eq!((found[0].severity, found[0].count), (Severity::High, 25));
    assert!(found[0].summary.contains("with 25 different clients"));
    assert!(!overflowed(&MassSecretReads, &calls));

    // More clients than are remembered, all spent on one secret: the harvest is still there.
    let mut calls = calls;
    let decoy = call("2026-03-06T13:00:00Z", "GetSecretValue").request(json!({"secretId": "decoy"}));
    calls.extend(series(&decoy, 200, 1, |call, index| {
        call.agent(&format!("a-{index:03}"))
    }));
    assert_eq!(judged(MassSecretReads, &calls)[0].severity, Severity::High);
    assert!(overflowed(&MassSecretReads, &calls));
}

#[test]
fn new_clients_do_not_hide_behind_what_the_owner_reads_daily() {
    let mut calls: Vec<Call> = (0..3)
        .flat_map(|day| reads(20).into_iter().map(move |call| call.later(day * 86_400)))
        .collect();
    assert!(judged(MassSecretReads, &calls).is_empty());
    calls.extend(
        reads(20)
            .into_iter()
            .enumerate()
            .map(|(index, call)| call.later(90_000).agent(&format!("thief-{index:02}"))),
    );
    assert_eq!(judged(MassSecretReads, &calls)[0].severity, Severity::High);
}

#[test]
fn the_same_secret_by_name_and_arn_is_one() {
    let mut calls = reads(4);
    calls.push(reads(1)[0].clone().later(60).request(json!({
        "secretId": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-00-AbCdEf"
    })));
    assert!(judged(MassSecretReads, &calls).is_empty());
}

#[test]
fn a_deployment_that_checks_what_it_wrote_is_left_out() {
    let mut calls: Vec<Call> = reads(20)
        .into_iter()
        .map(|call| call.agent("APN/1.0 HashiCorp/1.0 Terraform/1.9"))
        .collect();
    let writes = series(
        &call("2026-03-06T13:59:50Z", "CreateSecret"),
        20,
        5,
        |call, index| {
            call.request(json!({"name": format!("prod/db-{index:02}")}))
                .agent("APN/1.0 HashiCorp/1.0 Terraform/1.9")
        },
    );
    calls.extend(writes);
    assert!(judged(MassSecretReads, &calls).is_empty());
    calls.extend(
        reads(20)
            .into_iter()
            .map(|call| call.later(60).agent("aws-cli/2.15")),
    );
    assert_eq!(judged(MassSecretReads, &calls)[0].severity, Severity::High);
}

#[test]
fn daily_readers_are_left_out_and_a_starting_service_is_low() {
    let daily: Vec<Call> = (0..3)
        .flat_map(|day| reads(20).into_iter().map(move |call| call.later(day * 86_400)))
        .collect();
    assert!(judged(MassSecretReads, &daily).is_empty());
    let start = |calls: Vec<Call>| -> Vec<Call> {
        calls
            .into_iter()
            .map(|call| call.by_role("web", "task"))
            .collect()
    };
    assert_eq!(
        judged(MassSecretReads, &start(reads(8)))[0].severity,
        Severity::Low
    );
    let mut swept = start(reads(8));
    swept.push(call("2026-03-06T13:58:00Z", "ListSecrets").by_role("web", "task"));
    assert_eq!(judged(MassSecretReads, &swept)[0].severity, Severity::Medium);
}

#[test]
fn only_decrypted_parameters_count() {
    let parameters = |decrypted: Value| {
        series(
            &call("2026-03-06T14:00:00Z", "GetParameters").to("ssm"),
            2,
            5,
            |call, index| {
                let names: Vec<String> = (0..10).map(|number| format!("/prod/{index}/{number}")).collect();
                call.request(json!({"names": names, "withDecryption": decrypted.clone()}))
            },
        )
    };
    let found = judged(MassSecretReads, &parameters(json!(true)));
    assert_eq!(found[0].count, 2);
    assert!(found[0].summary.contains("20 different secrets"));
    assert_eq!(judged(MassSecretReads, &parameters(json!("true")))[0].count, 2);
    assert!(judged(MassSecretReads, &parameters(json!(false))).is_empty());
}

#[test]
fn one_batch_by_filter_may_be_any_number() {
    let batch = call("2026-03-06T14:00:00Z", "BatchGetSecretValue")
        .to("secretsmanager")
        .request(json!({"filters": [{"key": "tag-key", "values": ["env"]}]}));
    let found = judged(MassSecretReads, &[batch]);
    assert_eq!(found[0].severity, Severity::Medium);
    insta::assert_snapshot!(found[0].summary, @"user ci-deploy requested all secrets that a filter matches at once, with Boto3; how many were returned is not logged.");
}

#[test]
fn services_are_left_out() {
    let calls: Vec<Call> = reads(25).into_iter().map(|call| call.by_service("ecs")).collect();
    assert!(judged(MassSecretReads, &calls).is_empty());
}
