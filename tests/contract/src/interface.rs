//! A network interface of an instance, with the security group that isolates it: what several seeds begin with.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::seeds::instance;
use crate::world::{World, text};

/// An interface of an instance, and the group for isolated interfaces that it is to go into.
pub(crate) async fn interface(world: &World, variant: &str) -> Result<ActionRequest, String> {
    instance(world).await?;
    let found = world.read("ec2", "DescribeNetworkInterfaces", json!({})).await?;
    let interface = text(&found, "/NetworkInterfaces/0/NetworkInterfaceId")?;
    let vpc = text(&found, "/NetworkInterfaces/0/VpcId")?;
    let group = world
        .request("vpc", &vpc, "")
        .with("variant", [variant.to_owned()]);
    world.do_first("isolation-group-create", &group).await?;
    let by_network = json!({"Filters": [{"Name": "vpc-id", "Values": [vpc]}]});
    let groups = world.send("ec2", "DescribeSecurityGroups", by_network).await?;
    let groups = groups
        .pointer("/SecurityGroups")
        .and_then(|groups| groups.as_array());
    let mut groups = groups.into_iter().flatten();
    let made =
        groups.find(|group| text(group, "/GroupName").is_ok_and(|name| name.starts_with("network-baseline")));
    let id = text(made.ok_or("the group was not made")?, "/GroupId")?;
    let request = world.request("network-interface", &interface, "");
    Ok(request.with("group", [id]))
}
