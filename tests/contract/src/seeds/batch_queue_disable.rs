//! The account in which `batch-queue-disable` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::role;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let role = role(world).await?;
    let service = world.arn("iam", "", &format!("role/{role}"));
    let environment = json!({"computeEnvironmentName": "farm", "type": "UNMANAGED", "state": "ENABLED", "serviceRole": service});
    let farm = world
        .send("batch", "CreateComputeEnvironment", environment)
        .await?;
    let farm = text(&farm, "/computeEnvironmentArn")?;
    let order = json!([{"order": 1, "computeEnvironment": farm}]);
    let queue =
        json!({"jobQueueName": "jobs", "state": "ENABLED", "priority": 1, "computeEnvironmentOrder": order});
    let arn = text(
        &world.send("batch", "CreateJobQueue", queue).await?,
        "/jobQueueArn",
    )?;
    Ok(world.request("batch-job-queue", &arn, "jobs"))
}
