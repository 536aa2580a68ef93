//! The account in which `access-key-delete` is tried.

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
    let params = json!({"UserName": user, "AccessKeyId": key, "Status": "Inactive"});
    world.send("iam", "UpdateAccessKey", params).await?;
    let proof = ["idle for a year".to_owned()];
    Ok(world
        .global("access-key", &key, "")
        .with("user", [user])
        .with("proof", proof))
}
