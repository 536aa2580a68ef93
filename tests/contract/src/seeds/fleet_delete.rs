//! The account in which `fleet-delete` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::image;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let data = json!({"ImageId": image(world).await?, "InstanceType": "t3.micro"});
    let template = json!({"LaunchTemplateName": "miner", "LaunchTemplateData": data});
    let template = world.send("ec2", "CreateLaunchTemplate", template).await?;
    let template = text(&template, "/LaunchTemplate/LaunchTemplateId")?;
    let of = json!({"LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "1"}});
    let target = json!({"TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand", "OnDemandTargetCapacity": 1,
        "SpotTargetCapacity": 0});
    let params =
        json!({"Type": "maintain", "LaunchTemplateConfigs": [of], "TargetCapacitySpecification": target});
    let id = text(&world.send("ec2", "CreateFleet", params).await?, "/FleetId")?;
    world.read("ec2", "DescribeFleets", json!({})).await?;
    Ok(world.request("ec2-fleet", &id, ""))
}
