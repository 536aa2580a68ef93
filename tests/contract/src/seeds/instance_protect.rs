//! The account in which `instance-protect` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::instance;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let id = instance(world).await?;
    world.read("ec2", "DescribeInstances", json!({})).await?;
    Ok(world.request("ec2-instance", &id, ""))
}
