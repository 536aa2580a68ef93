//! Chapter 2: a user of their own, with a key, a password and all rights; a role that an outside account may
//! take; a function that comes back every hour.

use serde_json::{Value, json};

use super::{ADMIN_POLICY, Meaning, NEW_FUNCTION, NEW_ROLE, NEW_USER, OUTSIDE_ACCOUNT, Script};
use crate::background::people::sign_in;
use crate::record::Record;

const KEYS: Meaning = ("persistence", "T1098.001");
const RIGHTS: Meaning = ("privilege-escalation", "T1098.003");
const FUNCTION: Meaning = ("persistence", "T1546");

pub(super) fn play(script: &mut Script<'_>) {
    script.resume_at(13, 58);
    new_user(script);
    script.resume_at(14, 6);
    let record = sign_in(script.planted_browser(), "No", "Success");
    script.act(script.home(), ("initial-access", "T1078.004"), record);
    script.resume_at(14, 22);
    new_role(script);
    new_function(script);
}

fn new_user(script: &mut Script<'_>) {
    let home = script.home();
    let account = &script.cast.account;
    let arn = format!("arn:aws:iam::{account}:user/{NEW_USER}");
    let time = script.day.moment(script.second);
    let key = script.new_key.clone();
    let steps: [(&'static str, Meaning, Value, Value); 4] = [
        (
            "CreateUser",
            ("persistence", "T1136.003"),
            json!({"userName": NEW_USER}),
            json!({"user": {"path": "/", "userName": NEW_USER, "userId": script.new_id, "arn": arn, "createDate": time}}),
        ),
        (
            "AttachUserPolicy",
            RIGHTS,
            json!({"userName": NEW_USER, "policyArn": ADMIN_POLICY}),
            Value::Null,
        ),
        (
            "CreateAccessKey",
            KEYS,
            json!({"userName": NEW_USER}),
            json!({"accessKey": {"userName": NEW_USER, "accessKeyId": key, "status": "Active", "createDate": time}}),
        ),
        (
            "CreateLoginProfile",
            KEYS,
            json!({"userName": NEW_USER, "passwordResetRequired": false}),
            json!({"loginProfile": {"userName": NEW_USER, "createDate": time, "passwordResetRequired": false}}),
        ),
    ];
    for (name, meaning, request, response) in steps {
        let record = Record::write(script.leaked(), "iam", name)
            .request(request)
            .response(response);
        script.act(home, meaning, record);
        script.second += 4;
    }
}

fn new_role(script: &mut Script<'_>) {
    let home = script.home();
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"AWS": format!("arn:aws:iam::{OUTSIDE_ACCOUNT}:root")},
            "Action": "sts:AssumeRole",
        }],
    });
    let arn = format!("arn:aws:iam::{}:role/{NEW_ROLE}", script.cast.account);
    let id = script.random.iam_id("AROA");
    let made = Record::write(script.planted(), "iam", "CreateRole")
        .request(json!({"roleName": NEW_ROLE, "assumeRolePolicyDocument": trust.to_string()}))
        .response(json!({"role": {"path": "/", "roleName": NEW_ROLE, "roleId": id, "arn": arn}}));
    script.act(home, ("persistence", "T1098.003"), made);
    let raised = Record::write(script.planted(), "iam", "AttachRolePolicy")
        .request(json!({"roleName": NEW_ROLE, "policyArn": ADMIN_POLICY}));
    script.act(home, RIGHTS, raised);
}

fn new_function(script: &mut Script<'_>) {
    let home = script.home();
    let account = script.cast.account.clone();
    let arn = format!("arn:aws:lambda:{home}:{account}:function:{NEW_FUNCTION}");
    let role = format!("arn:aws:iam::{account}:role/{NEW_ROLE}");
    let rule = format!("arn:aws:events:{home}:{account}:rule/hourly-sync");
    let sum = script.random.alphanumeric(43);
    let steps: [(&'static str, &'static str, Value, Value); 4] = [
        (
            "lambda",
            "CreateFunction20150331",
            json!({"functionName": NEW_FUNCTION, "runtime": "python3.12", "role": role, "handler": "main.handler", "code": {}}),
            json!({"functionName": NEW_FUNCTION, "functionArn": arn, "role": role, "codeSha256": sum}),
        ),
        (
            "events",
            "PutRule",
            json!({"name": "hourly-sync", "scheduleExpression": "rate(1 hour)", "state": "ENABLED"}),
            json!({"ruleArn": rule}),
        ),
        (
            "lambda",
            "AddPermission20150331v2",
            json!({"functionName": NEW_FUNCTION, "statementId": "hourly", "action": "lambda:InvokeFunction",
                "principal": "events.amazonaws.com", "sourceArn": rule}),
            Value::Null,
        ),
        (
            "events",
            "PutTargets",
            json!({"rule": "hourly-sync", "targets": [{"id": "1", "arn": arn}]}),
            json!({"failedEntryCount": 0, "failedEntries": []}),
        ),
    ];
    for (service, name, request, response) in steps {
        let record = Record::write(script.planted(), service, name)
            .request(request)
            .response(response);
        script.act(home, FUNCTION, record);
    }
    let open = Record::write(script.planted(), "lambda", "AddPermission20150331v2").request(json!({
        "functionName": NEW_FUNCTION, "statementId": "support", "action": "lambda:InvokeFunction",
        "principal": OUTSIDE_ACCOUNT,
    }));
    script.act(home, ("persistence", "T1098"), open);
}
