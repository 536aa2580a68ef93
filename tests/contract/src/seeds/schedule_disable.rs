//! The account in which `schedule-disable` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let target = json!({"Arn": world.arn("lambda", world.region.as_str(), "function:worker"),
        "RoleArn": world.arn("iam", "", "role/scheduler")});
    let params = json!({"Name": "again", "ScheduleExpression": "rate(1 minute)", "State": "ENABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target});
    let arn = text(
        &world.send("scheduler", "CreateSchedule", params).await?,
        "/ScheduleArn",
    )?;
    world
        .read(
            "scheduler",
            "GetSchedule",
            json!({"Name": "again", "GroupName": "default"}),
        )
        .await?;
    Ok(world.request("scheduler-schedule", &arn, "again"))
}
