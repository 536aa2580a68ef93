//! A test of disaster recovery in a region that was never used.

use serde_json::json;

use crate::call::Call;
use crate::stage::{HOUR, Stage};
use crate::thread::done;
use crate::world::{MAIN, UNUSED};

pub(crate) fn play(stage: &mut Stage) {
    let mut thread = super::administrator(stage, 9);
    thread.region = UNUSED[4];
    let volumes = thread.stage.org.accounts[MAIN].volumes.clone();
    for volume in &volumes {
        let snapshot = thread.stage.random.resource_id("snap");
        thread.call(
            Call::new("ec2", "CopySnapshot")
                .req(json!({"sourceRegion": "us-east-1", "sourceSnapshotId": snapshot, "description": format!("recovery test of {volume}")}))
                .res(json!({"snapshotId": copy_of(volume)})),
        );
    }
    thread.list_compute();
    let group = thread.open_group("recovery-test", "10.20.0.0/16", 443);
    let ids = thread.run_instances("m7g.2xlarge", 6);
    thread.call(Call::new("rds", "RestoreDBInstanceFromDBSnapshot").req(json!({
        "dBInstanceIdentifier": "orders-recovery", "dBSnapshotIdentifier": "orders-nightly", "publiclyAccessible": false,
    })));
    thread.wait(3 * HOUR);
    thread.read("ec2", &["DescribeInstances", "DescribeVolumes"]);
    thread.terminate(&ids);
    thread.call(
        Call::new("ec2", "DeleteSecurityGroup")
            .req(json!({"groupId": group}))
            .res(done()),
    );
    thread.call(
        Call::new("rds", "DeleteDBInstance")
            .req(json!({"dBInstanceIdentifier": "orders-recovery", "skipFinalSnapshot": true})),
    );
}

fn copy_of(volume: &str) -> String {
    volume.replacen("vol", "snap", 1)
}
