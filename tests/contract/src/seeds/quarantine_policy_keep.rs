//! The account in which `quarantine-policy-keep` is tried.

use stanch_respond::ActionRequest;

use super::user;
use crate::world::World;

/// The policy that AWS had attached was detached by somebody.
pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let user = user(world).await?;
    let request = world.global("iam-user", &world.arn("iam", "", &format!("user/{user}")), &user);
    let policy = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2".to_owned();
    Ok(request.with("policy", [policy]))
}
