//! The account in which `target-group-leave` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::instance;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let id = instance(world).await?;
    let instances = world.read("ec2", "DescribeInstances", json!({})).await?;
    let vpc = text(&instances, "/Reservations/0/Instances/0/VpcId")?;
    let group = json!({"Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": vpc});
    let group = world.send("elbv2", "CreateTargetGroup", group).await?;
    let group = text(&group, "/TargetGroups/0/TargetGroupArn")?;
    let params = json!({"TargetGroupArn": group, "Targets": [{"Id": id, "Port": 8080}]});
    world.send("elbv2", "RegisterTargets", params).await?;
    world
        .read("elbv2", "DescribeTargetHealth", json!({"TargetGroupArn": group}))
        .await?;
    Ok(world
        .request("ec2-instance", &id, "")
        .with("target-group", [group]))
}
