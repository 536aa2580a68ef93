//! The account in which `image-unshare` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::instance;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let instance = instance(world).await?;
    let image = world
        .send(
            "ec2",
            "CreateImage",
            json!({"InstanceId": instance, "Name": "gold"}),
        )
        .await?;
    let image = text(&image, "/ImageId")?;
    let add = json!({"Add": [{"UserId": "999999999999"}, {"Group": "all"}]});
    world
        .send(
            "ec2",
            "ModifyImageAttribute",
            json!({"ImageId": image, "LaunchPermission": add}),
        )
        .await?;
    let params = json!({"ImageId": image, "Attribute": "launchPermission"});
    world.read("ec2", "DescribeImageAttribute", params).await?;
    Ok(world.request("image", &image, ""))
}
