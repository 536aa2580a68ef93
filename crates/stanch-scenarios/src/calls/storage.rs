//! S3 objects and buckets, secrets, tables.

use serde_json::{Value, json};

use crate::call::Call;
use crate::labels::Took;
use crate::thread::Thread;

/// One object call, with the members that all of them have.
pub(crate) fn object(name: &'static str, account: &str, bucket: &str, key: &str, bytes: u64) -> Call {
    let reads = matches!(name, "GetObject" | "HeadObject" | "ListObjects");
    let (received, sent) = if reads { (0, bytes) } else { (bytes, 0) };
    let mut request = json!({"bucketName": bucket, "Host": format!("{bucket}.s3.us-east-1.amazonaws.com")});
    let mut resources = vec![
        json!({"accountId": account, "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{bucket}")}),
    ];
    if !key.is_empty() {
        request["key"] = key.into();
        resources.push(json!({"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::{bucket}/{key}")}));
    }
    let mut call = Call::new("s3", name)
        .req(request)
        .with(
            "additionalEventData",
            json!({
                "SignatureVersion": "SigV4",
                "CipherSuite": "TLS_AES_128_GCM_SHA256",
                "AuthenticationMethod": "AuthHeader",
                "bytesTransferredIn": received,
                "bytesTransferredOut": sent,
            }),
        )
        .with("resources", Value::Array(resources))
        .data();
    call.read_only = reads;
    call
}

impl Thread<'_> {
    /// An object call on a bucket of the account.
    pub(crate) fn object(&mut self, name: &'static str, bucket: &str, key: &str, bytes: u64) {
        let account = self.account_id();
        self.call(object(name, &account, bucket, key, bytes));
    }

    /// Lists buckets and one bucket.
    pub(crate) fn list_storage(&mut self, bucket: &str) {
        self.call(Call::new("s3", "ListBuckets"));
        for name in ["GetBucketLocation", "GetBucketVersioning", "GetBucketPolicy"] {
            self.call(Call::new("s3", name).req(json!({"bucketName": bucket})));
        }
        self.object("ListObjects", bucket, "", 31_204);
    }

    /// Reads objects; the sizes are those of exports. What was read of the bucket before counts too.
    pub(crate) fn read_objects(&mut self, bucket: &str, keys: &[String]) {
        let mut sum = 0;
        for key in keys {
            let bytes = self.stage.random.between(4_000_000, 28_000_000);
            sum += bytes;
            self.object("GetObject", bucket, key, bytes);
        }
        self.takes(Took::Objects {
            bucket: bucket.to_owned(),
            count: keys.len() as u64,
            bytes: sum,
        });
    }

    /// Reads the values of secrets.
    pub(crate) fn read_secrets(&mut self, names: &[&str]) {
        self.call(Call::new("secretsmanager", "ListSecrets").req(json!({"maxResults": 100})));
        for name in names {
            let account = self.account_id();
            let id = format!(
                "arn:aws:secretsmanager:{}:{account}:secret:{name}-Ab12Cd",
                self.region
            );
            self.call(Call::new("secretsmanager", "GetSecretValue").req(json!({"secretId": id})));
        }
        self.takes(Took::Secrets(names.len() as u64));
    }
}

/// Names of exports.
pub(crate) fn exports(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| {
            format!(
                "exports/2026-{:02}/customers-{number:04}.parquet",
                1 + number % 12
            )
        })
        .collect()
}
