//! Turns on S3 Block Public Access for the account, which covers every bucket at once.
//!
//! The settings of the account apply in addition to those of each bucket, so a bucket whose own settings were removed is covered.
//! Undo restores the old settings, or deletes them where there were none.

use stanch_core::plan::{
    CallTemplate, Change, Expectation, Impact, Param, Path, Read, Restored, Test, Wave, Write,
};

use super::bucket_public_access_block::{all_on, everything, public_uses};
use super::parts::{blank, text};
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct AccountPublicAccessBlock;

static ABOUT: About = About {
    name: "account-public-access-block",
    does: "Turn on S3 Block Public Access for the whole account.",
    targets: &["account"],
    notes: "Public websites and buckets that are public on purpose stop answering: the step lists them. It takes a few minutes to \
            reach every region. Accounts that a policy names by account id keep their access.",
    sources: &[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html",
    ],
    ..About::EMPTY
};

impl Action for AccountPublicAccessBlock {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let number = account.id.as_str();
        let call = |operation: &str, settings: Option<Param>| {
            let mut params = vec![("AccountId".to_owned(), text(number))];
            params.extend(settings.map(|settings| ("PublicAccessBlockConfiguration".to_owned(), settings)));
            let params = Param::Object(params.into_iter().collect());
            CallTemplate::new(&account.home, "s3control", operation, params)
        };
        let put = |settings| Write::new(call("PutPublicAccessBlock", Some(settings)));
        let block = || Path::of("PublicAccessBlockConfiguration");
        let was = |test| Expectation::new("block", block(), test);
        let does = format!("Turn on S3 Block Public Access for account {number}");
        let mut change = blank(&ABOUT, request, Wave::Exposure, does);
        let uses = public_uses(account, None);
        change.impact.extend(uses.into_iter().map(Impact::in_use));
        Ok(Change {
            before: vec![Read::new("block", call("GetPublicAccessBlock", None))],
            writes: vec![put(everything())],
            after: vec![Read::new("block-after", call("GetPublicAccessBlock", None))],
            verified_by: all_on("block-after"),
            undo: vec![
                Write::new(call("DeletePublicAccessBlock", None)).when(was(Test::Absent)),
                put(Param::reply("block", block())).when(was(Test::Present)),
            ],
            restores: vec![Restored::new("block", block())],
            undo_reopens: Some("buckets of the account can be public again".to_owned()),
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
    fn every_bucket_that_is_public_on_purpose_is_told() {
        let site = reply(
            "s3:GetBucketWebsite",
            json!({"Bucket": "site"}),
            json!({"IndexDocument": {"Suffix": "i"}}),
        );
        let open = reply(
            "s3:GetBucketPolicyStatus",
            json!({"Bucket": "open"}),
            json!({"PolicyStatus": {"IsPublic": true}}),
        );
        let change = change(
            "account-public-access-block",
            &request("account", "111122223333", ""),
            vec![site, open],
        )
        .unwrap();
        assert_eq!(
            change.impact,
            [
                Impact::in_use("anonymous users lose access to bucket open, which its policy makes public"),
                Impact::in_use("visitors of the static website in bucket site get 403")
            ]
        );
        insta::assert_snapshot!(told(&change), @r#"
        Turn on S3 Block Public Access for account 111122223333
        before block: us-east-1 s3control:GetPublicAccessBlock (AccountId="111122223333")
        sends us-east-1 s3control:PutPublicAccessBlock (AccountId="111122223333", PublicAccessBlockConfiguration={"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true})
        after block-after: us-east-1 s3control:GetPublicAccessBlock (AccountId="111122223333")
        holds block-after PublicAccessBlockConfiguration.BlockPublicAcls Is(Bool(true))
        holds block-after PublicAccessBlockConfiguration.IgnorePublicAcls Is(Bool(true))
        holds block-after PublicAccessBlockConfiguration.BlockPublicPolicy Is(Bool(true))
        holds block-after PublicAccessBlockConfiguration.RestrictPublicBuckets Is(Bool(true))
        undo us-east-1 s3control:DeletePublicAccessBlock (AccountId="111122223333") when block PublicAccessBlockConfiguration Absent
        undo us-east-1 s3control:PutPublicAccessBlock (AccountId="111122223333", PublicAccessBlockConfiguration=<block PublicAccessBlockConfiguration>) when block PublicAccessBlockConfiguration Present
        restores block PublicAccessBlockConfiguration
        "#);
    }
}
