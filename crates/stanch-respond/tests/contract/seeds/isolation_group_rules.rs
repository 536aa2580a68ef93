//! What `isolation-group-rules` is tried on.

use stanch_respond::Wish;

use super::isolation_group_create;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let wish = isolation_group_create::seed(world).await?;
    world.do_first("isolation-group-create", &wish).await?;
    Ok(wish)
}
