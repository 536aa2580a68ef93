//! Kinds of events and regions of which the input has nothing at all.
//!
//! It must not say why: no trail recorded them, or nothing happened.

use std::collections::BTreeSet;

use serde::Serialize;
use stanch_core::{AccountId, RegionName};

/// Regions that every account has enabled (AWS Account Management, "Enable or disable AWS Regions in your account":
/// Regions introduced before 20 March 2019).
const ENABLED: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Services whose data events matter for a response.
const DATA: [&str; 2] = ["s3", "lambda"];

/// Something that the input never has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "never")]
pub enum Never {
    /// No data event of a service.
    DataEvents {
        /// Account.
        account: AccountId,
        /// Service.
        service: String,
    },
    /// No event and no digest of Regions that every account has enabled.
    Regions {
        /// Account.
        account: AccountId,
        /// Regions.
        regions: BTreeSet<RegionName>,
    },
}

/// Lists what accounts never recorded, from the regions and services that they did record.
pub(super) fn never(
    seen: &BTreeSet<(AccountId, RegionName)>,
    data: &BTreeSet<(AccountId, String)>,
) -> Vec<Never> {
    let accounts: BTreeSet<&AccountId> = seen.iter().map(|(account, _)| account).collect();
    let mut found = Vec::new();
    for account in accounts {
        for service in DATA {
            if !data.contains(&(account.clone(), service.to_owned())) {
                found.push(Never::DataEvents {
                    account: account.clone(),
                    service: service.to_owned(),
                });
            }
        }
        let is_commercial = seen
            .iter()
            .any(|(of, region)| of == account && ENABLED.contains(&region.as_str()));
        let regions: BTreeSet<RegionName> = ENABLED
            .into_iter()
            .map(RegionName::from)
            .filter(|region| !seen.contains(&(account.clone(), region.clone())))
            .collect();
        if is_commercial && !regions.is_empty() {
            found.push(Never::Regions {
                account: account.clone(),
                regions,
            });
        }
    }
    found.sort();
    found
}
