//! The account in which `oidc-provider-remove` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let params = json!({"Url": "https://tokens.example.com", "ClientIDList": ["sts.amazonaws.com"],
        "ThumbprintList": ["c3768084dfb3d2b68b7897bf5f565da8efEXAMPL"]});
    let made = world.send("iam", "CreateOpenIDConnectProvider", params).await?;
    let arn = text(&made, "/OpenIDConnectProviderArn")?;
    Ok(world.global("oidc-provider", &arn, "tokens.example.com"))
}
