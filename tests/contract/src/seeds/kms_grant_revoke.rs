//! The account in which `kms-grant-revoke` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let key = text(
        &world.send("kms", "CreateKey", json!({})).await?,
        "/KeyMetadata/KeyId",
    )?;
    let grant = json!({"KeyId": key, "GranteePrincipal": "arn:aws:iam::999999999999:root", "Operations": ["Decrypt"], "Name": "theirs"});
    let grant = text(&world.send("kms", "CreateGrant", grant).await?, "/GrantId")?;
    world.read("kms", "ListGrants", json!({"KeyId": key})).await?;
    Ok(world.request("kms-grant", &grant, "").with("key", [key]))
}
