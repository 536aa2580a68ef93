//! A data warehouse lets strangers in.
//!
//! It must not look at anything but the answers it names.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("redshift", "DescribeDataShares"),
    list("redshift", "DescribeEndpointAuthorization"),
    list("redshift", "DescribeClusterSnapshots"),
];

/// See the head of this file.
pub(super) struct WarehouseShared;

impl Check for WarehouseShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "warehouse-shared",
            title: "A data warehouse lets strangers in",
            why: "A share, an endpoint or a snapshot of a Redshift cluster that another account may use gives it the data without a sign-in to the cluster.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537"],
            steps: &["10", "12"],
            next: "revoke the share, the endpoint access or the snapshot access; count its data as taken",
            needs: NEEDS,
            false_positives: &["A partner account that is meant to have access: name it in --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("redshift", "DescribeDataShares", "DataShares") {
            let active = item
                .list("DataShareAssociations")
                .into_iter()
                .filter(|one| !matches!(text(one, "Status"), "REJECTED" | "DEAUTHORIZED"));
            let consumers: Vec<&str> = active.map(|one| text(one, "ConsumerIdentifier")).collect();
            let guests = account.guests_among(&consumers);
            shared(
                found,
                &item,
                ("data-share", item.text("DataShareArn"), ""),
                &guests,
                Severity::High,
            );
        }
        for item in account.items(
            "redshift",
            "DescribeEndpointAuthorization",
            "EndpointAuthorizationList",
        ) {
            let guests = account.guests_among(&[item.text("Grantee"), item.text("Grantor")]);
            shared(
                found,
                &item,
                ("warehouse", item.text("ClusterIdentifier"), ""),
                &guests,
                Severity::High,
            );
        }
        for item in account.items("redshift", "DescribeClusterSnapshots", "Snapshots") {
            let ids: Vec<&str> = item
                .list("AccountsWithRestoreAccess.AccountId")
                .into_iter()
                .filter_map(Value::as_str)
                .collect();
            let guests = account.guests_among(&ids);
            shared(
                found,
                &item,
                ("warehouse-snapshot", item.text("SnapshotIdentifier"), ""),
                &guests,
                Severity::High,
            );
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, answer, silent, suspicious};

    let snapshot = |id: &str| {
        answer(
            "redshift:DescribeClusterSnapshots",
            json!({"Snapshots": [{"SnapshotIdentifier": "s", "AccountsWithRestoreAccess": [{"AccountId": id}]}]}),
        )
    };
    vec![suspicious(vec![snapshot(STRANGER)]), silent(vec![snapshot(OWN)])]
}
