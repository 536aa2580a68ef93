//! The account in which `trust-anchor-disable` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let source = json!({"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": "theirs"}});
    let params = json!({"name": "theirs", "enabled": true, "source": source});
    let made = world.send("rolesanywhere", "CreateTrustAnchor", params).await?;
    let arn = text(&made, "/trustAnchor/trustAnchorArn")?;
    Ok(world.request("trust-anchor", &arn, "theirs"))
}
