//! What `instance-sessions-deny` is tried on.

use stanch_respond::Wish;

use super::role;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let role = role(world).await?;
    let wish = world.global("iam-role", &world.arn("iam", "", &format!("role/{role}")), &role);
    Ok(wish.with("instance", ["i-0123456789abcdef0".to_owned()]))
}
