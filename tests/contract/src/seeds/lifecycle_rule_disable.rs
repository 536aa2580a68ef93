//! The account in which `lifecycle-rule-disable` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::bucket;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let bucket = bucket(world).await?;
    let rules = json!([
        {"ID": "archive", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}]},
        {"ID": "gone", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}},
    ]);
    let params = json!({"Bucket": bucket, "LifecycleConfiguration": {"Rules": rules}});
    world
        .send("s3", "PutBucketLifecycleConfiguration", params)
        .await?;
    world
        .read("s3", "GetBucketLifecycleConfiguration", json!({"Bucket": bucket}))
        .await?;
    Ok(world
        .request("bucket", &bucket, "")
        .with("rule", ["gone".to_owned()]))
}
