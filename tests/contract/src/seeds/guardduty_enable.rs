//! The account in which `guardduty-enable` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    world
        .send("guardduty", "CreateDetector", json!({"Enable": false}))
        .await?;
    world.read("guardduty", "ListDetectors", json!({})).await?;
    Ok(world.request("region", world.region.as_str(), ""))
}
