use stanch_respond::Wish;

use super::bucket;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let bucket = bucket(world).await?;
    Ok(world.wish("trail", "watch", "").with("bucket", [bucket]))
}
