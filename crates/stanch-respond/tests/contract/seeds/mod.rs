//! What each action needs in an account before it can be tried: one file each, and a line here.

use std::pin::Pin;

use serde_json::json;
use stanch_respond::Wish;

use crate::world::{World, text};

/// Makes what an action needs, and says what is wished.
pub(crate) type Seed = for<'w> fn(&'w World) -> Pin<Box<dyn Future<Output = Result<Wish, String>> + 'w>>;

/// How an action is tried.
pub(crate) enum Try {
    /// On the stand-in.
    Seed(Seed),
    /// Not at all: why.
    #[expect(dead_code, reason = "every action is tried at present")]
    Not(&'static str),
}

macro_rules! seeds {
    ($($file:ident)*) => {
        $(mod $file;)*

        /// Every action's seed, by the name of its file.
        static ALL: &[(&str, Try)] = &[
            $((stringify!($file), Try::Seed(|world| Box::pin($file::seed(world))))),*
        ];
    };
}

seeds! {
    access_key_deactivate
    account_public_access_block
    anomaly_monitor_create
    anomaly_subscription
    bucket_access_lists_off
    bucket_acl_private
    bucket_policy_contain
    bucket_public_access_block
    bucket_statement_remove
    budget_create
    database_snapshot_unshare
    guardduty_enable
    image_unshare
    kms_deletion_cancel
    kms_grant_revoke
    lifecycle_rule_disable
    role_sessions_revoke
    secret_deletion_cancel
    security_group_rule_revoke
    snapshot_unshare
    trail_bucket_create
    trail_create
    trail_repair
    trail_selectors
    trail_start
    user_deny
}

/// The seed of an action.
pub(crate) fn of(action: &str) -> Option<&'static Try> {
    let file = action.replace('-', "_");
    ALL.iter().find(|(name, _)| *name == file).map(|(_, seed)| seed)
}

/// A bucket in the region.
async fn bucket(world: &World) -> Result<String, String> {
    let bucket = world.name("bucket");
    let place = json!({"LocationConstraint": world.region.as_str()});
    let params = json!({"Bucket": bucket, "CreateBucketConfiguration": place});
    world.send("s3", "CreateBucket", params).await?;
    Ok(bucket)
}

/// A policy with one statement for everybody and one for the account.
fn open_policy(bucket: &str) -> String {
    let resource = format!("arn:aws:s3:::{bucket}/*");
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resource},
        {"Sid": "Ours", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:PutObject",
         "Resource": resource},
    ]})
    .to_string()
}

/// A running instance.
async fn instance(world: &World) -> Result<String, String> {
    let images = world
        .send(
            "ec2",
            "DescribeImages",
            json!({"Owners": ["amazon"], "MaxResults": 5}),
        )
        .await?;
    let image = text(&images, "/Images/0/ImageId")?;
    let params = json!({"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"});
    text(
        &world.send("ec2", "RunInstances", params).await?,
        "/Instances/0/InstanceId",
    )
}

/// A trail that has been narrowed and does not record.
async fn trail(world: &World) -> Result<String, String> {
    let bucket = bucket(world).await?;
    let params = json!({"Name": "main", "S3BucketName": bucket, "IsMultiRegionTrail": false, "EnableLogFileValidation": false});
    text(
        &world.send("cloudtrail", "CreateTrail", params).await?,
        "/TrailARN",
    )
}
