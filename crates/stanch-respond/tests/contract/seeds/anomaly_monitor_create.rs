//! What `anomaly-monitor-create` is tried on.

use stanch_respond::Wish;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    Ok(world.global("account", world.account.as_str(), ""))
}
