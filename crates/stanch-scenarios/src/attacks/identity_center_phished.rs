//! A person's session of IAM Identity Center is phished; secrets, then a way back in IAM.

use serde_json::json;

use crate::actor::{Actor, BROWSER, CLI_LINUX};
use crate::call::Call;
use crate::calls::ADMINISTRATOR;
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::IdentityCenter);
    let (person, role) = {
        let own = &stage.org.accounts[MAIN];
        (own.people[0].clone(), own.administrator.clone())
    };
    let time = super::late(stage);
    let address = stage.address();
    let mut thread = Thread::attacker(stage, Actor::of(json!({})).from(&address, BROWSER), MAIN, time);
    let session = thread.portal(&role, &person.mail);
    thread.sign_in(&session, false, true);
    thread.becomes(&session);
    thread.list_identities();
    thread.call(
        Call::new("cloudshell", "CreateEnvironment")
            .res(json!({"environmentId": "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f", "status": "CREATING"})),
    );
    thread.leaves("nvironment");
    let mut open = Call::new("cloudshell", "CreateSession")
        .req(json!({"environmentId": "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f"}));
    open.read_only = false;
    thread.call(open);
    CLI_LINUX.clone_into(&mut thread.actor.agent);
    thread.read_secrets(&[
        "orders/database",
        "payments/gateway",
        "mail/provider",
        "signing/key",
        "partner/sftp",
        "crm/api",
        "admin/token",
    ]);
    thread.delete_detector();
    let id = thread.create_user("okta-sync");
    thread.attach_user_policy("okta-sync", ADMINISTRATOR);
    let made = thread.create_key("okta-sync", &id);
    let other = thread.stage.address();
    thread.actor = made.from(&other, CLI_LINUX);
    thread.wait(4000);
    thread.identity();
    let volumes = thread.stage.org.accounts[MAIN].volumes.clone();
    let snapshot = thread.snapshot(&volumes[0]);
    thread.share_snapshot(&snapshot, "733104482215");
}
