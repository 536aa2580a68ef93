//! What `interface-open` is tried on.

use stanch_respond::Wish;

use super::interface;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    interface(world, "open").await
}
