use serde_json::json;
use stanch_respond::Wish;

use crate::world::{World, trust};

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let role = world.name("role");
    let trust = trust(&json!({"Service": "ec2.amazonaws.com"}));
    let params = json!({"RoleName": role, "AssumeRolePolicyDocument": trust});
    world.send("iam", "CreateRole", params).await?;
    Ok(world.global("iam-role", &world.arn("iam", "", &format!("role/{role}")), &role))
}
