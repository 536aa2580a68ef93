//! The account in which `instance-profile-remove` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::instance;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let id = instance(world).await?;
    let name = world.name("profile");
    let profile = json!({"InstanceProfileName": name});
    world.send("iam", "CreateInstanceProfile", profile).await?;
    let params = json!({"InstanceId": id, "IamInstanceProfile": {"Name": name}});
    world.send("ec2", "AssociateIamInstanceProfile", params).await?;
    Ok(world.request("ec2-instance", &id, ""))
}
