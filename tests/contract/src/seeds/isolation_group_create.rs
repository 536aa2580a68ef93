//! The account in which `isolation-group-create` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let vpc = world
        .send("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}))
        .await?;
    let vpc = text(&vpc, "/Vpc/VpcId")?;
    Ok(world
        .request("vpc", &vpc, "")
        .with("variant", ["closed".to_owned()]))
}
