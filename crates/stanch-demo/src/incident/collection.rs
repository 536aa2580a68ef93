//! Chapter 5: secrets, a snapshot given away, the customer exports read out one by one, then deleted, then a
//! note.

use serde_json::json;

use super::{Meaning, OUTSIDE_ACCOUNT, SECOND_ADDRESS, Script};
use crate::background::storage::object;
use crate::record::Record;

const SECRETS: Meaning = ("credential-access", "T1555.006");
const GIVE: Meaning = ("exfiltration", "T1537");
const READ: Meaning = ("collection", "T1530");
const DESTROY: Meaning = ("impact", "T1485");
/// Number of exports that are read.
const OBJECTS: u64 = 200;

pub(super) fn play(script: &mut Script<'_>) {
    script.resume_at(15, 4);
    secrets(script);
    snapshot(script);
    script.resume_at(15, 11);
    read_out(script);
    script.resume_at(15, 52);
    destroy(script);
}

fn secrets(script: &mut Script<'_>) {
    let home = script.home();
    let listed =
        Record::read(script.planted(), "secretsmanager", "ListSecrets").request(json!({"maxResults": 100}));
    script.act(home, SECRETS, listed);
    for name in [
        "ledger-database",
        "mail-provider",
        "payment-gateway",
        "signing-key",
        "admin-token",
        "partner-sftp",
    ] {
        let arn = format!(
            "arn:aws:secretsmanager:{home}:{}:secret:shop/{name}-Qw8ZtR",
            script.cast.account
        );
        let record = Record::read(script.planted(), "secretsmanager", "GetSecretValue")
            .request(json!({"secretId": arn}));
        script.act(home, SECRETS, record);
    }
}

fn snapshot(script: &mut Script<'_>) {
    let home = script.home();
    let (volume, snapshot) = (
        script.random.resource_id("vol"),
        script.random.resource_id("snap"),
    );
    let made = Record::write(script.planted(), "ec2", "CreateSnapshot")
        .request(json!({"volumeId": volume}))
        .response(json!({"snapshotId": snapshot, "volumeId": volume, "status": "pending"}));
    script.act(home, ("collection", "T1578.001"), made);
    script.second += 40;
    let shared = Record::write(script.planted(), "ec2", "ModifySnapshotAttribute")
        .request(json!({
            "snapshotId": snapshot,
            "createVolumePermission": {"add": {"items": [{"userId": OUTSIDE_ACCOUNT}]}},
            "attributeType": "CREATE_VOLUME_PERMISSION",
        }))
        .response(json!({"_return": true}));
    script.act(home, GIVE, shared);
    script.incident.indicators.shared_snapshot = snapshot;
}

fn touch(script: &mut Script<'_>, name: &'static str, key: &str, bytes: u64) -> Record {
    let mut actor = script.planted();
    SECOND_ADDRESS.clone_into(&mut actor.address);
    actor.agent = format!("[{}]", actor.agent);
    let bucket = script.cast.buckets.exports.clone();
    let mut random = script.random.clone();
    let record = object(
        actor,
        &script.scene(script.home()),
        name,
        (&bucket, key),
        bytes,
        &mut random,
    );
    script.random = random;
    record
}

fn read_out(script: &mut Script<'_>) {
    let home = script.home();
    let listed = touch(script, "ListObjects", "", 48_211);
    script.act(home, ("discovery", "T1619"), listed);
    for index in 0..OBJECTS {
        let bytes = script.random.between(9_000_000, 31_000_000);
        let key = format!("exports/2025-{:02}/customers-{:03}.csv.gz", 1 + index % 12, index);
        let record = touch(script, "GetObject", &key, bytes);
        script.act(home, READ, record);
        script.second += script.random.between(2, 9) as u32;
        script.incident.indicators.objects_read += 1;
        script.incident.indicators.bytes_read += bytes;
    }
}

fn destroy(script: &mut Script<'_>) {
    let home = script.home();
    for _ in 0..5 {
        let record = touch(script, "DeleteObjects", "", 0);
        script.act(home, DESTROY, record);
    }
    let note = touch(script, "PutObject", "HOW-TO-RESTORE-YOUR-FILES.txt", 1_742);
    script.act(home, ("impact", "T1486"), note);
}
