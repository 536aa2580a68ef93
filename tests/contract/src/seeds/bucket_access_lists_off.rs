//! The account in which `bucket-access-lists-off` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::bucket;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let bucket = bucket(world).await?;
    let controls = json!({"Rules": [{"ObjectOwnership": "ObjectWriter"}]});
    let params = json!({"Bucket": bucket, "OwnershipControls": controls});
    world.send("s3", "PutBucketOwnershipControls", params).await?;
    Ok(world.request("bucket", &bucket, ""))
}
