//! The account in which `isolation-group-rules` is tried.

use stanch_respond::ActionRequest;

use super::isolation_group_create;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let request = isolation_group_create::seed(world).await?;
    world.do_first("isolation-group-create", &request).await?;
    Ok(request)
}
