//! Stops sharing an RDS snapshot of a database or cluster: other accounts, or everyone, can no longer restore it.
//!
//! Databases that were restored from it and copies that were made stay. Undo shares it again with the same accounts only.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, near, reading_near, text};
use super::snapshot_unshare::{grantees, grantees_text};
use crate::about::{About, Listing, Parameter, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct DatabaseSnapshotUnshare;

static ABOUT: About = About {
    name: "database-snapshot-unshare",
    does: "Stop sharing an RDS database or cluster snapshot.",
    targets: &["database-snapshot", "database-cluster-snapshot"],
    parameters: &[Parameter::list(
        "accounts",
        "account ids, or `all` for everyone; all that it is shared with if not given",
    )],
    notes: "Only manual snapshots can be shared. An encrypted snapshot is useless without its KMS key: check the policy and the \
            grants of the key too.",
    answers: &[
        by_call("rds", "ModifyDBSnapshotAttribute"),
        by_check("database-snapshot-shared", "database-snapshot"),
    ],
    listing: Some(&Listing::new(
        ("rds", "DescribeDBSnapshots", "DBSnapshots[]"),
        "DBSnapshotArn",
        "DBSnapshotIdentifier",
    )),
    sources: &[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBClusterSnapshotAttribute.html",
    ],
    ..About::EMPTY
};

/// Names of operations and members for one kind of snapshot.
struct Names {
    id: &'static str,
    describe: &'static str,
    modify: &'static str,
    attributes: &'static str,
}

const OF_INSTANCE: Names = Names {
    id: "DBSnapshotIdentifier",
    describe: "DescribeDBSnapshotAttributes",
    modify: "ModifyDBSnapshotAttribute",
    attributes: "DBSnapshotAttributesResult.DBSnapshotAttributes",
};

const OF_CLUSTER: Names = Names {
    id: "DBClusterSnapshotIdentifier",
    describe: "DescribeDBClusterSnapshotAttributes",
    modify: "ModifyDBClusterSnapshotAttribute",
    attributes: "DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes",
};

/// The accounts that the snapshot is shared with, where the request names none.
fn shared_with(
    request: &ActionRequest,
    account: &Account,
    names: &Names,
    values: &Path,
) -> Result<Vec<String>, Unplannable> {
    if !request.values("accounts").is_empty() {
        return Ok(Vec::new());
    }
    let snapshot = request.target.name.as_str();
    let reply = reading_near(request, account, ("rds", names.describe), names.id, snapshot)?;
    let found = values.find(&reply.body).into_iter();
    Ok(found.filter_map(|one| one.as_str().map(str::to_owned)).collect())
}

impl Action for DatabaseSnapshotUnshare {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let snapshot = request.target.name.as_str();
        let names = if request.target.kind == "database-cluster-snapshot" {
            OF_CLUSTER
        } else {
            OF_INSTANCE
        };
        let values = || {
            Path::of(names.attributes)
                .only("AttributeName", "restore")
                .then("AttributeValues[]")
        };
        let found = shared_with(request, account, &names, &values())?;
        let grantees = grantees(request, &found)?;
        let read = |name| {
            let params = [(names.id, text(snapshot))];
            Read::new(name, near(&request.target, "rds", names.describe, params))
        };
        let set = |list: &str, who: &[String]| {
            let params = [
                (names.id, text(snapshot)),
                ("AttributeName", text("restore")),
                (list, Param::literal(who.to_vec())),
            ];
            Write::new(near(&request.target, "rds", names.modify, params))
        };
        let expect = |read: &str, grantee: &String, test: fn(Value) -> Test| {
            Expectation::new(read, values(), test(json!(grantee)))
        };
        let again = |grantee: &String| {
            set("ValuesToAdd", std::slice::from_ref(grantee)).when(expect(
                "attributes",
                grantee,
                Test::Includes,
            ))
        };
        Ok(Change {
            before: vec![read("attributes")],
            writes: vec![set("ValuesToRemove", &grantees)],
            after: vec![read("attributes-after")],
            verified_by: grantees
                .iter()
                .map(|grantee| expect("attributes-after", grantee, Test::Lacks))
                .collect(),
            undo: grantees.iter().map(again).collect(),
            restores: vec![Restored::new("attributes", values())],
            undo_reopens: Some(format!(
                "{} can restore RDS snapshot {snapshot} again",
                grantees_text(&grantees)
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Exposure,
                format!(
                    "Stop sharing RDS snapshot {snapshot} with {}",
                    grantees_text(&grantees)
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{change, reply, request, told, words};

    #[test]
    fn everybody_loses_it() {
        let shared = json!({"DBSnapshotAttributesResult": {"DBSnapshotAttributes": [
            {"AttributeName": "restore", "AttributeValues": ["all"]}]}});
        let shared = reply(
            "rds:DescribeDBSnapshotAttributes",
            json!({"DBSnapshotIdentifier": "s"}),
            shared,
        );
        let change = change(
            "database-snapshot-unshare",
            &request("database-snapshot", "s", ""),
            vec![shared],
        )
        .unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Stop sharing RDS snapshot s with everyone
        before attributes: eu-west-1 rds:DescribeDBSnapshotAttributes (DBSnapshotIdentifier="s")
        sends eu-west-1 rds:ModifyDBSnapshotAttribute (AttributeName="restore", DBSnapshotIdentifier="s", ValuesToRemove=["all"])
        after attributes-after: eu-west-1 rds:DescribeDBSnapshotAttributes (DBSnapshotIdentifier="s")
        holds attributes-after DBSnapshotAttributesResult.DBSnapshotAttributes[](AttributeName=restore).AttributeValues[] Lacks(String("all"))
        undo eu-west-1 rds:ModifyDBSnapshotAttribute (AttributeName="restore", DBSnapshotIdentifier="s", ValuesToAdd=["all"]) when attributes DBSnapshotAttributesResult.DBSnapshotAttributes[](AttributeName=restore).AttributeValues[] Includes(String("all"))
        restores attributes DBSnapshotAttributesResult.DBSnapshotAttributes[](AttributeName=restore).AttributeValues[]
        "#);
    }

    #[test]
    fn a_cluster_s_snapshot_has_calls_of_its_own() {
        let request =
            request("database-cluster-snapshot", "s", "").with("accounts", words(&["999999999999"]));
        let change = change("database-snapshot-unshare", &request, Vec::new()).unwrap();
        assert_eq!(
            change.writes[0].call.operation.0,
            "ModifyDBClusterSnapshotAttribute"
        );
    }
}
