//! The account in which `dedicated-host-release` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let params = json!({"AvailabilityZone": "us-east-1a", "InstanceType": "p4d.24xlarge", "Quantity": 1});
    let made = world.send("ec2", "AllocateHosts", params).await?;
    let id = text(&made, "/HostIds/0")?;
    Ok(world.request("dedicated-host", &id, ""))
}
