//! The account in which `user-deny-attached` is tried.

use stanch_respond::ActionRequest;

use super::user;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let user = user(world).await?;
    Ok(world.global("iam-user", &world.arn("iam", "", &format!("user/{user}")), &user))
}
