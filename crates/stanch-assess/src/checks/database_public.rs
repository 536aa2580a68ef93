//! A database is reachable from the world.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[list("rds", "DescribeDBInstances")];

/// See the head of this file.
pub(super) struct DatabasePublic;

impl Check for DatabasePublic {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "database-public",
            title: "A database is reachable from the world",
            why: "A database with a public address is found within hours; passwords are then tried without end.",
            severity: Severity::Medium,
            tactics: &[Tactic::InitialAccess],
            techniques: &["T1190"],
            steps: &["8", "10"],
            next: "modify-db-instance --no-publicly-accessible, after asking who uses it",
            needs: NEEDS,
            false_positives: &["A database that a security group keeps closed"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("rds", "DescribeDBInstances", "DBInstances") {
            let name = item.text("DBInstanceIdentifier");
            if item.is("PubliclyAccessible") {
                found
                    .on(&item, "database", name, name)
                    .misconfiguration(Severity::Medium)
                    .say(&format!("database {name} has a public address"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfiguration, silent};

    let database = |open: bool| {
        answer(
            "rds:DescribeDBInstances",
            json!({"DBInstances": [{"DBInstanceIdentifier": "d", "PubliclyAccessible": open}]}),
        )
    };
    vec![
        misconfiguration(vec![database(true)]),
        silent(vec![database(false)]),
    ]
}
