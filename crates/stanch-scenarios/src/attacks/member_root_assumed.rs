//! An administrator's key of the management account is stolen; root of a member account is assumed.

use serde_json::json;

use crate::actor::{Actor, CLI_LINUX};
use crate::call::Call;
use crate::labels::Vector;
use crate::stage::{Stage, iso};
use crate::thread::Thread;
use crate::world::{MAIN, MANAGEMENT};

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::LeakedKey);
    let user = stage.org.accounts[MANAGEMENT].operator.clone();
    let actor = super::stolen_key(stage, MANAGEMENT, &user, CLI_LINUX);
    let time = super::late(stage);
    let (member, bucket) = {
        let own = &stage.org.accounts[MAIN];
        (own.id.clone(), own.data_bucket.clone())
    };
    let mut thread = Thread::attacker(stage, actor, MANAGEMENT, time);
    thread.identity();
    thread.read(
        "organizations",
        &["DescribeOrganization", "ListAccounts", "ListRoots"],
    );
    let mut enable = Call::new("iam", "EnableOrganizationsRootCredentialsManagement");
    enable.read_only = false;
    thread.call(enable);
    thread.leaves("oot");
    thread.call(Call::new("iam", "EnableOrganizationsRootSessions"));
    let key = thread.stage.key_id("ASIA", &member);
    thread.call(
        Call::new("sts", "AssumeRoot")
            .req(json!({
                "targetPrincipal": member,
                "taskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"},
                "durationSeconds": 900,
            }))
            .res(json!({"credentials": {"accessKeyId": key, "sessionToken": "redacted", "expiration": "Mar 9, 2026, 5:00:00 PM"}})),
    );
    let mut root = Actor::root(&member, &key, &iso(thread.time));
    root.identity["sessionContext"]["assumedRoot"] = "true".into();
    thread.becomes(&root);
    thread.account = MAIN;
    thread.identity();
    thread.call(Call::new("s3", "GetBucketPolicy").req(json!({"bucketName": bucket})));
    thread.call(Call::new("s3", "DeleteBucketPolicy").req(json!({"bucketName": bucket})));
    let mine = super::stolen_key(thread.stage, MANAGEMENT, &user, CLI_LINUX);
    let address = thread.actor.address.clone();
    thread.actor = mine.from(&address, CLI_LINUX);
    thread.account = MANAGEMENT;
    let role = thread.stage.org.accounts[MAIN].organization_access.clone();
    let session = thread.assume(MAIN, &role, "recovery");
    thread.becomes(&session);
    thread.account = MAIN;
    thread.list_storage(&bucket);
    thread.read_objects(&bucket, &crate::calls::exports(50));
    thread.create_role("org-recovery", "arn:aws:iam::733104482215:root");
    thread.attach_role_policy("org-recovery", crate::calls::ADMINISTRATOR);
}
