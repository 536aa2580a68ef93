//! Properties of every collector, whatever it requests.

use std::collections::BTreeSet;

use super::ALL;
use crate::collector::{Ask, Collector};
use crate::never::{Why, never};
use crate::order::roots;

fn each_ask<'a>(asks: &'a [Ask], service: &'a str, hear: &mut dyn FnMut(&'a Ask, &'a str)) {
    for ask in asks {
        let service = ask.service.unwrap_or(service);
        hear(ask, service);
        for each in ask.each.iter().flatten() {
            each_ask(each.asks, service, hear);
        }
    }
}

/// Names of the files in the folder of collectors.
fn files() -> BTreeSet<String> {
    let folder = "src/collectors";
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| name != "mod" && name != "tests")
        .collect()
}

#[test]
fn every_file_is_registered() {
    let registered: BTreeSet<String> = ALL
        .iter()
        .map(|collector| collector.name.replace('-', "_"))
        .collect();
    assert_eq!(registered.len(), ALL.len(), "two collectors have one name");
    let missing: Vec<String> = files()
        .difference(&registered)
        .map(|name| format!("`mod {name};` and `&{name}::COLLECTOR,`"))
        .collect();
    assert!(
        missing.is_empty(),
        "add to src/collectors/mod.rs: {}",
        missing.join(", ")
    );
    let strays: Vec<_> = registered.difference(&files()).cloned().collect();
    assert!(strays.is_empty(), "no file of the collector's name: {strays:?}");
}

#[test]
fn every_collector_says_what_it_is_for() {
    for collector in ALL {
        let Collector {
            name,
            purpose,
            steps,
            asks,
            ..
        } = collector;
        assert!(!purpose.is_empty() && !asks.is_empty(), "{name}");
        assert!(
            steps
                .iter()
                .all(|step| (1..=15).contains(&step.parse::<u8>().unwrap())),
            "{name}"
        );
    }
}

#[test]
fn every_ask_can_be_read_and_none_brings_secrets() {
    roots(ALL).unwrap();
    for collector in ALL {
        each_ask(collector.asks, collector.service, &mut |ask, service| {
            let forbidden = never(service, ask.operation).is_some_and(|never| never.why == Why::Secret);
            assert!(
                !forbidden,
                "{}: {service}:{} brings secrets",
                collector.name, ask.operation
            );
            assert!(!ask.given.contains("WithDecryption"), "{}", collector.name);
            // A value out of an item needs one, and one that continues regardless must not.
            assert!(
                !ask.regardless || ask.from.is_empty(),
                "{}: {}",
                collector.name,
                ask.operation
            );
            assert!(
                ask.batch == 1 || ask.from.iter().any(|(_, source)| source.starts_with("[]")),
                "{}: {} gathers nothing",
                collector.name,
                ask.operation
            );
        });
    }
}

#[test]
fn what_the_playbook_needs_is_asked() {
    let mut asked = BTreeSet::new();
    for collector in ALL {
        each_ask(collector.asks, collector.service, &mut |ask, service| {
            asked.insert(format!("{service}:{}", ask.operation));
        });
    }
    for needed in [
        "iam:GetAccountAuthorizationDetails",
        "iam:GetCredentialReport",
        "iam:ListServiceSpecificCredentials",
        "rolesanywhere:ListTrustAnchors",
        "sso-admin:ListAccountAssignments",
        "organizations:ListHandshakesForAccount",
        "organizations:ListInboundResponsibilityTransfers",
        "ec2:DescribeSnapshotAttribute",
        "ec2:DescribeImageAttribute",
        "ec2:GetInstanceMetadataDefaults",
        "rds:DescribeDBSnapshotAttributes",
        "lambda:ListFunctionUrlConfigs",
        "kms:ListGrants",
        "s3:GetBucketReplication",
        "s3control:GetPublicAccessBlock",
        "guardduty:ListFilters",
        "cloudtrail:GetEventSelectors",
        "logs:DescribeSubscriptionFilters",
        "service-quotas:ListRequestedServiceQuotaChangeHistory",
        "ce:GetCostAndUsage",
        "account:GetAlternateContact",
        "bedrock:GetModelInvocationLoggingConfiguration",
    ] {
        assert!(asked.contains(needed), "{needed}");
    }
    assert!(asked.len() >= 600, "{} different operations", asked.len());
}
