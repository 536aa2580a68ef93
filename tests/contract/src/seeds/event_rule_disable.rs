//! The account in which `event-rule-disable` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let params = json!({"Name": "again", "ScheduleExpression": "rate(1 minute)", "State": "ENABLED"});
    let arn = text(&world.send("events", "PutRule", params).await?, "/RuleArn")?;
    world.read("events", "ListRules", json!({})).await?;
    Ok(world.request("event-rule", &arn, "again"))
}
