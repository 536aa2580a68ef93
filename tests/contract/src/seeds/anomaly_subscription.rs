//! The account in which `anomaly-subscription` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let monitor = json!({"MonitorName": "all", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"});
    world
        .send("ce", "CreateAnomalyMonitor", json!({"AnomalyMonitor": monitor}))
        .await?;
    let request = world.global("account", world.account.as_str(), "");
    Ok(request.with("email", ["watch@example.com".to_owned()]))
}
