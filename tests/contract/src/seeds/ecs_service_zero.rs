//! The account in which `ecs-service-zero` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    world
        .send("ecs", "CreateCluster", json!({"clusterName": "fleet"}))
        .await?;
    let containers = json!([{"name": "miner", "image": "miner:1", "memory": 128}]);
    let task = json!({"family": "miner", "containerDefinitions": containers});
    world.send("ecs", "RegisterTaskDefinition", task).await?;
    let service =
        json!({"cluster": "fleet", "serviceName": "miners", "taskDefinition": "miner", "desiredCount": 3});
    let arn = text(
        &world.send("ecs", "CreateService", service).await?,
        "/service/serviceArn",
    )?;
    Ok(world
        .request("ecs-service", &arn, "miners")
        .with("cluster", ["fleet".to_owned()]))
}
