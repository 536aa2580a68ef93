//! The account in which `auto-scaling-stop` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::image;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let launch = json!({"LaunchConfigurationName": "miner", "ImageId": image(world).await?, "InstanceType": "t3.micro"});
    world
        .send("autoscaling", "CreateLaunchConfiguration", launch)
        .await?;
    let group = json!({"AutoScalingGroupName": "miners", "LaunchConfigurationName": "miner", "MinSize": 1, "MaxSize": 2,
        "AvailabilityZones": ["eu-west-1a"]});
    world.send("autoscaling", "CreateAutoScalingGroup", group).await?;
    world
        .read("autoscaling", "DescribeAutoScalingGroups", json!({}))
        .await?;
    Ok(world
        .request("auto-scaling-group", "miners", "")
        .with("how", ["zero".to_owned()]))
}
