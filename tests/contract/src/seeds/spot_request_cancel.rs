//! The account in which `spot-request-cancel` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::image;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let launch = json!({"ImageId": image(world).await?, "InstanceType": "t3.micro"});
    let params = json!({"SpotPrice": "0.5", "InstanceCount": 1, "LaunchSpecification": launch});
    let made = world.send("ec2", "RequestSpotInstances", params).await?;
    let id = text(&made, "/SpotInstanceRequests/0/SpotInstanceRequestId")?;
    Ok(world.request("spot-instance-request", &id, ""))
}
