//! The account in which `signing-certificate-deactivate` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::user;
use crate::world::{World, text};

/// A certificate that anybody can read: its private key was thrown away.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\n\
    MIIBeTCCAR+gAwIBAgIUQdqCWXMdQB4GXcxg9gT/jhvhAcowCgYIKoZIzj0EAwIw\n\
    ETEPMA0GA1UEAwwGdGhlaXJzMCAXDTI2MTEyODA5MTIxM1oYDzIxMjYxMTA0MDkx\n\
    MjEzWjARMQ8wDQYDVQQDDAZ0aGVpcnMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n\
    AATKsLQod0aW45iJTSEsK5J1qnr/T6118gQLuuEp/0KvlCoL+32wq+TE8wDbx+F3\n\
    xB+o6xtRE5DQj5Igqmiwcf8Oo1MwUTAdBgNVHQ4EFgQUcAtozuOoMToJm8wkU8MD\n\
    q07O4F4wHwYDVR0jBBgwFoAUcAtozuOoMToJm8wkU8MDq07O4F4wDwYDVR0TAQH/\n\
    BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAb+dqakxKJNgR+C/emPXTR2iwcTNPS\n\
    Q2F99GaytDCrVQIhAJaPMAAQjTnMhhbvih6ywnVzLIVXEykbeoQjhcAlqrEt\n\
    -----END CERTIFICATE-----";

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let user = user(world).await?;
    let params = json!({"UserName": user, "CertificateBody": CERTIFICATE});
    let made = world.send("iam", "UploadSigningCertificate", params).await?;
    let id = text(&made, "/Certificate/CertificateId")?;
    Ok(world.global("signing-certificate", &id, "").with("user", [user]))
}
