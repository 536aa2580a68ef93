//! The account in which `account-public-access-block` is tried.

use stanch_respond::ActionRequest;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    Ok(world.global("account", world.account.as_str(), ""))
}
