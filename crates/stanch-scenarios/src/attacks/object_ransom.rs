//! Objects are read, then written over with a key that only the attacker has: one of the client, or one of another account.

use serde_json::json;

use crate::actor::BOTO_WINDOWS;
use crate::call::Call;
use crate::calls::{exports, object};
use crate::labels::Vector;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::MAIN;

pub(crate) fn play(stage: &mut Stage) {
    super::came_by(stage, Vector::LeakedKey);
    let (user, bucket, account) = {
        let own = &stage.org.accounts[MAIN];
        (own.legacy.clone(), own.data_bucket.clone(), own.id.clone())
    };
    let actor = super::stolen_key(stage, MAIN, &user, BOTO_WINDOWS);
    let time = super::late(stage);
    let by_client = stage.random.chance(500);
    let mut thread = Thread::attacker(stage, actor, MAIN, time);
    thread.pace = (1, 5);
    thread.identity();
    thread.list_storage(&bucket);
    let keys = exports(110);
    thread.read_objects(&bucket, &keys);
    thread.wait(1200);
    thread.call(Call::new("s3", "PutBucketVersioning").req(json!({
        "bucketName": bucket,
        "versioning": "",
        "VersioningConfiguration": {"Status": "Suspended", "xmlns": "http://s3.amazonaws.com/doc/2006-03-01/"},
    })));
    thread.leaves(&bucket);
    for key in &keys {
        let mut call = object("CopyObject", &account, &bucket, key, 0);
        call.request["x-amz-copy-source"] = format!("{bucket}/{key}").into();
        if by_client {
            call.request["x-amz-server-side-encryption-customer-algorithm"] = "AES256".into();
            call.more["additionalEventData"]["SSEApplied"] = "SSE_C".into();
        } else {
            let other = "arn:aws:kms:us-east-1:914022118833:key/1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9";
            call.request["x-amz-server-side-encryption"] = "aws:kms".into();
            call.request["x-amz-server-side-encryption-aws-kms-key-id"] = other.into();
            call.more["additionalEventData"]["SSEApplied"] = "SSE_KMS".into();
        }
        thread.call(call);
    }
    thread.call(Call::new("s3", "PutBucketLifecycle").req(json!({
        "bucketName": bucket,
        "lifecycle": "",
        "LifecycleConfiguration": {"Rule": {"ID": "retention", "Status": "Enabled", "Expiration": {"Days": 7}, "Prefix": ""}},
    })));
    thread.object("PutObject", &bucket, "RECOVER-YOUR-DATA.txt", 1_804);
}
