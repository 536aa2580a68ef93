//! A deploy role trusts GitHub without naming a repository; a job of another organization assumes it.

use serde_json::json;

use crate::actor::{Actor, BOTO, CLI_LINUX};
use crate::call::Call;
use crate::calls::ADMINISTRATOR;
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::WebIdentity);
    let role = stage.org.accounts[MAIN].deploy.clone();
    let time = super::late(stage);
    let address = stage.address();
    let runner = Actor::of(json!({})).from(&address, BOTO);
    let mut thread = Thread::attacker(stage, runner, MAIN, time);
    let repository = format!(
        "repo:dev-{}/ci-test:ref:refs/heads/main",
        thread.stage.random.hex(4)
    );
    let session = thread.assume_by_token(&role, &repository, "GitHubActions");
    thread.becomes(&session);
    CLI_LINUX.clone_into(&mut thread.actor.agent);
    thread.identity();
    thread.list_identities();
    thread.read_secrets(&[
        "orders/database",
        "payments/gateway",
        "mail/provider",
        "signing/key",
        "partner/sftp",
        "admin/token",
    ]);
    let name = format!("svc-deploy-{}", thread.stage.random.hex(3));
    let id = thread.create_user(&name);
    thread.attach_user_policy(&name, ADMINISTRATOR);
    let made = thread.create_key(&name, &id);
    let other = thread.stage.address();
    thread.actor = made.from(&other, CLI_LINUX);
    thread.wait(3000);
    thread.identity();
    thread.create_function("metrics-relay", "order-worker");
    let (account, region) = (thread.account_id(), thread.region);
    thread.call(
        Call::new("lambda", "CreateFunctionUrlConfig")
            .req(json!({"functionName": "metrics-relay", "authType": "NONE"}))
            .res(json!({
                "functionUrl": "https://q1w2e3r4t5.lambda-url.us-east-1.on.aws/",
                "functionArn": format!("arn:aws:lambda:{region}:{account}:function:metrics-relay"),
                "authType": "NONE",
            })),
    );
}
