//! The account in which `trail-create` is tried.

use stanch_respond::ActionRequest;

use super::logs;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let bucket = logs(world, "watch").await?;
    Ok(world.request("trail", "watch", "").with("bucket", [bucket]))
}
