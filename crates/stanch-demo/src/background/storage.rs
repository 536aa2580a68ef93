//! Objects read and written: S3 data events.

use serde_json::{Value, json};

use super::{Kind, Place, kind};
use crate::cast::Actor;
use crate::random::Random;
use crate::record::{Record, Scene};

pub(super) const KINDS: &[Kind] = &[
    kind(190, Place::Any, serve_media),
    kind(90, Place::Any, stage_data),
    kind(8, Place::Home, export_customers),
    kind(22, Place::Home, back_up),
    kind(16, Place::HomeOffice, upload_release),
];

/// One object event, with the members all of them have.
pub(crate) fn object(
    actor: Actor,
    scene: &Scene<'_>,
    name: &'static str,
    (bucket, key): (&str, &str),
    bytes: u64,
    random: &mut Random,
) -> Record {
    let host = format!("{bucket}.s3.{}.amazonaws.com", scene.region);
    let reads = matches!(name, "GetObject" | "HeadObject" | "ListObjects");
    let (received, sent) = if reads { (0, bytes) } else { (bytes, 0) };
    let mut record = if reads {
        Record::read(actor, "s3", name)
    } else {
        Record::write(actor, "s3", name)
    };
    let mut request = json!({"bucketName": bucket, "Host": host});
    let mut resources = Vec::new();
    if !key.is_empty() {
        request["key"] = key.into();
        resources.push(json!({"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::{bucket}/{key}")}));
    }
    resources.push(json!({
        "accountId": scene.cast.account,
        "type": "AWS::S3::Bucket",
        "ARN": format!("arn:aws:s3:::{bucket}"),
    }));
    record = record
        .request(request)
        .with(
            "additionalEventData",
            json!({
                "SignatureVersion": "SigV4",
                "CipherSuite": "TLS_AES_128_GCM_SHA256",
                "bytesTransferredIn": received,
                "AuthenticationMethod": "AuthHeader",
                "x-amz-id-2": random.alphanumeric(76),
                "bytesTransferredOut": sent,
            }),
        )
        .with("resources", Value::Array(resources))
        .request_id(random.request_id())
        .host(host)
        .data_event();
    record
}

fn by_role(scene: &Scene<'_>, role: &str, random: &mut Random) -> Actor {
    let services = &scene.cast.services;
    let service = services
        .iter()
        .find(|service| service.role.name == role)
        .unwrap_or(&services[0]);
    let mut actor = scene
        .cast
        .service_actor(service, scene.region_index(), scene.day, scene.second, random);
    actor.agent = format!("[{}]", actor.agent);
    actor
}

fn serve_media(scene: &Scene<'_>, random: &mut Random) -> Record {
    let (name, bytes) = match random.below(10) {
        0 => ("HeadObject", 0),
        1 => ("PutObject", random.size(48_000)),
        _ => ("GetObject", random.size(64_000)),
    };
    let key = format!("products/{}/{}.webp", random.below(900), random.hex(6));
    let actor = by_role(scene, "storefront-function", random);
    let endpoint = scene.cast.endpoint.clone();
    let record = object(
        actor,
        scene,
        name,
        (&scene.cast.buckets.media, &key),
        bytes,
        random,
    )
    .with("vpcEndpointId", endpoint.into());
    if random.chance(12) {
        return record.failed("NoSuchKey", "The specified key does not exist.");
    }
    record
}

fn stage_data(scene: &Scene<'_>, random: &mut Random) -> Record {
    let key = format!("in/{}/{}.parquet", scene.day.slashed(), random.uuid());
    let name = *random.pick(&["PutObject", "GetObject", "GetObject", "DeleteObject"]);
    let bytes = if name == "DeleteObject" {
        0
    } else {
        random.size(900_000)
    };
    let actor = by_role(scene, "nightly-etl", random);
    object(
        actor,
        scene,
        name,
        (&scene.cast.buckets.stage, &key),
        bytes,
        random,
    )
}

/// The one job that works with customer exports writes a few and reads fewer.
fn export_customers(scene: &Scene<'_>, random: &mut Random) -> Record {
    let key = format!(
        "exports/{}/customers-{:03}.csv.gz",
        scene.day.dashed(),
        random.below(40)
    );
    let name = if random.chance(750) {
        "PutObject"
    } else {
        "GetObject"
    };
    let actor = by_role(scene, "nightly-etl", random);
    let bytes = random.size(14_000_000);
    object(
        actor,
        scene,
        name,
        (&scene.cast.buckets.exports, &key),
        bytes,
        random,
    )
}

fn back_up(scene: &Scene<'_>, random: &mut Random) -> Record {
    let actor = scene.cast.user_actor(&scene.cast.other_users[0]);
    let key = format!("office/{}/{}.tar.zst", scene.day.dashed(), random.hex(10));
    let bytes = random.size(3_000_000);
    object(
        actor,
        scene,
        "PutObject",
        (&scene.cast.buckets.stage, &key),
        bytes,
        random,
    )
}

/// Tasks of the release user.
fn upload_release(scene: &Scene<'_>, random: &mut Random) -> Record {
    let mut actor = scene.cast.user_actor(&scene.cast.release_user);
    if random.chance(250) {
        return Record::read(actor, "sts", "GetCallerIdentity");
    }
    actor.agent = format!("[{}]", actor.agent);
    let key = format!("shop/build-{}/{}.zip", random.between(800, 830), random.hex(7));
    let bytes = random.size(5_000_000);
    object(
        actor,
        scene,
        "PutObject",
        (&scene.cast.buckets.releases, &key),
        bytes,
        random,
    )
}
