//! A key of the build service leaks; miners run in regions that nobody uses.

use serde_json::json;

use crate::actor::BOTO;
use crate::call::Call;
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::{MAIN, UNUSED};

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::LeakedKey);
    let user = stage.org.accounts[MAIN].ci.clone();
    let actor = super::stolen_key(stage, MAIN, &user, BOTO);
    let time = super::late(stage);
    let mut thread = Thread::attacker(stage, actor, MAIN, time);
    thread.pace = (1, 12);
    thread.identity();
    thread.call(Call::new("ec2", "DescribeRegions"));
    thread.read("iam", &["ListAttachedUserPolicies", "ListUserPolicies"]);
    let first = thread.stage.random.below(3) as usize;
    for region in &UNUSED[first..first + 3] {
        thread.region = region;
        thread.call(
            Call::new("servicequotas", "GetServiceQuota")
                .req(json!({"serviceCode": "ec2", "quotaCode": "L-417A185B"})),
        );
        thread.list_compute();
        let name = format!("wrk-{}", thread.stage.random.hex(5));
        thread.open_group(&name, "0.0.0.0/0", 22);
        thread.call(
            Call::new("ec2", "CreateKeyPair")
                .req(json!({"keyName": name}))
                .res(json!({"keyName": name, "keyPairId": "key-0123456789abcdef0", "keyMaterial": "<sensitiveDataRemoved>"})),
        );
        thread.leaves(&name);
        thread.run_beyond_quota("g5.48xlarge", 4);
        let count = 2 + thread.stage.random.below(4) as usize;
        let ids = thread.run_instances("g5.12xlarge", count);
        thread.call(
            Call::new("ec2", "ModifyInstanceAttribute")
                .req(json!({"instanceId": ids[0], "disableApiTermination": {"value": true}})),
        );
    }
    thread.wait(5400);
    thread.call(Call::new("ec2", "DescribeInstances"));
    thread.region = "us-east-1";
    thread.call(
        Call::new("iam", "CreateUser")
            .req(json!({"userName": "backup-svc"}))
            .denied(),
    );
}
