//! Regions of an account, enabled or not.
//!
//! Asked of the account itself, and where that is refused of EC2: a list in a program would miss the region that an attacker
//! enabled. It must not decide what to do when nobody tells.

use serde_json::{Value, json};
use stanch_core::ports::Cloud;
use stanch_core::snapshot::AccountScope;
use stanch_core::{AccountId, Answer, Call, CallOutcome, RegionName};

use crate::pages;

/// The region in which a partition keeps services without regions.
#[must_use]
pub fn home_region(partition: &str) -> RegionName {
    match partition {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws-eusc" => "eusc-de-east-1",
        "aws-iso" => "us-iso-east-1",
        "aws-iso-b" => "us-isob-east-1",
        _ => "us-east-1",
    }
    .into()
}

/// An account with its regions; the refusal when nobody tells them.
///
/// Regions that are being enabled or disabled are asked like enabled ones: things run there. Those that are disabled are
/// named: things may run there too, but nobody can look.
///
/// # Errors
/// The answer of the last who was asked.
pub async fn scope(cloud: &dyn Cloud, account: &AccountId, partition: &str) -> Result<AccountScope, Answer> {
    let home = home_region(partition);
    let call = |service: &str, operation: &str, params| Call {
        account: Some(account.clone()),
        region: home.clone(),
        service: service.into(),
        operation: operation.into(),
        params,
    };
    let mut answer = pages::ask(cloud, &call("account", "ListRegions", Value::Null)).await;
    let mut regions = read(&answer, "RegionOptStatus");
    if regions.is_empty() {
        answer = pages::ask(
            cloud,
            &call("ec2", "DescribeRegions", json!({"AllRegions": true})),
        )
        .await;
        regions = read(&answer, "OptInStatus");
    }
    if regions.is_empty() {
        return Err(answer);
    }
    regions.sort();
    regions.dedup();
    let (enabled, disabled): (Vec<_>, Vec<_>) = regions.into_iter().partition(|(_, is_enabled)| *is_enabled);
    let names = |list: Vec<(RegionName, bool)>| list.into_iter().map(|(name, _)| name).collect();
    Ok(AccountScope {
        account: account.clone(),
        partition: partition.to_owned(),
        home,
        regions: names(enabled),
        disabled: names(disabled),
    })
}

fn read(answer: &Answer, status: &str) -> Vec<(RegionName, bool)> {
    if answer.outcome != CallOutcome::Ok {
        return Vec::new();
    }
    let regions = answer.body["Regions"].as_array().into_iter().flatten();
    regions
        .filter_map(|region| {
            let name = region["RegionName"].as_str()?;
            let is_disabled = matches!(region[status].as_str(), Some("DISABLED" | "not-opted-in"));
            Some((name.into(), !is_disabled))
        })
        .collect()
}
