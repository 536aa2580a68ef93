//! What `signing-certificate-deactivate` is tried on.

use serde_json::json;
use stanch_respond::Wish;

use super::user;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let user = user(world).await?;
    let body = "-----BEGIN CERTIFICATE-----\nMIIBtheirs\n-----END CERTIFICATE-----";
    let params = json!({"UserName": user, "CertificateBody": body});
    let made = world.send("iam", "UploadSigningCertificate", params).await?;
    let id = text(&made, "/Certificate/CertificateId")?;
    Ok(world.global("signing-certificate", &id, "").with("user", [user]))
}
