//! The account in which `interface-close` is tried.

use stanch_respond::ActionRequest;

use super::interface;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    interface(world, "closed").await
}
