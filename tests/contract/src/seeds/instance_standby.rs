//! The account in which `instance-standby` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::image;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let launch =
        json!({"LaunchConfigurationName": "web", "ImageId": image(world).await?, "InstanceType": "t3.micro"});
    world
        .send("autoscaling", "CreateLaunchConfiguration", launch)
        .await?;
    let group = json!({"AutoScalingGroupName": "web", "LaunchConfigurationName": "web", "MinSize": 0, "MaxSize": 2,
        "DesiredCapacity": 1, "AvailabilityZones": ["eu-west-1a"]});
    world.send("autoscaling", "CreateAutoScalingGroup", group).await?;
    let groups = world
        .read("autoscaling", "DescribeAutoScalingGroups", json!({}))
        .await?;
    let id = text(&groups, "/AutoScalingGroups/0/Instances/0/InstanceId")?;
    let request = world
        .request("ec2-instance", &id, "")
        .with("group", ["web".to_owned()]);
    Ok(request.with("replacement", ["no".to_owned()]))
}
