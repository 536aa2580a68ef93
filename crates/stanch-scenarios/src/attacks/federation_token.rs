//! A stolen key opens a federation token; the owner disables the key, and the token works on.

use serde_json::json;

use crate::actor::{BROWSER, CLI_LINUX};
use crate::call::Call;
use crate::calls::{ADMINISTRATOR, exports};
use crate::labels::Vector;
use crate::stage::{HOUR, Stage};
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::LeakedKey);
    let (user, bucket, boss) = {
        let own = &stage.org.accounts[MAIN];
        (
            own.operator.clone(),
            own.data_bucket.clone(),
            own.people[0].clone(),
        )
    };
    let actor = super::stolen_key(stage, MAIN, &user, CLI_LINUX);
    let time = super::late(stage);
    let mut thread = Thread::attacker(stage, actor, MAIN, time);
    thread.identity();
    thread.list_identities();
    let token = thread.federate((&user.name, &user.id), "support");
    let address = thread.actor.address.clone();
    thread.actor = token.from(&address, BROWSER);
    let mut call = Call::new("signin", "GetSigninToken")
        .of_type("AwsConsoleSignIn")
        .res(json!({"GetSigninToken": "Success"}));
    call.read_only = false;
    thread.call(call);
    thread.sign_in(&token, false, true);
    // The owner notices and disables the key.
    let moment = thread.time + HOUR;
    let mut owner = crate::background::session(thread.stage, MAIN, &boss, moment);
    owner.call(
        Call::new("iam", "UpdateAccessKey")
            .req(json!({"userName": user.name, "accessKeyId": user.key, "status": "Inactive"})),
    );
    let after = owner.time + 1200;
    let mut thread = Thread::attacker(stage, token.from(&address, BROWSER), MAIN, after);
    let id = thread.create_user("svc-mirror");
    thread.attach_user_policy("svc-mirror", ADMINISTRATOR);
    thread.create_key("svc-mirror", &id);
    CLI_LINUX.clone_into(&mut thread.actor.agent);
    thread.wait(HOUR);
    thread.list_storage(&bucket);
    thread.read_objects(&bucket, &exports(70));
}
