//! Denies access to an S3 bucket to everyone except the responder and named principals, by a Deny statement in the bucket policy.
//!
//! The rest of the policy stays, as evidence and so that undo is exact. AWS services that deliver to the bucket, such as
//! `CloudTrail`, have no principal ARN and would match the Deny: `aws:PrincipalIsAWSService` exempts them. That key is missing for
//! anonymous callers, hence `BoolIfExists`, which denies them.

use serde_json::{Value, json};
use stanch_core::SessionArn;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::listings::BUCKETS;
use super::parts::{blank, bucket_policy, document, near, statements, text};
use super::statements::{without_deleted, without_ids};
use crate::about::{About, Parameter};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct BucketPolicyContain;

/// The name of the statement: one that is there already is replaced.
const SID: &str = "StanchContain";

/// The most bytes that a bucket policy may have.
const LIMIT: usize = 20 * 1024;

static ABOUT: About = About {
    name: "bucket-policy-contain",
    does: "Deny access to an S3 bucket to everyone except the responder and named principals.",
    targets: &["bucket"],
    parameters: &[Parameter::list(
        "exempt",
        "ARNs of principals that keep access; the responder always does",
    )],
    notes: "Every workload that reads or writes the bucket stops unless it is exempt. Objects that CloudFront serves with its own \
            service principal stay reachable. Run it before `bucket-public-access-block`, which makes S3 refuse public policies. \
            If it locks everyone out, the root user of the account can delete the policy.",
    listing: Some(&BUCKETS),
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalisawsservice",
        "https://github.com/aws-samples/resource-control-policy-examples",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
    ],
    ..About::EMPTY
};

impl Action for BucketPolicyContain {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let bucket = request.target.name.as_str();
        let old = bucket_policy(account, bucket)?;
        let (saved, deleted) = old.as_ref().map_or_else(Default::default, without_deleted);
        let base = old.as_ref().map(|_| &saved);
        let new = contained(base, &deny(account, bucket, &exempt(request, account)?));
        if new.to_string().len() > LIMIT {
            return Err(Unplannable::new(format!(
                "the policy of bucket {bucket} is too long for another statement"
            )));
        }
        let of_bucket = |operation: &str| near(&request.target, "s3", operation, [("Bucket", text(bucket))]);
        let put = |policy| {
            let params = [("Bucket", text(bucket)), ("Policy", policy)];
            Write::new(near(&request.target, "s3", "PutBucketPolicy", params))
        };
        let policy = || Path::of("Policy");
        let was = |test| Expectation::new("policy", policy(), test);
        let change = Change {
            before: vec![Read::new("policy", of_bucket("GetBucketPolicy"))],
            requires: vec![was(old.map_or(Test::Absent, Test::Is))],
            writes: vec![put(document(&new))],
            after: vec![Read::new("policy-after", of_bucket("GetBucketPolicy"))],
            verified_by: vec![Expectation::new("policy-after", policy(), Test::Is(new))],
            undo: vec![
                Write::new(of_bucket("DeleteBucketPolicy")).when(was(Test::Absent)),
                put(Param::reply("policy", policy())).when(was(Test::Present)),
            ],
            restores: vec![Restored::new("policy", policy())],
            undo_reopens: Some(format!(
                "principals that the old policy allows can read and write bucket {bucket} again"
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Exposure,
                format!("Deny access to S3 bucket {bucket} to everyone except exempt principals"),
            )
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

fn exempt(request: &ActionRequest, account: &Account) -> Result<Vec<String>, Unplannable> {
    let mut named: Vec<String> = request.values("responder").to_vec();
    if named.is_empty() {
        let callers = account.items("sts", "GetCallerIdentity", "");
        named.extend(callers.iter().map(|caller| caller.text("Arn").to_owned()));
    }
    if named.iter().all(String::is_empty) {
        let why = "the responder is unknown, and the bucket policy would lock the responder out";
        return Err(Unplannable::new(why));
    }
    named.extend(request.values("exempt").iter().cloned());
    if let Some(other) = named.iter().find(|arn| !arn.starts_with("arn:")) {
        return Err(Unplannable::new(format!("{other} is not the ARN of a principal")));
    }
    let mut arns: Vec<String> = named.iter().flat_map(|arn| principal_arns(arn)).collect();
    arns.sort();
    arns.dedup();
    Ok(arns)
}

/// What `aws:PrincipalArn` says of a caller: of a role's session, the role. The session's ARN leaves out the role's path, so
/// any path fits; names of roles are unique in an account whatever their path.
fn principal_arns(arn: &str) -> Vec<String> {
    let Some(SessionArn {
        partition,
        account,
        role,
        ..
    }) = SessionArn::parse(arn)
    else {
        return vec![arn.to_owned()];
    };
    let of = |path: &str| format!("arn:{partition}:iam::{account}:role/{path}{role}");
    vec![of(""), of("*/")]
}

fn deny(account: &Account, bucket: &str, exempt: &[String]) -> Value {
    let arn = format!("arn:{}:s3:::{bucket}", account.partition);
    json!({
        "Sid": SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, format!("{arn}/*")],
        "Condition": {
            "ArnNotLike": {"aws:PrincipalArn": exempt},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    })
}

fn contained(old: Option<&Value>, deny: &Value) -> Value {
    let mut new = old.cloned().unwrap_or_else(|| json!({"Version": "2012-10-17"}));
    let mut kept = statements(&new);
    kept.retain(|statement| statement.get("Sid").and_then(Value::as_str) != Some(SID));
    kept.push(deny.clone());
    if let Value::Object(members) = &mut new {
        members.insert("Statement".to_owned(), Value::Array(kept));
    }
    new
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{change, reply, request, told, words};

    fn policy(body: Value) -> stanch_core::Reading {
        reply("s3:GetBucketPolicy", json!({"Bucket": "b"}), body)
    }

    fn caller(arn: &str) -> stanch_core::Reading {
        reply("sts:GetCallerIdentity", json!({}), json!({"Arn": arn}))
    }

    #[test]
    fn a_deny_is_added_and_the_session_s_role_is_left_out_of_it() {
        let old = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}}"#;
        let request =
            request("bucket", "b", "").with("exempt", words(&["arn:aws:iam::111122223333:user/glass"]));
        let caller = caller("arn:aws:sts::111122223333:assumed-role/Responder/anna");
        let change = change(
            "bucket-policy-contain",
            &request,
            vec![policy(json!({"Policy": old})), caller],
        )
        .unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Deny access to S3 bucket b to everyone except exempt principals
        before policy: eu-west-1 s3:GetBucketPolicy (Bucket="b")
        requires policy Policy Is(Object {"Version": String("2012-10-17"), "Statement": Object {"Effect": String("Allow"), "Principal": String("*"), "Action": String("s3:GetObject"), "Resource": String("arn:aws:s3:::b/*")}})
        sends eu-west-1 s3:PutBucketPolicy (Bucket="b", Policy="{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::b/*\"},{\"Sid\":\"StanchContain\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":[\"arn:aws:s3:::b\",\"arn:aws:s3:::b/*\"],\"Condition\":{\"ArnNotLike\":{\"aws:PrincipalArn\":[\"arn:aws:iam::111122223333:role/*/Responder\",\"arn:aws:iam::111122223333:role/Responder\",\"arn:aws:iam::111122223333:user/glass\"]},\"BoolIfExists\":{\"aws:PrincipalIsAWSService\":\"false\"}}}]}")
        after policy-after: eu-west-1 s3:GetBucketPolicy (Bucket="b")
        holds policy-after Policy Is(Object {"Version": String("2012-10-17"), "Statement": Array [Object {"Effect": String("Allow"), "Principal": String("*"), "Action": String("s3:GetObject"), "Resource": String("arn:aws:s3:::b/*")}, Object {"Sid": String("StanchContain"), "Effect": String("Deny"), "Principal": String("*"), "Action": String("s3:*"), "Resource": Array [String("arn:aws:s3:::b"), String("arn:aws:s3:::b/*")], "Condition": Object {"ArnNotLike": Object {"aws:PrincipalArn": Array [String("arn:aws:iam::111122223333:role/*/Responder"), String("arn:aws:iam::111122223333:role/Responder"), String("arn:aws:iam::111122223333:user/glass")]}, "BoolIfExists": Object {"aws:PrincipalIsAWSService": String("false")}}}]})
        undo eu-west-1 s3:DeleteBucketPolicy (Bucket="b") when policy Policy Absent
        undo eu-west-1 s3:PutBucketPolicy (Bucket="b", Policy=<policy Policy>) when policy Policy Present
        restores policy Policy
        "#);
    }

    #[test]
    fn planned_again_it_is_so_already() {
        let caller = || caller("arn:aws:iam::111122223333:user/anna");
        let request = request("bucket", "b", "");
        let first = change(
            "bucket-policy-contain",
            &request,
            vec![policy(Value::Null), caller()],
        )
        .unwrap();
        let stanch_core::plan::Test::Is(document) = first.verified_by[0].test.clone() else {
            panic!("it holds to a document");
        };
        let again = policy(json!({"Policy": document.to_string()}));
        let second = change("bucket-policy-contain", &request, vec![again, caller()]).unwrap();
        assert_eq!(first.verified_by, second.verified_by);
    }

    #[test]
    fn nobody_is_shut_out_unasked() {
        let request = request("bucket", "b", "");
        let refused = |replies| {
            change("bucket-policy-contain", &request, replies)
                .unwrap_err()
                .why
        };
        assert!(refused(vec![policy(Value::Null)]).contains("the responder is unknown"));
        assert!(refused(vec![caller("arn:aws:iam::111122223333:user/anna")]).contains("was not collected"));
        assert!(refused(vec![policy(Value::Null), caller("anna")]).contains("not the ARN"));
        let long = format!(r#"{{"Statement":[],"Id":"{}"}}"#, "x".repeat(20_480));
        let long = policy(json!({"Policy": long}));
        assert!(refused(vec![long, caller("arn:aws:iam::111122223333:user/anna")]).contains("too long"));
    }
}
