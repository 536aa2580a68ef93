//! The mailbox of the root user is taken: password reset, sign-in, keys for root, trail stopped.

use serde_json::json;

use crate::actor::{Actor, CLI_LINUX, FIREFOX};
use crate::call::Call;
use crate::labels::Vector;
use crate::stage::{Stage, iso};
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::Root);
    let account = stage.org.accounts[MAIN].id.clone();
    let time = super::late(stage);
    let key = stage.key_id("ASIA", &account);
    let address = stage.address();
    let mut root = Actor::root(&account, &key, &iso(time)).from(&address, FIREFOX);
    root.identity["sessionContext"]["attributes"]["mfaAuthenticated"] = "false".into();
    let mut thread = Thread::attacker(stage, root.clone().without_key(), MAIN, time);
    for name in ["PasswordRecoveryRequested", "PasswordRecoveryCompleted"] {
        let mut call = Call::new("signin", name)
            .of_type("AwsConsoleSignIn")
            .res(json!({name: "Success"}));
        call.read_only = false;
        thread.call(call);
    }
    thread.sign_in(&root, false, true);
    thread.becomes(&root);
    thread.list_identities();
    let made = thread.new_key("AKIA");
    thread.call(
        Call::new("iam", "CreateAccessKey")
            .res(json!({"accessKey": {"accessKeyId": made, "status": "Active"}})),
    );
    thread.leaves(&made);
    thread.stop_trail();
    let with_key = Actor::of(json!({
        "type": "Root", "principalId": account, "arn": format!("arn:aws:iam::{account}:root"),
        "accountId": account, "accessKeyId": made,
    }));
    thread.actor = with_key.from(&address, CLI_LINUX);
    thread.identity();
    thread.list_compute();
    thread.region = "us-west-2";
    thread.run_instances("p4d.24xlarge", 2);
    thread.wait(3600);
    thread.read("ec2", &["DescribeInstances"]);
}
