//! A key left in a public image; its roles lead through three accounts, again and again.

use crate::actor::CLI_LINUX;
use crate::calls::exports;
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::{MAIN, SECURITY, STAGING};

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::LeakedKey);
    let user = stage.org.accounts[STAGING].ci.clone();
    let actor = super::stolen_key(stage, STAGING, &user, CLI_LINUX);
    let time = super::late(stage);
    let roles: Vec<_> = stage
        .org
        .accounts
        .iter()
        .map(|own| own.organization_access.clone())
        .collect();
    let bucket = stage.org.accounts[MAIN].data_bucket.clone();
    let mut thread = Thread::attacker(stage, actor, STAGING, time);
    thread.identity();
    thread.list_identities();
    let first = thread.assume(STAGING, &roles[STAGING], "maintenance");
    thread.becomes(&first);
    thread.list_compute();
    let mut place = STAGING;
    for (round, next) in [MAIN, SECURITY, MAIN].into_iter().enumerate() {
        let session = thread.assume(next, &roles[next], "maintenance");
        thread.becomes(&session);
        thread.account = next;
        thread.identity();
        if round == 0 {
            thread.list_storage(&bucket);
            let name = "audit-sync";
            let account = thread.stage.org.accounts[place].id.clone();
            thread.create_role(name, &format!("arn:aws:iam::{account}:root"));
            thread.attach_role_policy(name, crate::calls::ADMINISTRATOR);
        } else if round == 1 {
            thread.delete_detector();
        } else {
            thread.read_objects(&bucket, &exports(60));
        }
        place = next;
        thread.wait(2400);
    }
}
