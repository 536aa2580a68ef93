//! The account in which `ssh-key-deactivate` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::user;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let user = user(world).await?;
    let params =
        json!({"UserName": user, "SSHPublicKeyBody": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7 theirs"});
    let made = world.send("iam", "UploadSSHPublicKey", params).await?;
    let id = text(&made, "/SSHPublicKey/SSHPublicKeyId")?;
    Ok(world.global("ssh-public-key", &id, "").with("user", [user]))
}
