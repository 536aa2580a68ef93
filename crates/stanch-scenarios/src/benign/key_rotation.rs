//! Keys of three users are rotated: made by an administrator, used by the program, the old ones disabled and deleted.

use serde_json::json;

use crate::call::Call;
use crate::stage::{DAY, HOUR, Stage};
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    let users = {
        let own = &stage.org.accounts[MAIN];
        [own.ci.clone(), own.legacy.clone(), own.operator.clone()]
    };
    let mut thread = super::administrator(stage, 9);
    let mut made = Vec::new();
    for user in &users {
        thread.call(Call::new("iam", "ListAccessKeys").req(json!({"userName": user.name})));
        made.push(thread.create_key(&user.name, &user.id));
    }
    let (boss, began) = (thread.actor.clone(), thread.time);
    for (user, key) in users.iter().zip(&made) {
        let actor = key.from(&user.address, user.agent);
        let mut thread = Thread::owner(stage, actor, MAIN, began + HOUR);
        thread.identity();
        thread.call(Call::new("s3", "ListBuckets"));
    }
    let mut thread = Thread::owner(stage, boss.clone(), MAIN, began + 3 * HOUR);
    for user in &users {
        thread.call(
            Call::new("iam", "UpdateAccessKey")
                .req(json!({"userName": user.name, "accessKeyId": user.key, "status": "Inactive"})),
        );
    }
    // Next day, in a session of its own.
    let person = thread.stage.org.accounts[MAIN].people[0].clone();
    let mut thread = crate::background::session(stage, MAIN, &person, began + DAY);
    for user in &users {
        thread.delete_key(&user.name, &user.key);
    }
}
