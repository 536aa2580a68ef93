//! RDS instance is publicly accessible.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[list("rds", "DescribeDBInstances")];

/// The check.
pub(super) struct DatabasePublic;

impl Check for DatabasePublic {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "database-public",
            title: "RDS instance is publicly accessible",
            why: "A database with a public address is found within hours, and attackers then try passwords continuously.",
            severity: Severity::Medium,
            tactics: &[Tactic::InitialAccess],
            techniques: &["T1190"],
            steps: &["8", "10"],
            next: "Ask who uses the database, then run modify-db-instance --no-publicly-accessible",
            needs: NEEDS,
            made_by: &[],
            harmless_when: &["A database that a security group closes to the internet"],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("rds", "DescribeDBInstances", "DBInstances") {
            let name = item.text("DBInstanceIdentifier");
            if item.is("PubliclyAccessible") {
                found
                    .on(&item, "database", name, name)
                    .misconfiguration(Severity::Medium)
                    .say(&format!("RDS instance {name} is publicly accessible"));
            }
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, misconfigured, silent};

    let database = |open: bool| {
        answer(
            "rds:DescribeDBInstances",
            json!({"DBInstances": [{"DBInstanceIdentifier": "d", "PubliclyAccessible": open}]}),
        )
    };
    vec![misconfigured(vec![database(true)]), silent(vec![database(false)])]
}
