//! The account in which `bucket-public-access-block` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::bucket;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let bucket = bucket(world).await?;
    let half = json!({"BlockPublicAcls": true, "IgnorePublicAcls": false, "BlockPublicPolicy": false, "RestrictPublicBuckets": false});
    let params = json!({"Bucket": bucket, "PublicAccessBlockConfiguration": half});
    world.send("s3", "PutPublicAccessBlock", params).await?;
    Ok(world.request("bucket", &bucket, ""))
}
