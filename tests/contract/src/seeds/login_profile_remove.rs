//! The account in which `login-profile-remove` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::user;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let user = user(world).await?;
    let params = json!({"UserName": user, "Password": "Not-a-secret-1", "PasswordResetRequired": false});
    world.send("iam", "CreateLoginProfile", params).await?;
    Ok(world.global("iam-user", &world.arn("iam", "", &format!("user/{user}")), &user))
}
