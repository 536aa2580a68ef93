//! The account in which `identity-center-membership-remove` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::identity_center;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let center = identity_center(world).await?;
    let group = json!({"IdentityStoreId": center.store, "DisplayName": "Admins"});
    let group = text(
        &world.send("identitystore", "CreateGroup", group).await?,
        "/GroupId",
    )?;
    let member =
        json!({"IdentityStoreId": center.store, "GroupId": group, "MemberId": {"UserId": center.user}});
    world
        .send("identitystore", "CreateGroupMembership", member)
        .await?;
    let params = json!({"IdentityStoreId": center.store, "GroupId": group});
    world
        .read("identitystore", "ListGroupMemberships", params)
        .await?;
    Ok(world
        .request("identity-center-user", &center.user, "theirs")
        .with("group", [group]))
}
