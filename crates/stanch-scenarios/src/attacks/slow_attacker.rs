//! Sixty days of patience: a few calls a week with a leaked key, then a way back, then data.

use crate::actor::CLI_LINUX;
use crate::call::Call;
use crate::calls::{ADMINISTRATOR, exports};
use crate::labels::Vector;
use crate::stage::{DAY, HOUR, Stage};
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::LeakedKey);
    let (user, bucket) = {
        let own = &stage.org.accounts[MAIN];
        (own.legacy.clone(), own.data_bucket.clone())
    };
    let actor = super::stolen_key(stage, MAIN, &user, CLI_LINUX);
    let start = stage.moment(6, 21, 7);
    let mut thread = Thread::attacker(stage, actor, MAIN, start);
    thread.pace = (60, 900);
    thread.identity();
    for week in 1..4 {
        thread.time = start + week * 7 * DAY;
        thread.call(Call::new("iam", "ListUsers"));
        thread.call(Call::new("ec2", "DescribeInstances"));
        thread.call(Call::new("s3", "ListBuckets"));
    }
    thread.time = start + 29 * DAY;
    let id = thread.create_user("datadog-forwarder");
    thread.attach_user_policy("datadog-forwarder", ADMINISTRATOR);
    let made = thread.create_key("datadog-forwarder", &id);
    let other = thread.stage.address();
    thread.actor = made.from(&other, CLI_LINUX);
    for night in 0..10_i64 {
        thread.time = start + (38 + 2 * night) * DAY + 2 * HOUR;
        if night == 0 {
            thread.identity();
            thread.object("ListObjects", &bucket, "", 20_480);
        }
        let keys: Vec<String> = exports(100)[night as usize * 10..(night as usize + 1) * 10].to_vec();
        thread.read_objects(&bucket, &keys);
    }
    thread.time = start + 59 * DAY;
    thread.stop_trail();
}
