//! The account in which `identity-center-assignment-remove` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::identity_center;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let center = identity_center(world).await?;
    let account = world.account.as_str();
    let params =
        json!({"InstanceArn": center.instance, "PermissionSetArn": center.set, "AccountId": account});
    world.read("sso-admin", "ListAccountAssignments", params).await?;
    let request = world.request("permission-set", &center.set, "Admins");
    Ok(request
        .with("account", [account.to_owned()])
        .with("principal", [center.user]))
}
