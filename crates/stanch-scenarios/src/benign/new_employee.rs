//! A new employee: an administrator creates a user with group, password and key; the employee works from a new network.

use serde_json::json;

use crate::actor::{Actor, BROWSER, CLI_LINUX};
use crate::background::look;
use crate::call::Call;
use crate::stage::{DAY, Stage, iso};
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    let mut thread = super::administrator(stage, 10);
    let name = "mira.voss";
    let id = thread.create_user(name);
    thread.create_login(name);
    thread.call(Call::new("iam", "AddUserToGroup").req(json!({"groupName": "developers", "userName": name})));
    let morning = thread.time + DAY;
    let account = thread.account_id();
    let key = thread.new_key("ASIA");
    let session = Actor::user_session(&account, name, &id, &key, (&iso(morning), true));
    let address = thread.stage.address();
    let mut thread = Thread::owner(stage, session.from(&address, BROWSER), MAIN, morning);
    thread.sign_in(&session, false, false);
    thread.sign_in(&session, false, true);
    thread.call(Call::new("iam", "ChangePassword"));
    thread.call(
        Call::new("iam", "CreateVirtualMFADevice")
            .req(json!({"virtualMFADeviceName": name}))
            .res(json!({"virtualMFADevice": {"serialNumber": format!("arn:aws:iam::{account}:mfa/{name}")}})),
    );
    thread.call(
        Call::new("iam", "EnableMFADevice")
            .req(json!({"userName": name, "serialNumber": format!("arn:aws:iam::{account}:mfa/{name}")})),
    );
    for _ in 0..40 {
        look(&mut thread);
    }
    thread.call(Call::new("iam", "ListUsers").denied());
    thread.call(Call::new("ce", "GetCostAndUsage").denied());
    let own = thread.create_key(name, &id);
    thread.actor = own.from(&address, CLI_LINUX);
    thread.identity();
    for _ in 0..20 {
        look(&mut thread);
    }
}
