//! Terraform destroys the staging stack and builds it again.

use serde_json::json;

use crate::actor::TERRAFORM;
use crate::call::Call;
use crate::stage::{HOUR, Stage};
use crate::thread::{Thread, done};
use crate::world::STAGING;

pub(crate) fn play(stage: &mut Stage) {
    let own = &stage.org.accounts[STAGING];
    let (mut actor, role) = (own.user(&own.ci), own.terraform.clone());
    TERRAFORM.clone_into(&mut actor.agent);
    let time = stage.moment(stage.days - 5, 14, 40);
    let mut thread = Thread::owner(stage, actor, STAGING, time);
    thread.pace = (0, 3);
    let session = thread.assume(STAGING, &role, "terraform");
    thread.becomes(&session);
    crate::background::plan(&mut thread, 80);
    destroy(&mut thread);
    thread.wait(HOUR / 2);
    crate::background::plan(&mut thread, 80);
    build(&mut thread);
}

fn destroy(thread: &mut Thread<'_>) {
    let ids: Vec<String> = thread.stage.org.accounts[STAGING]
        .instances
        .iter()
        .map(|(id, _)| id.clone())
        .collect();
    thread.terminate(&ids);
    for name in ["orders-intake", "orders-mail", "orders-report", "orders-web"] {
        thread.call(
            Call::new("iam", "DetachRolePolicy")
                .req(json!({"roleName": name, "policyArn": "arn:aws:iam::aws:policy/AmazonSQSFullAccess"})),
        );
        thread.call(Call::new("iam", "DeleteRole").req(json!({"roleName": name})));
        thread.call(Call::new("lambda", "DeleteFunction20150331").req(json!({"functionName": name})));
        let group = thread.stage.random.resource_id("sg");
        thread.call(
            Call::new("ec2", "DeleteSecurityGroup")
                .req(json!({"groupId": group}))
                .res(done()),
        );
        thread.call(
            Call::new("logs", "DeleteLogGroup").req(json!({"logGroupName": format!("/aws/lambda/{name}")})),
        );
    }
    thread.call(
        Call::new("rds", "DeleteDBInstance")
            .req(json!({"dBInstanceIdentifier": "orders-staging", "skipFinalSnapshot": true})),
    );
    thread.call(Call::new("s3", "DeleteBucket").req(json!({"bucketName": "orders-staging-assets"})));
}

fn build(thread: &mut Thread<'_>) {
    for name in ["orders-intake", "orders-mail", "orders-report", "orders-web"] {
        thread.create_role(name, "lambda.amazonaws.com");
        thread.attach_role_policy(name, "arn:aws:iam::aws:policy/AmazonSQSFullAccess");
        thread.call(Call::new("iam", "PutRolePolicy").req(json!({
            "roleName": name,
            "policyName": "data",
            "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\",\"s3:PutObject\"],\"Resource\":\"arn:aws:s3:::orders-staging-assets/*\"}]}",
        })));
        thread.create_function(name, name);
        thread.open_group(name, "10.30.0.0/16", 443);
    }
    thread.open_group("orders-public", "0.0.0.0/0", 443);
    thread.run_instances("m7g.large", 4);
    thread.call(Call::new("rds", "CreateDBInstance").req(json!({"dBInstanceIdentifier": "orders-staging", "dBInstanceClass": "db.t4g.medium", "publiclyAccessible": false})));
    thread.call(Call::new("s3", "CreateBucket").req(json!({"bucketName": "orders-staging-assets"})));
    thread.call(
        Call::new("s3", "PutBucketPublicAccessBlock").req(json!({"bucketName": "orders-staging-assets"})),
    );
}
