//! The account in which `database-snapshot-unshare` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let database = json!({"DBInstanceIdentifier": "orders", "DBInstanceClass": "db.t3.micro", "Engine": "postgres",
        "AllocatedStorage": 20, "MasterUsername": "owner", "MasterUserPassword": "not-a-secret-1"});
    world.send("rds", "CreateDBInstance", database).await?;
    let snapshot = json!({"DBInstanceIdentifier": "orders", "DBSnapshotIdentifier": "orders-1"});
    world.send("rds", "CreateDBSnapshot", snapshot).await?;
    let share = json!({"DBSnapshotIdentifier": "orders-1", "AttributeName": "restore", "ValuesToAdd": ["999999999999"]});
    world.send("rds", "ModifyDBSnapshotAttribute", share).await?;
    let params = json!({"DBSnapshotIdentifier": "orders-1"});
    world.read("rds", "DescribeDBSnapshotAttributes", params).await?;
    Ok(world.request("database-snapshot", "orders-1", ""))
}
