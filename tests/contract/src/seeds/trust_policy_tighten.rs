//! The account in which `trust-policy-tighten` is tried.

use stanch_respond::ActionRequest;

use super::role;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let role = role(world).await?;
    let request = world.global("iam-role", &world.arn("iam", "", &format!("role/{role}")), &role);
    Ok(request.with("principals", ["999999999999".to_owned()]))
}
