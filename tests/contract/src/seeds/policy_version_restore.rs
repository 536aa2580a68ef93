//! The account in which `policy-version-restore` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::allowing;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let policy = allowing(world).await?;
    let more =
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let params = json!({"PolicyArn": policy, "PolicyDocument": more.to_string(), "SetAsDefault": true});
    world.send("iam", "CreatePolicyVersion", params).await?;
    Ok(world
        .global("iam-policy", &policy, "some")
        .with("version", ["v1".to_owned()]))
}
