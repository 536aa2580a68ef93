//! The account in which `access-key-deactivate` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::user;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let user = user(world).await?;
    let key = world
        .send("iam", "CreateAccessKey", json!({"UserName": user}))
        .await?;
    let key = text(&key, "/AccessKey/AccessKeyId")?;
    Ok(world.global("access-key", &key, "").with("user", [user]))
}
