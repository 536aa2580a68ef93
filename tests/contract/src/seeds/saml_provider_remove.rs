//! The account in which `saml-provider-remove` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let metadata = format!("<EntityDescriptor>{}</EntityDescriptor>", "x".repeat(1_000));
    let made = world
        .send(
            "iam",
            "CreateSAMLProvider",
            json!({"Name": "theirs", "SAMLMetadataDocument": metadata}),
        )
        .await?;
    let arn = text(&made, "/SAMLProviderArn")?;
    Ok(world.global("saml-provider", &arn, "theirs"))
}
