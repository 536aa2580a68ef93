//! What `guardduty-enable` is tried on.

use serde_json::json;
use stanch_respond::Wish;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    world.send("guardduty", "CreateDetector", json!({"Enable": false})).await?;
    world.read("guardduty", "ListDetectors", json!({})).await?;
    Ok(world.wish("region", world.region.as_str(), ""))
}
