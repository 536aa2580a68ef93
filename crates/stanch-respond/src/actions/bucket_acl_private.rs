//! Removes every grant from the ACL of an S3 bucket except those of its owner and the log delivery group.
//!
//! The log delivery group writes access logs and is part of S3, so the canned ACL `private` would break more than needed. A
//! canonical user id of another account has no account id and appears in no policy. ACLs of objects are not covered:
//! `bucket-public-access-block` ignores public ones, `bucket-access-lists-off` ends those for other accounts.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::listings::BUCKETS;
use super::parts::{blank, near, reading, text};
use crate::about::{About, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct BucketAclPrivate;

/// The group that delivers access logs.
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

static ABOUT: About = About {
    name: "bucket-acl-private",
    does: "Remove all grants except owner and log delivery from the ACL of an S3 bucket.",
    targets: &["bucket"],
    notes: "Where ACLs are disabled, there is nothing to remove. ACLs of objects stay as they are.",
    answers: &[
        by_call("s3", "PutBucketAcl"),
        by_check("bucket-acl-open", "bucket"),
    ],
    listing: Some(&BUCKETS),
    sources: &[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html",
    ],
    ..About::EMPTY
};

impl Action for BucketAclPrivate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let bucket = request.target.name.as_str();
        let reply = reading(account, ("s3", "GetBucketAcl"), "Bucket", bucket)?;
        let owner = reply
            .body
            .get("Owner")
            .filter(|owner| owner.is_object())
            .ok_or_else(|| Unplannable::new(format!("the owner of bucket {bucket} was not collected")))?;
        let all = Path::of("Grants[]").find(&reply.body);
        let was: Vec<Value> = all.iter().copied().cloned().collect();
        let kept: Vec<Value> = was.iter().filter(|grant| stays(grant, owner)).cloned().collect();
        let read = |name| {
            Read::new(
                name,
                near(&request.target, "s3", "GetBucketAcl", [("Bucket", text(bucket))]),
            )
        };
        let put = |grants: Param| {
            let list = Param::object([("Owner", Param::literal(owner.clone())), ("Grants", grants)]);
            let params = [("Bucket", text(bucket)), ("AccessControlPolicy", list)];
            Write::new(near(&request.target, "s3", "PutBucketAcl", params))
        };
        let grants = || Path::of("Grants[]");
        Ok(Change {
            before: vec![read("acl")],
            requires: vec![Expectation::new("acl", grants(), Test::All(was.clone()))],
            writes: vec![put(Param::literal(kept.clone()))],
            after: vec![read("acl-after")],
            verified_by: vec![Expectation::new("acl-after", grants(), Test::All(kept))],
            undo: vec![put(Param::literal(was))],
            restores: vec![Restored::new("acl", grants())],
            undo_reopens: Some(format!("the old ACL of bucket {bucket} grants access again")),
            ..blank(
                &ABOUT,
                request,
                Wave::Exposure,
                format!("Remove all grants except owner and log delivery from the ACL of S3 bucket {bucket}"),
            )
        })
    }
}

fn stays(grant: &Value, owner: &Value) -> bool {
    let member = |name: &str| grant.get("Grantee").and_then(|grantee| grantee.get(name));
    let is_owner = member("ID").is_some_and(|id| Some(id) == owner.get("ID"));
    is_owner || member("URI") == Some(&json!(LOG_DELIVERY))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{change, reply, request, told};

    #[test]
    fn strangers_go_and_log_delivery_stays() {
        let acl = json!({"Owner": {"ID": "own"}, "Grants": [
            {"Grantee": {"Type": "CanonicalUser", "ID": "own"}, "Permission": "FULL_CONTROL"},
            {"Grantee": {"Type": "CanonicalUser", "ID": "other"}, "Permission": "READ"},
            {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"},
            {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}, "Permission": "WRITE"},
        ]});
        let acl = reply("s3:GetBucketAcl", json!({"Bucket": "b"}), acl);
        let change = change("bucket-acl-private", &request("bucket", "b", ""), vec![acl]).unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Remove all grants except owner and log delivery from the ACL of S3 bucket b
        before acl: eu-west-1 s3:GetBucketAcl (Bucket="b")
        requires acl Grants[] All([Object {"Grantee": Object {"Type": String("CanonicalUser"), "ID": String("own")}, "Permission": String("FULL_CONTROL")}, Object {"Grantee": Object {"Type": String("CanonicalUser"), "ID": String("other")}, "Permission": String("READ")}, Object {"Grantee": Object {"Type": String("Group"), "URI": String("http://acs.amazonaws.com/groups/global/AllUsers")}, "Permission": String("READ")}, Object {"Grantee": Object {"Type": String("Group"), "URI": String("http://acs.amazonaws.com/groups/s3/LogDelivery")}, "Permission": String("WRITE")}])
        sends eu-west-1 s3:PutBucketAcl (AccessControlPolicy=(Grants=[{"Grantee":{"Type":"CanonicalUser","ID":"own"},"Permission":"FULL_CONTROL"},{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/s3/LogDelivery"},"Permission":"WRITE"}], Owner={"ID":"own"}), Bucket="b")
        after acl-after: eu-west-1 s3:GetBucketAcl (Bucket="b")
        holds acl-after Grants[] All([Object {"Grantee": Object {"Type": String("CanonicalUser"), "ID": String("own")}, "Permission": String("FULL_CONTROL")}, Object {"Grantee": Object {"Type": String("Group"), "URI": String("http://acs.amazonaws.com/groups/s3/LogDelivery")}, "Permission": String("WRITE")}])
        undo eu-west-1 s3:PutBucketAcl (AccessControlPolicy=(Grants=[{"Grantee":{"Type":"CanonicalUser","ID":"own"},"Permission":"FULL_CONTROL"},{"Grantee":{"Type":"CanonicalUser","ID":"other"},"Permission":"READ"},{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"READ"},{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/s3/LogDelivery"},"Permission":"WRITE"}], Owner={"ID":"own"}), Bucket="b")
        restores acl Grants[]
        "#);
    }

    #[test]
    fn a_list_that_was_not_read_is_not_written() {
        assert!(change("bucket-acl-private", &request("bucket", "b", ""), Vec::new()).is_err());
    }
}
