//! What one successful call takes out of an account: objects, secrets, tables, shares.
//!
//! It must not judge the call; the reader of a whole list of calls counts.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_core::text::bounded;
use stanch_core::{Event, EventKey, LogKind};

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Goods {
    /// Objects of an S3 bucket.
    Objects,
    /// Items of a `DynamoDB` table.
    Items,
    /// A secret of Secrets Manager.
    Secret,
    /// A parameter of Systems Manager.
    Parameter,
    /// The password of a Windows instance.
    Password,
    /// Code of a Lambda function.
    Code,
    /// A snapshot or image shared with, or exported to, another place.
    Share,
}

/// One taking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Taken {
    pub(crate) goods: Goods,
    /// Bucket, table, secret or snapshot.
    pub(crate) of: String,
    /// What of it, as a hash: the same object in many ranges is one object.
    pub(crate) item: u64,
    pub(crate) bytes: u64,
}

/// Returns what a successful call takes.
pub(crate) fn of(event: &Event<'_>) -> Option<Taken> {
    if event.log == LogKind::S3ServerAccess || event.service() == "s3" {
        return object(event);
    }
    let text = |name: &str| event.request_text(name);
    let (goods, of) = match (event.service(), event.base_name()) {
        (
            "dynamodb",
            "Scan" | "Query" | "GetItem" | "BatchGetItem" | "ExportTableToPointInTime" | "ExecuteStatement",
        ) => (Goods::Items, text("tableName").or_else(|| text("tableArn"))),
        ("secretsmanager", "GetSecretValue" | "BatchGetSecretValue") => (Goods::Secret, text("secretId")),
        ("ssm", "GetParameter" | "GetParameters" | "GetParametersByPath" | "GetParameterHistory") => {
            let first = event.request().pointer("/names/0").and_then(Value::as_str);
            (Goods::Parameter, text("name").or_else(|| text("path")).or(first))
        }
        ("ec2", "GetPasswordData") => (Goods::Password, text("instanceId")),
        ("lambda", "GetFunction") => (Goods::Code, text("functionName")),
        ("ec2", "ModifySnapshotAttribute") if adds(event) => (Goods::Share, text("snapshotId")),
        ("ec2", "ModifyImageAttribute") if adds(event) => (Goods::Share, text("imageId")),
        ("rds", "ModifyDBSnapshotAttribute" | "ModifyDBClusterSnapshotAttribute") => (
            Goods::Share,
            text("dBSnapshotIdentifier").or_else(|| text("dBClusterSnapshotIdentifier")),
        ),
        ("rds", "StartExportTask") => (Goods::Share, text("sourceArn")),
        ("ec2", "CreateInstanceExportTask") => (Goods::Share, text("instanceId")),
        ("ec2", "CreateStoreImageTask") => (Goods::Share, text("imageId")),
        ("ecr", "SetRepositoryPolicy") => (Goods::Share, text("repositoryName")),
        _ => return None,
    };
    let of = bounded(of.unwrap_or("(name not logged)"), 240);
    Some(Taken {
        item: hash(&of),
        goods,
        of,
        bytes: 0,
    })
}

/// True when an attribute is added to, not taken from: `createVolumePermission` or `launchPermission`.
fn adds(event: &Event<'_>) -> bool {
    let request = event.request();
    ["createVolumePermission", "launchPermission"]
        .iter()
        .any(|name| request.get(name).and_then(|change| change.get("add")).is_some())
}

fn object(event: &Event<'_>) -> Option<Taken> {
    const READS: [&str; 4] = [
        "GetObject",
        "CopyObject",
        "SelectObjectContent",
        "GetObjectTorrent",
    ];
    if !READS.contains(&event.base_name()) {
        return None;
    }
    let bucket = event.request_text("bucketName").unwrap_or("(bucket not logged)");
    let key = event.request_text("key").unwrap_or("");
    let bytes = event
        .additional_member("bytesTransferredOut")
        .and_then(|value| value.as_f64())
        .unwrap_or(0.0);
    Some(Taken {
        goods: Goods::Objects,
        of: bounded(bucket, 240),
        item: hash(key),
        // CloudTrail writes bytes as a number with a decimal point.
        bytes: if bytes.is_finite() && bytes > 0.0 {
            bytes as u64
        } else {
            0
        },
    })
}

fn hash(text: &str) -> u64 {
    (EventKey::of(&[text.as_bytes()]).0 >> 64) as u64
}
