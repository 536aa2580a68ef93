//! What `trail-bucket-create` is tried on.

use stanch_respond::Wish;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    Ok(world.wish("bucket", &world.name("logs"), "").with("trail", ["watch".to_owned()]))
}
