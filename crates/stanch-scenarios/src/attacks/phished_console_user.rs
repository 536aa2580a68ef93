//! An operator's password and token are phished; a second key reads a bucket, slowly.

use crate::actor::{Actor, BROWSER, CLI_LINUX, FIREFOX};
use crate::calls::exports;
use crate::labels::Vector;
use crate::stage::{DAY, Stage, iso};
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::StolenSession);
    let (user, account, bucket) = {
        let own = &stage.org.accounts[MAIN];
        (own.operator.clone(), own.id.clone(), own.data_bucket.clone())
    };
    let time = stage.moment(stage.days - 6, 19, 20);
    let key = stage.key_id("ASIA", &account);
    let session = Actor::user_session(&account, &user.name, &user.id, &key, (&iso(time), true));
    let agent = if stage.random.chance(500) {
        BROWSER
    } else {
        FIREFOX
    };
    let address = stage.address();
    let mut thread = Thread::attacker(stage, session.from(&address, agent), MAIN, time);
    thread.sign_in(&session, true, true);
    thread.list_identities();
    thread.list_compute();
    let second = thread.create_key(&user.name, &user.id);
    thread.list_storage(&bucket);
    let other = thread.stage.address();
    thread.actor = second.from(&other, CLI_LINUX);
    thread.wait(1800);
    thread.identity();
    let keys = exports(120);
    thread.pace = (900, 4200);
    thread.time = time + DAY / 2;
    thread.object("ListObjects", &bucket, "", 20_480);
    thread.read_objects(&bucket, &keys);
}
