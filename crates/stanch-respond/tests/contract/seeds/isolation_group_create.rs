//! What `isolation-group-create` is tried on.

use serde_json::json;
use stanch_respond::Wish;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let vpc = world.send("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"})).await?;
    let vpc = text(&vpc, "/Vpc/VpcId")?;
    Ok(world.wish("vpc", &vpc, "").with("variant", ["closed".to_owned()]))
}
