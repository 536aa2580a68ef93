//! The account in which `trail-start` is tried.

use stanch_respond::ActionRequest;

use super::trail;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let trail = trail(world).await?;
    Ok(world.request("trail", &trail, "main"))
}
