//! The account in which `event-source-disable` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::function;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    function(world).await?;
    world
        .send("sqs", "CreateQueue", json!({"QueueName": "jobs"}))
        .await?;
    let queue = world.arn("sqs", world.region.as_str(), "jobs");
    let params = json!({"FunctionName": "worker", "EventSourceArn": queue, "Enabled": true});
    let id = text(
        &world.send("lambda", "CreateEventSourceMapping", params).await?,
        "/UUID",
    )?;
    Ok(world.request("lambda-event-source-mapping", &id, ""))
}
