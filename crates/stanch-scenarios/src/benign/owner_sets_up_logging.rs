//! The owner sets up a trail with data events, and reads the bucket of the logs.

use serde_json::json;

use crate::actor::CLI_MAC;
use crate::call::Call;
use crate::stage::{HOUR, Stage};

pub(crate) fn play(stage: &mut Stage) {
    let mut thread = super::administrator(stage, 9);
    let account = thread.account_id();
    let bucket = thread.stage.org.accounts[0].log_bucket.clone();
    let trail = format!("arn:aws:cloudtrail:us-east-1:{account}:trail/data-events");
    thread.call(Call::new("s3", "PutBucketPolicy").req(json!({
        "bucketName": bucket,
        "bucketPolicy": {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": format!("arn:aws:s3:::{bucket}/AWSLogs/{account}/*"),
        }]},
    })));
    thread.call(
        Call::new("cloudtrail", "CreateTrail")
            .req(json!({"name": "data-events", "s3BucketName": bucket, "isMultiRegionTrail": true, "enableLogFileValidation": true}))
            .res(json!({"name": "data-events", "trailARN": trail, "s3BucketName": bucket})),
    );
    thread.call(Call::new("cloudtrail", "PutEventSelectors").req(json!({
        "trailName": "data-events",
        "eventSelectors": [{"readWriteType": "All", "includeManagementEvents": true, "dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]}],
    })));
    thread.call(Call::new("cloudtrail", "StartLogging").req(json!({"name": "data-events"})));
    thread.call(
        Call::new("guardduty", "CreateDetector")
            .req(json!({"enable": true}))
            .res(json!({"detectorId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"})),
    );
    CLI_MAC.clone_into(&mut thread.actor.agent);
    thread.wait(4 * HOUR);
    thread.pace = (0, 1);
    thread.object("ListObjects", &bucket, "", 90_000);
    for number in 0..300 {
        let key = format!(
            "AWSLogs/{account}/CloudTrail/us-east-1/2026/03/{:02}/{number:05}.json.gz",
            1 + number % 28
        );
        let bytes = thread.stage.random.between(4_000, 90_000);
        thread.object("GetObject", &bucket, &key, bytes);
    }
}
