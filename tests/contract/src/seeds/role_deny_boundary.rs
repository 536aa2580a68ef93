//! The account in which `role-deny-boundary` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::{allowing, role};
use crate::world::World;

/// With a boundary of its own, which must come back.
pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let role = role(world).await?;
    let params = json!({"RoleName": role, "PermissionsBoundary": allowing(world).await?});
    world.send("iam", "PutRolePermissionsBoundary", params).await?;
    Ok(world.global("iam-role", &world.arn("iam", "", &format!("role/{role}")), &role))
}
