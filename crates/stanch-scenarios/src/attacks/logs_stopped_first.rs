//! The first acts of the attacker stop trail, detector and recorder; then snapshots leave the account.

use serde_json::json;

use crate::actor::CLI_LINUX;
use crate::call::Call;
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::LeakedKey);
    let user = stage.org.accounts[MAIN].operator.clone();
    let actor = super::stolen_key(stage, MAIN, &user, CLI_LINUX);
    let time = super::late(stage);
    let mut thread = Thread::attacker(stage, actor, MAIN, time);
    thread.pace = (2, 25);
    thread.stop_trail();
    thread.delete_detector();
    thread.call(
        Call::new("config", "StopConfigurationRecorder").req(json!({"configurationRecorderName": "default"})),
    );
    thread.leaves("default");
    thread.list_identities();
    thread.list_compute();
    let receiver = format!(
        "{}",
        300_000_000_000_u64 + thread.stage.random.below(600_000_000_000)
    );
    let volumes = thread.stage.org.accounts[MAIN].volumes.clone();
    for volume in &volumes {
        let snapshot = thread.snapshot(volume);
        thread.wait(200);
        thread.share_snapshot(&snapshot, &receiver);
    }
    let role = thread.create_role("backup-restore", &format!("arn:aws:iam::{receiver}:root"));
    thread.attach_role_policy(&role.name, crate::calls::ADMINISTRATOR);
}
