//! The account in which `snapshot-unshare` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let volume = json!({"AvailabilityZone": "eu-west-1a", "Size": 1});
    let volume = text(&world.send("ec2", "CreateVolume", volume).await?, "/VolumeId")?;
    let snapshot = world
        .send("ec2", "CreateSnapshot", json!({"VolumeId": volume}))
        .await?;
    let snapshot = text(&snapshot, "/SnapshotId")?;
    let share = json!({"SnapshotId": snapshot, "Attribute": "createVolumePermission", "OperationType": "add",
        "GroupNames": ["all"], "UserIds": ["999999999999"]});
    world.send("ec2", "ModifySnapshotAttribute", share).await?;
    let params = json!({"SnapshotId": snapshot, "Attribute": "createVolumePermission"});
    world.read("ec2", "DescribeSnapshotAttribute", params).await?;
    Ok(world.request("snapshot", &snapshot, ""))
}
