//! The account in which `service-credential-deactivate` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::user;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let user = user(world).await?;
    let params = json!({"UserName": user, "ServiceName": "codecommit.amazonaws.com"});
    let made = world
        .send("iam", "CreateServiceSpecificCredential", params)
        .await?;
    let id = text(&made, "/ServiceSpecificCredential/ServiceSpecificCredentialId")?;
    Ok(world
        .global("service-specific-credential", &id, "")
        .with("user", [user]))
}
