//! What `anomaly-subscription` is tried on.

use serde_json::json;
use stanch_respond::Wish;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let monitor = json!({"MonitorName": "all", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"});
    world.send("ce", "CreateAnomalyMonitor", json!({"AnomalyMonitor": monitor})).await?;
    let wish = world.global("account", world.account.as_str(), "");
    Ok(wish.with("email", ["watch@example.com".to_owned()]))
}
