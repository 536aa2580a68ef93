//! The account in which `bucket-acl-private` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::bucket;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let bucket = bucket(world).await?;
    world
        .send(
            "s3",
            "PutBucketAcl",
            json!({"Bucket": bucket, "ACL": "public-read"}),
        )
        .await?;
    world
        .read("s3", "GetBucketAcl", json!({"Bucket": bucket}))
        .await?;
    Ok(world.request("bucket", &bucket, ""))
}
