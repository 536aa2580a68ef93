//! An administrator makes a colleague an administrator and starts one instance with a GPU for a trial.

use serde_json::json;

use crate::background::{look, session};
use crate::call::Call;
use crate::calls::ADMINISTRATOR;
use crate::stage::{DAY, Stage};
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    let operator = stage.org.accounts[MAIN].operator.clone();
    let mut thread = super::administrator(stage, 11);
    thread.attach_user_policy(&operator.name, ADMINISTRATOR);
    thread.call(Call::new("iam", "ListAttachedUserPolicies").req(json!({"userName": operator.name})));
    thread.wait(1800);
    let ids = thread.run_instances("g5.xlarge", 1);
    for _ in 0..10 {
        look(&mut thread);
    }
    let next = thread.time + DAY;
    let person = stage.org.accounts[MAIN].people[0].clone();
    let mut thread = session(stage, MAIN, &person, next);
    thread.terminate(&ids);
}
