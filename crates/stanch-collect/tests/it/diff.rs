//! Differences between two snapshots, and the regions that an account reports.

use serde_json::json;
use stanch_collect::diff::diff;
use stanch_collect::regions;
use stanch_core::{Answer, CallOutcome};

use crate::account::{Account, refused, rule};
use crate::run::{few, whole};

#[tokio::test(start_paused = true)]
async fn what_came_and_went_is_told_and_what_is_not_seen_is_not_gone() {
    let (before, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_, earlier) = whole(&few(), &Account::default(), before.path()).await;
    let changed = Account::default()
        .with(rule("iam", "ListUsers", |_| {
            Answer::ok(json!({"Users": [{"UserName": "alice", "Path": "/x/"}, {"UserName": "mallory"}, {"UserName": "eve"}]}))
        }))
        .with(rule("s3", "ListBuckets", |_| refused(CallOutcome::Denied, "AccessDenied")));
    let (_, later) = whole(&few(), &changed, after.path()).await;
    let found = diff(&earlier, &later).unwrap();
    let lines: Vec<String> = found
        .listed
        .iter()
        .filter(|difference| {
            ["ListUsers", "ListBuckets", "ListMFADevices"].contains(&difference.operation.as_str())
        })
        .map(|difference| {
            let members = difference.members.join(",");
            format!(
                "{:?} {} {} {} {members} {}",
                difference.kind, difference.operation, difference.path, difference.thing, difference.params
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    Added ListUsers Users[] mallory  null
    Gone ListUsers Users[] bob  null
    Changed ListUsers Users[] alice Path null
    NoLongerKnown ListBuckets    {"MaxBuckets":1000}
    "#);
    assert!(!found.is_cut());
    let gone = found
        .listed
        .iter()
        .filter(|difference| difference.service.as_str() == "s3");
    assert!(
        gone.clone().count() > 0
            && gone
                .into_iter()
                .all(|difference| format!("{:?}", difference.kind) != "Gone")
    );
    let same = diff(&earlier, &earlier).unwrap();
    assert!(same.listed.is_empty());
}

#[tokio::test]
async fn regions_are_asked_for_and_disabled_ones_named() {
    let account = Account::default().with(rule("account", "ListRegions", |call| {
        let page = |names: &[(&str, &str)], next: &str| {
            let regions: Vec<_> = names
                .iter()
                .map(|(name, status)| json!({"RegionName": name, "RegionOptStatus": status}))
                .collect();
            Answer::ok(json!({"Regions": regions, "NextToken": next}))
        };
        match call.params["NextToken"].as_str() {
            None => page(
                &[("us-east-1", "ENABLED_BY_DEFAULT"), ("me-south-1", "DISABLED")],
                "2",
            ),
            Some(_) => page(&[("af-south-1", "ENABLING")], ""),
        }
    }));
    let scope = regions::scope(&account, &"123456789012".into(), "aws")
        .await
        .unwrap();
    assert_eq!(scope.regions, ["af-south-1", "us-east-1"].map(Into::into));
    assert_eq!(scope.disabled, ["me-south-1"].map(Into::into));

    let denied = |_: &stanch_core::Call| refused(CallOutcome::Denied, "AccessDenied");
    let account = Account::default()
        .with(rule("account", "ListRegions", denied))
        .with(rule("ec2", "DescribeRegions", |_| {
            Answer::ok(json!({"Regions": [{"RegionName": "eu-west-1", "OptInStatus": "opt-in-not-required"}, {"RegionName": "ap-east-1", "OptInStatus": "not-opted-in"}]}))
        }));
    let scope = regions::scope(&account, &"123456789012".into(), "aws")
        .await
        .unwrap();
    assert_eq!((scope.regions.len(), scope.disabled.len()), (1, 1));

    let nobody = Account::default()
        .with(rule("account", "*", denied))
        .with(rule("ec2", "*", denied));
    let refusal = regions::scope(&nobody, &"123456789012".into(), "aws")
        .await
        .unwrap_err();
    assert_eq!(refusal.outcome, CallOutcome::Denied);
}
