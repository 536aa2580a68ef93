//! The account in which `user-deny-boundary` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::{allowing, user};
use crate::world::World;

/// With a boundary of its own, which must come back.
pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let user = user(world).await?;
    let params = json!({"UserName": user, "PermissionsBoundary": allowing(world).await?});
    world.send("iam", "PutUserPermissionsBoundary", params).await?;
    Ok(world.global("iam-user", &world.arn("iam", "", &format!("user/{user}")), &user))
}
