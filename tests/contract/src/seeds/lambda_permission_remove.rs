//! The account in which `lambda-permission-remove` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::function;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let arn = function(world).await?;
    let params = json!({"FunctionName": "worker", "StatementId": "open", "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::theirs", "SourceAccount": "999999999999"});
    world.send("lambda", "AddPermission", params).await?;
    world
        .read("lambda", "GetPolicy", json!({"FunctionName": "worker"}))
        .await?;
    let request = world.request("lambda-function", &arn, "worker");
    Ok(request.with("statement", ["open".to_owned()]))
}
