//! The account in which `bucket-statement-remove` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::{bucket, open_policy};
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let bucket = bucket(world).await?;
    let params = json!({"Bucket": bucket, "Policy": open_policy(&bucket)});
    world.send("s3", "PutBucketPolicy", params).await?;
    world
        .read("s3", "GetBucketPolicy", json!({"Bucket": bucket}))
        .await?;
    Ok(world
        .request("bucket", &bucket, "")
        .with("statement", ["0".to_owned()]))
}
