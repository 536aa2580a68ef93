//! What `trail-create` is tried on.

use stanch_respond::Wish;

use super::logs;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let bucket = logs(world, "watch").await?;
    Ok(world.wish("trail", "watch", "").with("bucket", [bucket]))
}
