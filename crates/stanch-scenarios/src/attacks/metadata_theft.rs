//! Credentials of an instance, read through its web application, are used elsewhere to read a bucket.

use crate::actor::CLI_LINUX;
use crate::background::instance_session;
use crate::calls::exports;
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::InstanceMetadata);
    let bucket = stage.org.accounts[MAIN].data_bucket.clone();
    // The very session that the instance uses on that day.
    let time = super::late(stage);
    let instance = stage.random.below(4) as usize;
    let mut owner = instance_session(stage, MAIN, instance, time - 900);
    owner.identity["sessionContext"]["ec2RoleDelivery"] = "1.0".into();
    let mut thread = Thread::owner(stage, owner.clone(), MAIN, time - 800);
    let media = thread.stage.org.accounts[MAIN].media_bucket.clone();
    for product in 0..6 {
        thread.object("GetObject", &media, &format!("products/{product}.webp"), 40_000);
        thread.wait(600);
    }
    let address = stage.address();
    let mut thread = Thread::attacker(stage, owner.from(&address, CLI_LINUX), MAIN, time);
    thread.pace = (1, 9);
    thread.identity();
    thread.call(crate::call::Call::new("iam", "ListRoles").denied());
    thread.call(crate::call::Call::new("ec2", "DescribeInstances"));
    thread.list_storage(&bucket);
    thread.read_objects(&bucket, &exports(90));
}
