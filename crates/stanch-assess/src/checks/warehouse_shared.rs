//! Redshift cluster, data share or snapshot is shared with an external account.
//!
//! It must not read other answers than those in its `needs`.

use super::support::shared;
use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use serde_json::Value;
use stanch_core::json_path::text;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("redshift", "DescribeDataShares"),
    list("redshift", "DescribeEndpointAuthorization"),
    list("redshift", "DescribeClusterSnapshots"),
];

/// The check.
pub(super) struct WarehouseShared;

impl Check for WarehouseShared {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "warehouse-shared",
            title: "Redshift cluster, data share or snapshot is shared with an external account",
            why: "An external account that may use a data share, an endpoint or a snapshot of a Redshift cluster reads the data without signing in to the cluster.",
            severity: Severity::High,
            tactics: &[Tactic::Exfiltration, Tactic::Persistence],
            techniques: &["T1537"],
            steps: &["10", "12"],
            next: "Revoke the data share, the endpoint access or the snapshot access; treat its data as stolen",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["Partner account with intended access: list it with --vendors"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("redshift", "DescribeDataShares", "DataShares") {
            let active = item
                .list("DataShareAssociations")
                .into_iter()
                .filter(|one| !matches!(text(one, "Status"), "REJECTED" | "DEAUTHORIZED"));
            let consumers: Vec<&str> = active.map(|one| text(one, "ConsumerIdentifier")).collect();
            let exposure = account.exposure_among(&consumers);
            shared(
                found,
                &item,
                ("data-share", item.text("DataShareArn"), ""),
                ("Redshift data share", "grants access to"),
                &exposure,
                Severity::High,
            );
        }
        for item in account.items(
            "redshift",
            "DescribeEndpointAuthorization",
            "EndpointAuthorizationList",
        ) {
            let exposure = account.exposure_among(&[item.text("Grantee"), item.text("Grantor")]);
            shared(
                found,
                &item,
                ("warehouse", item.text("ClusterIdentifier"), ""),
                ("Endpoint of Redshift cluster", "grants access to"),
                &exposure,
                Severity::High,
            );
        }
        for item in account.items("redshift", "DescribeClusterSnapshots", "Snapshots") {
            let ids: Vec<&str> = item
                .list("AccountsWithRestoreAccess.AccountId")
                .into_iter()
                .filter_map(Value::as_str)
                .collect();
            let exposure = account.exposure_among(&ids);
            shared(
                found,
                &item,
                ("warehouse-snapshot", item.text("SnapshotIdentifier"), ""),
                ("Redshift snapshot", "is shared with"),
                &exposure,
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
