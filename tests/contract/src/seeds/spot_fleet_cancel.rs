//! The account in which `spot-fleet-cancel` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::{image, subnet};
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let launch = json!({"ImageId": image(world).await?, "InstanceType": "t3.micro", "SubnetId": subnet(world).await?, "SpotPrice": "0.1"});
    let config = json!({"IamFleetRole": world.arn("iam", "", "role/fleet"), "TargetCapacity": 1, "SpotPrice": "0.1",
        "AllocationStrategy": "lowestPrice", "LaunchSpecifications": [launch]});
    let made = world
        .send(
            "ec2",
            "RequestSpotFleet",
            json!({"SpotFleetRequestConfig": config}),
        )
        .await?;
    let id = text(&made, "/SpotFleetRequestId")?;
    Ok(world.request("spot-fleet-request", &id, ""))
}
