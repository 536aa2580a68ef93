//! What `instance-stop` is tried on.

use serde_json::json;
use stanch_respond::Wish;

use super::instance;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let id = instance(world).await?;
    world.read("ec2", "DescribeInstances", json!({})).await?;
    Ok(world.wish("ec2-instance", &id, ""))
}
