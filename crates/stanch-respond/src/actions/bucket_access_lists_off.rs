//! Disables the ACLs of an S3 bucket and of every object in it (Object Ownership: bucket owner enforced).
//!
//! This also ends ACLs on single objects, which no reading of the bucket shows. S3 refuses it while the ACL of the bucket grants
//! access to another account, so `bucket-acl-private` runs first; it also refuses it while log delivery uses the ACL.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Impact, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, near, text};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct BucketAccessListsOff;

static ABOUT: About = About {
    name: "bucket-access-lists-off",
    does: "Disable the ACLs of an S3 bucket and its objects (Object Ownership).",
    targets: &["bucket"],
    notes: "S3 refuses uploads that set an ACL, unless it gives the bucket owner full control. S3 keeps the ACLs and applies them \
            again after undo.",
    sources: &[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html",
    ],
    ..About::EMPTY
};

impl Action for BucketAccessListsOff {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let bucket = request.target.name.as_str();
        let of_bucket = |operation: &str| near(&request.target, "s3", operation, [("Bucket", text(bucket))]);
        let put = |controls| {
            let params = [("Bucket", text(bucket)), ("OwnershipControls", controls)];
            Write::new(near(&request.target, "s3", "PutBucketOwnershipControls", params))
        };
        let controls = || Path::of("OwnershipControls");
        let was = |test| Expectation::new("ownership", controls(), test);
        let mut change = blank(
            &ABOUT,
            request,
            Wave::Exposure,
            format!("Disable ACLs of S3 bucket {bucket} and its objects"),
        );
        change.impact.push(Impact::in_use(format!(
            "S3 refuses uploads to bucket {bucket} that set an ACL"
        )));
        Ok(Change {
            before: vec![Read::new("ownership", of_bucket("GetBucketOwnershipControls"))],
            writes: vec![put(Param::literal(
                json!({"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}),
            ))],
            after: vec![Read::new(
                "ownership-after",
                of_bucket("GetBucketOwnershipControls"),
            )],
            verified_by: vec![Expectation::new(
                "ownership-after",
                Path::of("OwnershipControls.Rules[].ObjectOwnership"),
                Test::Is(json!("BucketOwnerEnforced")),
            )],
            undo: vec![
                Write::new(of_bucket("DeleteBucketOwnershipControls")).when(was(Test::Absent)),
                put(Param::reply("ownership", controls())).when(was(Test::Present)),
            ],
            restores: vec![Restored::new("ownership", controls())],
            undo_reopens: Some(format!(
                "ACLs of bucket {bucket} and its objects grant access again"
            )),
            ..change
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{change, request, told};

    #[test]
    fn who_owned_objects_before_does_so_again() {
        let change = change("bucket-access-lists-off", &request("bucket", "b", ""), Vec::new()).unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Disable ACLs of S3 bucket b and its objects
        before ownership: eu-west-1 s3:GetBucketOwnershipControls (Bucket="b")
        sends eu-west-1 s3:PutBucketOwnershipControls (Bucket="b", OwnershipControls={"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]})
        after ownership-after: eu-west-1 s3:GetBucketOwnershipControls (Bucket="b")
        holds ownership-after OwnershipControls.Rules[].ObjectOwnership Is(String("BucketOwnerEnforced"))
        undo eu-west-1 s3:DeleteBucketOwnershipControls (Bucket="b") when ownership OwnershipControls Absent
        undo eu-west-1 s3:PutBucketOwnershipControls (Bucket="b", OwnershipControls=<ownership OwnershipControls>) when ownership OwnershipControls Present
        restores ownership OwnershipControls
        "#);
    }
}
