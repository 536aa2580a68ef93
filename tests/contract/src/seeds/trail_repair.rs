//! The account in which `trail-repair` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::trail;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let trail = trail(world).await?;
    world.read("cloudtrail", "DescribeTrails", json!({})).await?;
    Ok(world.request("trail", &trail, "main"))
}
