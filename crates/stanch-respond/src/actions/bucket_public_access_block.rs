//! Turns on S3 Block Public Access for one bucket: all four settings, whatever its policy and ACLs allow.
//!
//! A bucket without these settings is not public because of that, but it can become public, so all four are read and set. Undo
//! deletes the settings where there were none. Accounts that a policy names by account id are not public: `bucket-policy-contain`
//! and `bucket-statement-remove` handle them.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Impact, Param, Path, Read, Restored, Test, Wave, Write};

use super::listings::BUCKETS;
use super::parts::{blank, near, text};
use crate::about::{About, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct BucketPublicAccessBlock;

static ABOUT: About = About {
    name: "bucket-public-access-block",
    does: "Turn on S3 Block Public Access for a bucket.",
    targets: &["bucket"],
    notes: "Run it after the bucket policy was fixed: with public policies blocked, S3 refuses to restore a public policy. A \
            public website stops answering. Accounts that a policy or ACL names keep their access.",
    answers: &[by_call("s3", "DeleteBucketPublicAccessBlock")],
    listing: Some(&BUCKETS),
    sources: &[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html",
    ],
    ..About::EMPTY
};

/// The four settings.
pub(super) const SETTINGS: [&str; 4] = [
    "PublicAccessBlockConfiguration.BlockPublicAcls",
    "PublicAccessBlockConfiguration.IgnorePublicAcls",
    "PublicAccessBlockConfiguration.BlockPublicPolicy",
    "PublicAccessBlockConfiguration.RestrictPublicBuckets",
];

/// All four switched on.
pub(super) fn everything() -> Param {
    Param::literal(json!({
        "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true,
    }))
}

/// Expects all four settings to be on in a reply.
pub(super) fn all_on(read: &str) -> Vec<Expectation> {
    SETTINGS
        .iter()
        .map(|setting| Expectation::new(read, Path::of(setting), Test::Is(json!(true))))
        .collect()
}

/// Returns the public uses of a bucket or of all buckets, as far as they were collected.
pub(super) fn public_uses(account: &Account, bucket: Option<&str>) -> Vec<String> {
    let wanted = |asked: &str| bucket.is_none_or(|bucket| bucket == asked);
    let sites = account.items("s3", "GetBucketWebsite", "");
    let sites = sites.iter().filter(|site| wanted(site.asked("Bucket")));
    let sites = sites.map(|site| {
        format!(
            "visitors of the static website in bucket {} get 403",
            site.asked("Bucket")
        )
    });
    let open = account.items("s3", "GetBucketPolicyStatus", "PolicyStatus");
    let open = open.iter().filter(|status| {
        status.value.get("IsPublic") == Some(&json!(true)) && wanted(status.asked("Bucket"))
    });
    let open = open.map(|status| {
        format!(
            "anonymous users lose access to bucket {}, which its policy makes public",
            status.asked("Bucket")
        )
    });
    let mut uses: Vec<String> = sites.chain(open).collect();
    uses.sort();
    uses
}

impl Action for BucketPublicAccessBlock {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let bucket = request.target.name.as_str();
        let of_bucket = |operation: &str| near(&request.target, "s3", operation, [("Bucket", text(bucket))]);
        let put = |settings| {
            let params = [
                ("Bucket", text(bucket)),
                ("PublicAccessBlockConfiguration", settings),
            ];
            Write::new(near(&request.target, "s3", "PutPublicAccessBlock", params))
        };
        let block = || Path::of("PublicAccessBlockConfiguration");
        let was = |test| Expectation::new("block", block(), test);
        let does = format!("Turn on S3 Block Public Access for bucket {bucket}");
        let mut change = blank(&ABOUT, request, Wave::Exposure, does);
        let uses = public_uses(account, Some(bucket));
        change.impact.extend(uses.into_iter().map(Impact::in_use));
        Ok(Change {
            before: vec![Read::new("block", of_bucket("GetPublicAccessBlock"))],
            writes: vec![put(everything())],
            after: vec![Read::new("block-after", of_bucket("GetPublicAccessBlock"))],
            verified_by: all_on("block-after"),
            undo: vec![
                Write::new(of_bucket("DeletePublicAccessBlock")).when(was(Test::Absent)),
                put(Param::reply("block", block())).when(was(Test::Present)),
            ],
            restores: vec![Restored::new("block", block())],
            undo_reopens: Some(format!("bucket {bucket} can be public again")),
            ..change
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stanch_core::plan::Impact;

    use crate::testing::{change, reply, request, told};

    #[test]
    fn the_old_settings_come_back_and_their_absence_too() {
        let change = change(
            "bucket-public-access-block",
            &request("bucket", "b", ""),
            Vec::new(),
        )
        .unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Turn on S3 Block Public Access for bucket b
        before block: eu-west-1 s3:GetPublicAccessBlock (Bucket="b")
        sends eu-west-1 s3:PutPublicAccessBlock (Bucket="b", PublicAccessBlockConfiguration={"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true})
        after block-after: eu-west-1 s3:GetPublicAccessBlock (Bucket="b")
        holds block-after PublicAccessBlockConfiguration.BlockPublicAcls Is(Bool(true))
        holds block-after PublicAccessBlockConfiguration.IgnorePublicAcls Is(Bool(true))
        holds block-after PublicAccessBlockConfiguration.BlockPublicPolicy Is(Bool(true))
        holds block-after PublicAccessBlockConfiguration.RestrictPublicBuckets Is(Bool(true))
        undo eu-west-1 s3:DeletePublicAccessBlock (Bucket="b") when block PublicAccessBlockConfiguration Absent
        undo eu-west-1 s3:PutPublicAccessBlock (Bucket="b", PublicAccessBlockConfiguration=<block PublicAccessBlockConfiguration>) when block PublicAccessBlockConfiguration Present
        restores block PublicAccessBlockConfiguration
        "#);
    }

    #[test]
    fn a_website_is_told_before_it_breaks() {
        let site = reply(
            "s3:GetBucketWebsite",
            json!({"Bucket": "b"}),
            json!({"IndexDocument": {"Suffix": "i"}}),
        );
        let other = reply(
            "s3:GetBucketWebsite",
            json!({"Bucket": "c"}),
            json!({"IndexDocument": {"Suffix": "i"}}),
        );
        let change = change(
            "bucket-public-access-block",
            &request("bucket", "b", ""),
            vec![site, other],
        )
        .unwrap();
        assert_eq!(
            change.impact,
            [Impact::in_use(
                "visitors of the static website in bucket b get 403"
            )]
        );
    }
}
