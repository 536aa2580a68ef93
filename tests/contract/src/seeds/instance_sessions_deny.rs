//! The account in which `instance-sessions-deny` is tried.

use stanch_respond::ActionRequest;

use super::role;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let role = role(world).await?;
    let request = world.global("iam-role", &world.arn("iam", "", &format!("role/{role}")), &role);
    Ok(request.with("instance", ["i-0123456789abcdef0".to_owned()]))
}
