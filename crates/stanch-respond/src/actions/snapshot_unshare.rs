//! Stops sharing an EBS snapshot: other accounts, or everyone, can no longer create volumes from it.
//!
//! Copies and volumes that were created stay with the other account: only event history shows them (`SharedSnapshotCopyInitiated`,
//! `SharedSnapshotVolumeCreated`). Undo shares it again with the same accounts only.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, near, reading, text};
use crate::about::{About, Parameter, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SnapshotUnshare;

static ABOUT: About = About {
    name: "snapshot-unshare",
    does: "Stop sharing an EBS snapshot.",
    targets: &["snapshot"],
    parameters: &[Parameter::list(
        "accounts",
        "account ids, or `all` for everyone; all that it is shared with if not given",
    )],
    notes: "Copies that were made stay. Block public access for snapshots in the region keeps it from being shared with everyone again.",
    answers: &[
        by_call("ec2", "ModifySnapshotAttribute"),
        by_check("snapshot-shared", "snapshot"),
    ],
    sources: &[
        "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html",
    ],
    ..About::EMPTY
};

/// Returns the accounts that a resource is shared with: the named ones (or `all`), otherwise those that were collected.
pub(super) fn grantees(request: &ActionRequest, found: &[String]) -> Result<Vec<String>, Unplannable> {
    let named = request.values("accounts");
    let mut grantees = if named.is_empty() { found } else { named }.to_vec();
    grantees.sort();
    grantees.dedup();
    if grantees.is_empty() {
        return Err(Unplannable::new(format!(
            "{} is not shared with anyone",
            request.target.name
        )));
    }
    Ok(grantees)
}

/// Returns these accounts and groups for people.
pub(super) fn grantees_text(grantees: &[String]) -> String {
    let names = grantees.iter();
    let names: Vec<&str> = names
        .map(|name| if name == "all" { "everyone" } else { name })
        .collect();
    names.join(", ")
}

impl Action for SnapshotUnshare {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let snapshot = request.target.name.as_str();
        let found = shared_with(request, account)?;
        let grantees = grantees(request, &found)?;
        let read = |name| {
            let params = [
                ("SnapshotId", text(snapshot)),
                ("Attribute", text("createVolumePermission")),
            ];
            Read::new(
                name,
                near(&request.target, "ec2", "DescribeSnapshotAttribute", params),
            )
        };
        let set = |how: &str, who: &[String]| set(request, how, who);
        let expect = |read: &str, grantee: &String, test: fn(serde_json::Value) -> Test| {
            let path = if grantee == "all" {
                "CreateVolumePermissions[].Group"
            } else {
                "CreateVolumePermissions[].UserId"
            };
            Expectation::new(read, Path::of(path), test(json!(grantee)))
        };
        let again = |grantee: &String| {
            set("add", std::slice::from_ref(grantee)).when(expect("permissions", grantee, Test::Includes))
        };
        Ok(Change {
            before: vec![read("permissions")],
            writes: vec![set("remove", &grantees)],
            after: vec![read("permissions-after")],
            verified_by: grantees
                .iter()
                .map(|grantee| expect("permissions-after", grantee, Test::Lacks))
                .collect(),
            undo: grantees.iter().map(again).collect(),
            restores: vec![Restored::new(
                "permissions",
                Path::of("CreateVolumePermissions[]"),
            )],
            undo_reopens: Some(format!(
                "{} can copy EBS snapshot {snapshot} again",
                grantees_text(&grantees)
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Exposure,
                format!(
                    "Stop sharing EBS snapshot {snapshot} with {}",
                    grantees_text(&grantees)
                ),
            )
        })
    }
}

/// Returns the accounts that the snapshot is shared with, if none are named.
fn shared_with(request: &ActionRequest, account: &Account) -> Result<Vec<String>, Unplannable> {
    if !request.values("accounts").is_empty() {
        return Ok(Vec::new());
    }
    let place = ("ec2", "DescribeSnapshotAttribute");
    let reply = reading(account, place, "SnapshotId", &request.target.name)?;
    let paths = [
        "CreateVolumePermissions[].UserId",
        "CreateVolumePermissions[].Group",
    ];
    let found = paths
        .into_iter()
        .flat_map(|path| Path::of(path).find(&reply.body));
    Ok(found.filter_map(|one| one.as_str().map(str::to_owned)).collect())
}

/// Returns the call that adds or removes accounts and groups.
fn set(request: &ActionRequest, how: &str, who: &[String]) -> Write {
    let (groups, users): (Vec<String>, Vec<String>) = who.iter().cloned().partition(|one| one == "all");
    let members = [("GroupNames", groups), ("UserIds", users)];
    let given = [
        ("SnapshotId", request.target.name.as_str()),
        ("Attribute", "createVolumePermission"),
        ("OperationType", how),
    ];
    let given = given.map(|(name, value)| (name.to_owned(), text(value)));
    let lists = members.into_iter().filter(|(_, list)| !list.is_empty());
    let lists = lists.map(|(name, list)| (name.to_owned(), Param::literal(list)));
    let mut call = near(&request.target, "ec2", "ModifySnapshotAttribute", []);
    call.params = Param::Object(given.into_iter().chain(lists).collect());
    Write::new(call)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{change, reply, request, told, words};

    #[test]
    fn everybody_and_every_account_lose_it() {
        let shared = json!({"CreateVolumePermissions": [{"Group": "all"}, {"UserId": "999999999999"}]});
        let shared = reply(
            "ec2:DescribeSnapshotAttribute",
            json!({"SnapshotId": "snap-1"}),
            shared,
        );
        let change = change(
            "snapshot-unshare",
            &request("snapshot", "snap-1", ""),
            vec![shared],
        )
        .unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Stop sharing EBS snapshot snap-1 with 999999999999, everyone
        before permissions: eu-west-1 ec2:DescribeSnapshotAttribute (Attribute="createVolumePermission", SnapshotId="snap-1")
        sends eu-west-1 ec2:ModifySnapshotAttribute (Attribute="createVolumePermission", GroupNames=["all"], OperationType="remove", SnapshotId="snap-1", UserIds=["999999999999"])
        after permissions-after: eu-west-1 ec2:DescribeSnapshotAttribute (Attribute="createVolumePermission", SnapshotId="snap-1")
        holds permissions-after CreateVolumePermissions[].UserId Lacks(String("999999999999"))
        holds permissions-after CreateVolumePermissions[].Group Lacks(String("all"))
        undo eu-west-1 ec2:ModifySnapshotAttribute (Attribute="createVolumePermission", OperationType="add", SnapshotId="snap-1", UserIds=["999999999999"]) when permissions CreateVolumePermissions[].UserId Includes(String("999999999999"))
        undo eu-west-1 ec2:ModifySnapshotAttribute (Attribute="createVolumePermission", GroupNames=["all"], OperationType="add", SnapshotId="snap-1") when permissions CreateVolumePermissions[].Group Includes(String("all"))
        restores permissions CreateVolumePermissions[]
        "#);
    }

    #[test]
    fn only_the_named_lose_it_and_nobody_is_not_enough() {
        let named = request("snapshot", "snap-1", "").with("accounts", words(&["999999999999"]));
        let named = change("snapshot-unshare", &named, Vec::new()).unwrap();
        assert_eq!((named.verified_by.len(), named.undo.len()), (1, 1));
        let private = reply(
            "ec2:DescribeSnapshotAttribute",
            json!({"SnapshotId": "snap-1"}),
            json!({}),
        );
        let why = change(
            "snapshot-unshare",
            &request("snapshot", "snap-1", ""),
            vec![private],
        )
        .unwrap_err()
        .why;
        assert_eq!(why, "snap-1 is not shared with anyone");
    }
}
