//! The account in which `role-sessions-revoke-attached` is tried.

use stanch_respond::ActionRequest;

use super::role;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let role = role(world).await?;
    Ok(world.global("iam-role", &world.arn("iam", "", &format!("role/{role}")), &role))
}
