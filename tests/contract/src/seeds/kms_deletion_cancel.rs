//! The account in which `kms-deletion-cancel` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let key = world.send("kms", "CreateKey", json!({})).await?;
    let (key, arn) = (text(&key, "/KeyMetadata/KeyId")?, text(&key, "/KeyMetadata/Arn")?);
    let params = json!({"KeyId": key, "PendingWindowInDays": 7});
    world.send("kms", "ScheduleKeyDeletion", params).await?;
    world.read("kms", "DescribeKey", json!({"KeyId": key})).await?;
    Ok(world.request("kms-key", &arn, &key))
}
