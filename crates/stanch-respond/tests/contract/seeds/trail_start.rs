//! What `trail-start` is tried on.

use stanch_respond::Wish;

use super::trail;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let trail = trail(world).await?;
    Ok(world.wish("trail", &trail, "main"))
}
