//! Removes statements that grant access to external accounts from an S3 bucket policy; the rest of the policy stays.
//!
//! A Deny is never removed: that would open the bucket. If no statement is left, the policy is deleted. A statement is named by its
//! Sid, or by its position, since such statements often have no Sid; the policy must still be the one whose positions were counted,
//! or nothing is sent.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::listings::BUCKETS;
use super::parts::{blank, bucket_policy, document, near, statements, text};
use super::statements::{without_deleted, without_ids};
use crate::about::{About, Parameter, Scope, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct BucketStatementRemove;

static ABOUT: About = About {
    name: "bucket-statement-remove",
    does: "Remove statements that grant external access from an S3 bucket policy.",
    targets: &["bucket"],
    parameters: &[Parameter::required_list(
        "statement",
        "Sids, or positions in the policy counted from 0",
    )],
    notes: "The smallest change that ends external access by the policy. ACLs, access points and replication are other ways in. \
            S3 refuses undo while public policies are blocked and the old policy is public.",
    answers: &[
        by_call("s3", "PutBucketPolicy"),
        by_check("bucket-policy-shared", "bucket"),
    ],
    listing: Some(&BUCKETS),
    scope: Scope::BucketStatements(&["bucket-policy-shared"]),
    sources: &[
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    ],
    ..About::EMPTY
};

impl Action for BucketStatementRemove {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let bucket = request.target.name.as_str();
        let named = request.values("statement");
        request.value("statement")?;
        let old = bucket_policy(account, bucket)?
            .ok_or_else(|| Unplannable::new(format!("bucket {bucket} has no bucket policy")))?;
        let (saved, deleted) = without_deleted(&old);
        let new = without(&old, named)?.map(|new| without_deleted(&new).0);
        let new = new.filter(|new| !statements(new).is_empty());
        let of_bucket = |operation: &str| near(&request.target, "s3", operation, [("Bucket", text(bucket))]);
        let put = |policy| {
            let params = [("Bucket", text(bucket)), ("Policy", policy)];
            Write::new(near(&request.target, "s3", "PutBucketPolicy", params))
        };
        let policy = || Path::of("Policy");
        let delete = || Write::new(of_bucket("DeleteBucketPolicy"));
        let does = format!(
            "Remove statement {} from the policy of S3 bucket {bucket}",
            named.join(", ")
        );
        let change = Change {
            before: vec![Read::new("policy", of_bucket("GetBucketPolicy"))],
            requires: vec![Expectation::new("policy", policy(), Test::Is(old))],
            writes: vec![new.as_ref().map_or_else(delete, |new| put(document(new)))],
            after: vec![Read::new("policy-after", of_bucket("GetBucketPolicy"))],
            verified_by: vec![Expectation::new(
                "policy-after",
                policy(),
                new.map_or(Test::Absent, Test::Is),
            )],
            undo: vec![put(Param::reply("policy", policy()))],
            restores: vec![Restored::new("policy", policy())],
            undo_reopens: Some(format!(
                "principals that the old policy allows have access to bucket {bucket} again"
            )),
            ..blank(&ABOUT, request, Wave::Exposure, does)
        };
        if deleted.is_empty() {
            return Ok(change);
        }
        let restore = if statements(&saved).is_empty() {
            Write::new(of_bucket("DeleteBucketPolicy"))
        } else {
            put(document(&saved))
        };
        Ok(Change {
            undo: vec![restore],
            restores: Vec::new(),
            reversibility: without_ids(&deleted),
            ..change
        })
    }
}

/// The document without some statements; none where nothing is left.
fn without(old: &Value, named: &[String]) -> Result<Option<Value>, Unplannable> {
    let all = statements(old);
    let mut taken = Vec::new();
    for name in named {
        let by_sid = all
            .iter()
            .position(|statement| statement.get("Sid").and_then(Value::as_str) == Some(name));
        let place = by_sid.or_else(|| name.parse().ok().filter(|place| *place < all.len()));
        let place = place.ok_or_else(|| Unplannable::new(format!("the policy has no statement {name}")))?;
        let effect = all.get(place).and_then(|statement| statement.get("Effect"));
        if effect != Some(&json!("Allow")) {
            let why = format!(
                "statement {name} is a Deny; without it more principals would have access to the bucket"
            );
            return Err(Unplannable::new(why));
        }
        taken.push(place);
    }
    let kept: Vec<Value> = all
        .into_iter()
        .enumerate()
        .filter(|(place, _)| !taken.contains(place))
        .map(|(_, statement)| statement)
        .collect();
    if kept.is_empty() {
        return Ok(None);
    }
    let mut new = old.clone();
    if let Value::Object(members) = &mut new {
        members.insert("Statement".to_owned(), Value::Array(kept));
    }
    Ok(Some(new))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{change, reply, request, told, words};

    fn policy(statements: &Value) -> stanch_core::Reading {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        reply(
            "s3:GetBucketPolicy",
            json!({"Bucket": "b"}),
            json!({"Policy": document.to_string()}),
        )
    }

    fn removing(names: &[&str], statements: &Value) -> Result<stanch_core::plan::Change, crate::Unplannable> {
        let request = request("bucket", "b", "").with("statement", words(names));
        change("bucket-statement-remove", &request, vec![policy(statements)])
    }

    #[test]
    fn the_named_statement_goes_and_the_others_stay() {
        let statements = json!([{"Sid": "Ours", "Effect": "Allow"}, {"Effect": "Allow", "Principal": "*"}]);
        insta::assert_snapshot!(told(&removing(&["1"], &statements).unwrap()), @r#"
        Remove statement 1 from the policy of S3 bucket b
        before policy: eu-west-1 s3:GetBucketPolicy (Bucket="b")
        requires policy Policy Is(Object {"Version": String("2012-10-17"), "Statement": Array [Object {"Sid": String("Ours"), "Effect": String("Allow")}, Object {"Effect": String("Allow"), "Principal": String("*")}]})
        sends eu-west-1 s3:PutBucketPolicy (Bucket="b", Policy="{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Ours\",\"Effect\":\"Allow\"}]}")
        after policy-after: eu-west-1 s3:GetBucketPolicy (Bucket="b")
        holds policy-after Policy Is(Object {"Version": String("2012-10-17"), "Statement": Array [Object {"Sid": String("Ours"), "Effect": String("Allow")}]})
        undo eu-west-1 s3:PutBucketPolicy (Bucket="b", Policy=<policy Policy>)
        restores policy Policy
        "#);
    }

    #[test]
    fn the_last_statement_takes_the_policy_with_it() {
        let change = removing(&["Theirs"], &json!([{"Sid": "Theirs", "Effect": "Allow"}])).unwrap();
        assert_eq!(change.writes[0].call.operation.0, "DeleteBucketPolicy");
    }

    #[test]
    fn a_deny_stays_and_an_unknown_statement_is_told() {
        let statements = json!([{"Sid": "Shut", "Effect": "Deny"}]);
        let refused = |names: &[&str]| removing(names, &statements).unwrap_err().why;
        assert!(refused(&["Shut"]).contains("is a Deny"));
        assert!(refused(&["1"]).contains("no statement 1"));
        assert!(refused(&[]).contains("not given"));
    }
}
