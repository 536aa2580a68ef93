//! The account in which `anomaly-monitor-create` is tried.

use stanch_respond::ActionRequest;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    Ok(world.global("account", world.account.as_str(), ""))
}
