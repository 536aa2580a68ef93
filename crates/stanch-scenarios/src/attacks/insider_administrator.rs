//! The person behind an operator's user prepares a way back, takes data, and deletes backups, from the usual desk at night.

use serde_json::json;

use crate::actor::CLI_MAC;
use crate::call::Call;
use crate::calls::{ADMINISTRATOR, exports};
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    // From the logs alone, an owner who turns against the account has the look of a stolen key.
    super::came_by(stage, Vector::LeakedKey);
    let (user, bucket) = {
        let own = &stage.org.accounts[MAIN];
        (own.operator.clone(), own.data_bucket.clone())
    };
    let actor = stage.org.accounts[MAIN].user(&user);
    let time = stage.moment(stage.days - 3, 23, 15);
    let mut thread = Thread::attacker(stage, actor, MAIN, time);
    CLI_MAC.clone_into(&mut thread.actor.agent);
    thread.identity();
    let id = thread.create_user("telemetry-agent");
    thread.attach_user_policy("telemetry-agent", ADMINISTRATOR);
    let made = thread.create_key("telemetry-agent", &id);
    thread.stop_trail();
    let outside = thread.stage.address();
    thread.actor = made.from(&outside, CLI_MAC);
    thread.wait(900);
    thread.identity();
    thread.list_storage(&bucket);
    thread.read_objects(&bucket, &exports(80));
    for _ in 0..12 {
        let snapshot = thread.stage.random.resource_id("snap");
        thread.call(Call::new("ec2", "DeleteSnapshot").req(json!({"snapshotId": snapshot, "force": false})));
    }
}
