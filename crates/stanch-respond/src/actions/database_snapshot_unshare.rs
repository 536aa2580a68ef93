//! A snapshot of a database or of a cluster is no longer shared: other accounts, or everybody, can't restore it any more.
//!
//! Databases that were restored from it and copies that were made meanwhile stay. Undo shares it again with those alone whom it
//! was shared with.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, near, reading, text};
use super::snapshot_unshare::guests;
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

/// What one kind of snapshot calls things.
struct Words {
    id: &'static str,
    describe: &'static str,
    modify: &'static str,
    attributes: &'static str,
}

const OF_INSTANCE: Words = Words {
    id: "DBSnapshotIdentifier",
    describe: "DescribeDBSnapshotAttributes",
    modify: "ModifyDBSnapshotAttribute",
    attributes: "DBSnapshotAttributesResult.DBSnapshotAttributes",
};

const OF_CLUSTER: Words = Words {
    id: "DBClusterSnapshotIdentifier",
    describe: "DescribeDBClusterSnapshotAttributes",
    modify: "ModifyDBClusterSnapshotAttribute",
    attributes: "DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes",
};

impl Action for DatabaseSnapshotUnshare {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let snapshot = request.target.name.as_str();
        let words = if request.target.kind == "database-cluster-snapshot" {
            OF_CLUSTER
        } else {
            OF_INSTANCE
        };
        let values = || {
            Path::of(words.attributes)
                .only("AttributeName", "restore")
                .then("AttributeValues[]")
        };
        let mut found = Vec::new();
        if request.values("accounts").is_empty() {
            let reply = reading(account, ("rds", words.describe), words.id, snapshot)?;
            let these = values();
            let these = these.find(&reply.body).into_iter();
            found.extend(these.filter_map(|one| one.as_str().map(str::to_owned)));
        }
        let guests = guests(request, &found)?;
        let read = |name| {
            let params = [(words.id, text(snapshot))];
            Read::new(name, near(&request.target, "rds", words.describe, params))
        };
        let set = |list: &str, who: &[String]| {
            let params = [
                (words.id, text(snapshot)),
                ("AttributeName", text("restore")),
                (list, Param::literal(who.to_vec())),
            ];
            Write::new(near(&request.target, "rds", words.modify, params))
        };
        let expect = |read: &str, guest: &String, test: fn(Value) -> Test| {
            Expectation::new(read, values(), test(json!(guest)))
        };
        let again = |guest: &String| {
            set("ValuesToAdd", std::slice::from_ref(guest)).when(expect("attributes", guest, Test::Includes))
        };
        Ok(Change {
            before: vec![read("attributes")],
            writes: vec![set("ValuesToRemove", &guests)],
            after: vec![read("attributes-after")],
            verified_by: guests
                .iter()
                .map(|guest| expect("attributes-after", guest, Test::Lacks))
                .collect(),
            undo: guests.iter().map(again).collect(),
            restores: vec![Restored::new("attributes", values())],
            undo_reopens: Some(format!("{} to restore snapshot {snapshot}", guests.join(", "))),
            ..blank(
                &ABOUT,
                request,
                Wave::Exposure,
                format!(
                    "database snapshot {snapshot} is no longer shared with {}",
                    guests.join(", ")
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
        database snapshot s is no longer shared with all
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
