//! The account in which `identity-center-deny` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::identity_center;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let center = identity_center(world).await?;
    let params = json!({"InstanceArn": center.instance, "PermissionSetArn": center.set});
    world
        .read("sso-admin", "GetInlinePolicyForPermissionSet", params)
        .await?;
    Ok(world
        .request("permission-set", &center.set, "Admins")
        .with("users", [center.user]))
}
