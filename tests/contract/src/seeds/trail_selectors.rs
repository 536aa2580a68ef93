//! The account in which `trail-selectors` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::trail;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let trail = trail(world).await?;
    world
        .read("cloudtrail", "GetEventSelectors", json!({"TrailName": trail}))
        .await?;
    let buckets = ["all".to_owned()];
    let own = [world.name("bucket")];
    Ok(world
        .request("trail", &trail, "main")
        .with("buckets", buckets)
        .with("own-bucket", own))
}
