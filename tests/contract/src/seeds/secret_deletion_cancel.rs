//! The account in which `secret-deletion-cancel` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let secret = json!({"Name": "door", "SecretString": "not-a-secret-1"});
    let secret = text(
        &world.send("secretsmanager", "CreateSecret", secret).await?,
        "/ARN",
    )?;
    let params = json!({"SecretId": secret, "RecoveryWindowInDays": 7});
    world.send("secretsmanager", "DeleteSecret", params).await?;
    world
        .read("secretsmanager", "DescribeSecret", json!({"SecretId": secret}))
        .await?;
    Ok(world.request("secret", &secret, "door"))
}
