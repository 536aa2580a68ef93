//! Checksums of bodies, where the service refuses a request without one.

use md5::{Digest as _, Md5};
use serde_json::Value;

use crate::model::service::Operation;
use crate::protocol::{Request, blob};

/// Adds CRC32 where the model lets a caller choose (S3), MD5 elsewhere. A checksum that the caller gives stays; so does
/// another algorithm that the caller chose, whose checksum must then be given too.
pub fn request(operation: &Operation, params: &Value, request: &mut Request) {
    let checksum = &operation.checksum;
    let given = |header: &(String, String)| {
        let name = header.0.to_ascii_lowercase();
        name == "content-md5" || (name.starts_with("x-amz-checksum-") && name != "x-amz-checksum-algorithm")
    };
    if !checksum.required || request.headers.iter().any(given) {
        return;
    }
    match &checksum.algorithm_member {
        Some(member) => {
            let chosen = params.get(member).and_then(Value::as_str).unwrap_or("CRC32");
            if chosen == "CRC32" {
                let sum = crc32fast::hash(&request.body).to_be_bytes();
                if let Some(header) = &checksum.algorithm_header {
                    request.set_header(header, "CRC32");
                }
                request.set_header("x-amz-checksum-crc32", blob::encode(&sum));
            }
        }
        None => {
            let sum = Md5::digest(&request.body);
            request.set_header("Content-MD5", blob::encode(&sum));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::write;
    use serde_json::json;

    #[test]
    fn a_body_has_its_checksum() {
        let policy = json!({"Bucket": "b", "Policy": "123456789"});
        let request = write("s3", "PutBucketPolicy", &policy);
        // The check value of CRC-32 over these digits is cbf43926.
        assert_eq!(request.header("x-amz-checksum-crc32"), Some("y/Q5Jg=="));
        assert_eq!(request.header("x-amz-sdk-checksum-algorithm"), Some("CRC32"));
        let mut own = policy;
        own["ContentMD5"] = json!("JfnnlDI7RTiF9RgfG2JNCw==");
        let request = write("s3", "PutBucketPolicy", &own);
        assert_eq!(request.header("x-amz-checksum-crc32"), None);
    }

    #[test]
    fn where_there_is_no_choice_it_is_md5() {
        let request = write(
            "s3control",
            "CreateAccessGrantsInstance",
            &json!({"AccountId": "123456789012"}),
        );
        assert_eq!(request.body, b"");
        // The MD5 of nothing.
        assert_eq!(request.header("Content-MD5"), Some("1B2M2Y8AsgTpgAmY7PhCfg=="));
        assert_eq!(request.header("x-amz-checksum-crc32"), None);
    }
}
