//! Chapter 6: from role to role and account to account with temporary keys; the role that was left open is
//! taken from outside; and a host's credentials turn up where the host is not.

use serde_json::json;

use super::{Meaning, NEW_ROLE, OUTSIDE_ACCOUNT, SCRIPT_AGENT, SECOND_ADDRESS, Script};
use crate::background::outside::assume;
use crate::cast::{Actor, Role};
use crate::record::{Record, Scene};

const MOVE: Meaning = ("lateral-movement", "T1550.001");
const LOOK: Meaning = ("discovery", "T1580");
const STOLEN: Meaning = ("credential-access", "T1552.005");

pub(super) fn play(script: &mut Script<'_>) {
    script.resume_at(16, 3);
    from_role_to_role(script);
    script.resume_at(16, 24);
    from_outside(script);
    script.resume_at(16, 41);
    stolen_machine(script);
}

fn session(script: &Script<'_>, account: usize, role: &Role, key: &str) -> Actor {
    let created = script.day.moment(script.second);
    Actor {
        identity: script.casts[account].session(role, "sync", key, &created, false),
        address: SECOND_ADDRESS.to_owned(),
        agent: SCRIPT_AGENT.to_owned(),
        tls: true,
    }
}

fn from_role_to_role(script: &mut Script<'_>) {
    let home = script.home();
    let role = script.cast.data_role.clone();
    let key = script.random.iam_id("ASIA");
    let mut random = script.random.clone();
    let taken = assume(
        script.planted(),
        &script.scene(home),
        &role,
        "sync",
        &key,
        &mut random,
    );
    script.random = random;
    script.act(home, MOVE, taken);
    script.second += 30;
    let first = session(script, 0, &role, &key);
    for (service, name) in [
        ("sts", "GetCallerIdentity"),
        ("s3", "ListBuckets"),
        ("rds", "DescribeDBSnapshots"),
    ] {
        script.act(home, LOOK, Record::read(first.clone(), service, name));
    }
    if script.casts.len() > 1 {
        to_sister(script, first);
    }
}

/// Both accounts log the step between them, under one shared id.
fn to_sister(script: &mut Script<'_>, first: Actor) {
    let home = script.home();
    let sister = &script.casts[1];
    let role = sister.data_role.clone();
    let (key, shared) = (script.random.iam_id("ASIA"), script.random.uuid());
    let mut random = script.random.clone();
    let outside = Actor {
        identity: json!({
            "type": "AWSAccount",
            "principalId": first.identity["principalId"],
            "accountId": script.cast.account,
        }),
        ..first.clone()
    };
    let there = Scene {
        cast: sister,
        ..script.scene(home)
    };
    let sent =
        assume(first, &there, &role, "sync", &key, &mut random).with("sharedEventID", shared.clone().into());
    let received =
        assume(outside, &there, &role, "sync", &key, &mut random).with("sharedEventID", shared.into());
    script.random = random;
    let second = script.second;
    script.act(home, MOVE, sent);
    script.second = second;
    script.act_in(1, home, MOVE, received);
    script.second += 20;
    let actor = session(script, 1, &role, &key);
    for (service, name) in [
        ("sts", "GetCallerIdentity"),
        ("s3", "ListBuckets"),
        ("iam", "ListUsers"),
        ("iam", "ListRoles"),
        ("secretsmanager", "ListSecrets"),
    ] {
        script.act_in(1, home, LOOK, Record::read(actor.clone(), service, name));
    }
}

fn from_outside(script: &mut Script<'_>) {
    let home = script.home();
    let role = Role {
        name: NEW_ROLE.to_owned(),
        path: "/",
        id: script.random.iam_id("AROA"),
    };
    let key = script.random.iam_id("ASIA");
    let actor = Actor {
        identity: json!({
            "type": "AWSAccount",
            "principalId": "AIDAOUTSIDEOPERATOR12",
            "accountId": OUTSIDE_ACCOUNT,
        }),
        address: SECOND_ADDRESS.to_owned(),
        agent: SCRIPT_AGENT.to_owned(),
        tls: true,
    };
    let mut random = script.random.clone();
    let taken = assume(actor, &script.scene(home), &role, "sync", &key, &mut random);
    script.random = random;
    script.act(home, ("persistence", "T1078.004"), taken);
    script.second += 15;
    let actor = session(script, 0, &role, &key);
    for name in ["ListUsers", "ListRoles", "ListAccessKeys"] {
        script.act(
            home,
            ("discovery", "T1087.004"),
            Record::read(actor.clone(), "iam", name),
        );
    }
}

fn stolen_machine(script: &mut Script<'_>) {
    let home = script.home();
    let hello = Record::read(script.machine(), "sts", "GetCallerIdentity");
    script.act(home, STOLEN, hello);
    for (service, name) in [
        ("ec2", "DescribeInstances"),
        ("s3", "ListBuckets"),
        ("iam", "ListRoles"),
        ("ssm", "GetParametersByPath"),
        ("dynamodb", "ListTables"),
    ] {
        let record = Record::read(script.machine(), service, name);
        let record = if matches!(service, "iam" | "dynamodb") {
            record.denied()
        } else {
            record
        };
        script.act(home, STOLEN, record);
    }
}
