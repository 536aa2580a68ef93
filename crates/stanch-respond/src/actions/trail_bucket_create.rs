//! Creates an S3 bucket for a new trail: not public, versioned, and writable by `CloudTrail` for that one trail only.
//!
//! The bucket of a trail that the attacker touched is evidence and never used again. A name that exists already, even in this account, is
//! refused: logs would go to a bucket that the attacker may have prepared. Every call names the expected owner account. The policy must
//! exist before the trail, or `CloudTrail` refuses the trail.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Reversibility, Test, Wave, Write};

use super::bucket_public_access_block::{all_on, everything};
use super::parts::{blank, document, near, text};
use crate::about::{About, Parameter, Stage, Undo};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct TrailBucketCreate;

/// Region in which a bucket is created without a location constraint.
const UNNAMED_REGION: &str = "us-east-1";

static ABOUT: About = About {
    name: "trail-bucket-create",
    does: "Create an S3 bucket for the logs of a new CloudTrail trail.",
    targets: &["bucket"],
    target_help: "name of the new bucket",
    parameters: &[Parameter::required(
        "trail",
        "name of the trail that will deliver to it, in the same region",
    )],
    notes: "A separate log archive account is a better place; this one is available at once.",
    stage: Stage::Creator,
    steps: &["6"],
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html",
    ],
    ..About::EMPTY
};

impl Action for TrailBucketCreate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (bucket, trail) = (request.target.name.as_str(), request.value("trail")?);
        let owner = account.id.as_str();
        let owned = |operation: &str, more: Option<(&str, Param)>| {
            let mut call = near(&request.target, "s3", operation, []);
            let fixed = [("Bucket", text(bucket)), ("ExpectedBucketOwner", text(owner))];
            let params = fixed.into_iter().chain(more);
            call.params = Param::Object(params.map(|(name, param)| (name.to_owned(), param)).collect());
            call
        };
        let policy = policy(request, account, trail);
        let versioning = Param::literal(json!({"Status": "Enabled"}));
        let read = |name, operation| Read::new(name, owned(operation, None));
        let mut verified_by = all_on("block-after");
        let is = |read: &str, path: &'static str, value: Value| {
            Expectation::new(read, Path::of(path), Test::Is(value))
        };
        verified_by.push(is("versioning-after", "Status", json!("Enabled")));
        verified_by.push(is("policy-after", "Policy", policy.clone()));
        Ok(Change {
            before: vec![read("bucket", "GetBucketLocation")],
            requires: vec![Expectation::new("bucket", Path::default(), Test::Absent)],
            writes: vec![
                Write::new(create(request, bucket)).fine_if("BucketAlreadyOwnedByYou"),
                Write::new(owned(
                    "PutPublicAccessBlock",
                    Some(("PublicAccessBlockConfiguration", everything())),
                )),
                Write::new(owned(
                    "PutBucketVersioning",
                    Some(("VersioningConfiguration", versioning)),
                )),
                Write::new(owned("PutBucketPolicy", Some(("Policy", document(&policy))))),
            ],
            after: vec![
                read("block-after", "GetPublicAccessBlock"),
                read("versioning-after", "GetBucketVersioning"),
                read("policy-after", "GetBucketPolicy"),
            ],
            verified_by,
            undo: vec![
                Write::new(owned("DeleteBucket", None))
                    .fine_if("NoSuchBucket")
                    .fine_if("BucketNotEmpty"),
            ],
            reversibility: Reversibility::Partial {
                remains: "the bucket stays if it holds logs, which are evidence".to_owned(),
            },
            ..blank(
                &ABOUT,
                request,
                Wave::Watching,
                format!("Create S3 bucket {bucket} for the logs of trail {trail}"),
            )
        })
    }
}

fn create(request: &ActionRequest, bucket: &str) -> stanch_core::plan::CallTemplate {
    let region = request.target.region.as_str();
    if region == UNNAMED_REGION {
        return near(&request.target, "s3", "CreateBucket", [("Bucket", text(bucket))]);
    }
    let place = Param::literal(json!({"LocationConstraint": region}));
    let params = [("Bucket", text(bucket)), ("CreateBucketConfiguration", place)];
    near(&request.target, "s3", "CreateBucket", params)
}

/// Returns the policy that `CloudTrail` needs, for this trail only: without `aws:SourceArn`, any trail could deliver here.
fn policy(request: &ActionRequest, account: &Account, trail: &str) -> Value {
    let (partition, region) = (&account.partition, request.target.region.as_str());
    let bucket = format!("arn:{partition}:s3:::{}", request.target.name);
    let trail = format!("arn:{partition}:cloudtrail:{region}:{}:trail/{trail}", account.id);
    let service = json!({"Service": "cloudtrail.amazonaws.com"});
    json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "AWSCloudTrailAclCheck", "Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl",
         "Resource": bucket, "Condition": {"StringEquals": {"aws:SourceArn": trail}}},
        {"Sid": "AWSCloudTrailWrite", "Effect": "Allow", "Principal": service, "Action": "s3:PutObject",
         "Resource": format!("{bucket}/AWSLogs/{}/*", account.id),
         "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": trail}}},
    ]})
}

#[cfg(test)]
mod tests {
    use crate::testing::{change, request, told, words};

    #[test]
    fn it_is_shut_before_it_is_opened_to_one_trail() {
        let request = request("bucket", "logs-1", "").with("trail", words(&["watch"]));
        insta::assert_snapshot!(told(&change("trail-bucket-create", &request, Vec::new()).unwrap()), @r#"
        Create S3 bucket logs-1 for the logs of trail watch
        before bucket: eu-west-1 s3:GetBucketLocation (Bucket="logs-1", ExpectedBucketOwner="111122223333")
        requires bucket  Absent
        sends eu-west-1 s3:CreateBucket (Bucket="logs-1", CreateBucketConfiguration={"LocationConstraint":"eu-west-1"}) fine if BucketAlreadyOwnedByYou
        sends eu-west-1 s3:PutPublicAccessBlock (Bucket="logs-1", ExpectedBucketOwner="111122223333", PublicAccessBlockConfiguration={"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true})
        sends eu-west-1 s3:PutBucketVersioning (Bucket="logs-1", ExpectedBucketOwner="111122223333", VersioningConfiguration={"Status":"Enabled"})
        sends eu-west-1 s3:PutBucketPolicy (Bucket="logs-1", ExpectedBucketOwner="111122223333", Policy="{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"AWSCloudTrailAclCheck\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudtrail.amazonaws.com\"},\"Action\":\"s3:GetBucketAcl\",\"Resource\":\"arn:aws:s3:::logs-1\",\"Condition\":{\"StringEquals\":{\"aws:SourceArn\":\"arn:aws:cloudtrail:eu-west-1:111122223333:trail/watch\"}}},{\"Sid\":\"AWSCloudTrailWrite\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudtrail.amazonaws.com\"},\"Action\":\"s3:PutObject\",\"Resource\":\"arn:aws:s3:::logs-1/AWSLogs/111122223333/*\",\"Condition\":{\"StringEquals\":{\"s3:x-amz-acl\":\"bucket-owner-full-control\",\"aws:SourceArn\":\"arn:aws:cloudtrail:eu-west-1:111122223333:trail/watch\"}}}]}")
        after block-after: eu-west-1 s3:GetPublicAccessBlock (Bucket="logs-1", ExpectedBucketOwner="111122223333")
        after versioning-after: eu-west-1 s3:GetBucketVersioning (Bucket="logs-1", ExpectedBucketOwner="111122223333")
        after policy-after: eu-west-1 s3:GetBucketPolicy (Bucket="logs-1", ExpectedBucketOwner="111122223333")
        holds block-after PublicAccessBlockConfiguration.BlockPublicAcls Is(Bool(true))
        holds block-after PublicAccessBlockConfiguration.IgnorePublicAcls Is(Bool(true))
        holds block-after PublicAccessBlockConfiguration.BlockPublicPolicy Is(Bool(true))
        holds block-after PublicAccessBlockConfiguration.RestrictPublicBuckets Is(Bool(true))
        holds versioning-after Status Is(String("Enabled"))
        holds policy-after Policy Is(Object {"Version": String("2012-10-17"), "Statement": Array [Object {"Sid": String("AWSCloudTrailAclCheck"), "Effect": String("Allow"), "Principal": Object {"Service": String("cloudtrail.amazonaws.com")}, "Action": String("s3:GetBucketAcl"), "Resource": String("arn:aws:s3:::logs-1"), "Condition": Object {"StringEquals": Object {"aws:SourceArn": String("arn:aws:cloudtrail:eu-west-1:111122223333:trail/watch")}}}, Object {"Sid": String("AWSCloudTrailWrite"), "Effect": String("Allow"), "Principal": Object {"Service": String("cloudtrail.amazonaws.com")}, "Action": String("s3:PutObject"), "Resource": String("arn:aws:s3:::logs-1/AWSLogs/111122223333/*"), "Condition": Object {"StringEquals": Object {"s3:x-amz-acl": String("bucket-owner-full-control"), "aws:SourceArn": String("arn:aws:cloudtrail:eu-west-1:111122223333:trail/watch")}}}]})
        undo eu-west-1 s3:DeleteBucket (Bucket="logs-1", ExpectedBucketOwner="111122223333") fine if NoSuchBucket fine if BucketNotEmpty
        "#);
    }

    #[test]
    fn the_first_region_is_not_named() {
        let mut request = request("bucket", "logs-1", "").with("trail", words(&["watch"]));
        request.target.region = "us-east-1".into();
        let change = change("trail-bucket-create", &request, Vec::new()).unwrap();
        assert!(!told(&change).contains("LocationConstraint"));
    }
}
