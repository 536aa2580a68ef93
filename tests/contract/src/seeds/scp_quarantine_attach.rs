//! The account in which `scp-quarantine-attach` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::organization;
use crate::world::{World, text};

/// With the policy made as `scp-quarantine-create` makes it.
pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    organization(world).await?;
    let member = json!({"AccountName": "member", "Email": "member@example.com"});
    let member = text(
        &world.send("organizations", "CreateAccount", member).await?,
        "/CreateAccountStatus/AccountId",
    )?;
    let principals = [world.arn("iam", "", "user/theirs")];
    let request = world
        .global("account", &member, "")
        .with("principals", principals)
        .with("account", [member]);
    world.do_first("scp-quarantine-create", &request).await?;
    Ok(request)
}
