//! The account in which `scp-quarantine-create` is tried.

use stanch_respond::ActionRequest;

use super::organization;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    organization(world).await?;
    let principals = [world.arn("iam", "", "user/theirs")];
    Ok(world
        .global("service-control-policy", "quarantine", "")
        .with("principals", principals))
}
