//! S3 begins some replies with status 200 before it knows whether it will succeed.

use crate::model::service::{Operation, Service};
use crate::model::shape::Structure;
use crate::protocol::{self, Reply, ReplyError};

/// The error in a good reply; a body that is cut off is found when it is read.
pub fn error(service: &Service, operation: &Operation, reply: &Reply<'_>) -> Option<ReplyError> {
    let output = operation
        .output
        .as_ref()
        .and_then(|output| service.structure(output));
    // An object's bytes may themselves be an error document.
    let streams = output.and_then(Structure::payload_member).is_some_and(|member| {
        matches!(
            service.kind(&member.target),
            crate::model::Kind::Blob | crate::model::Kind::String
        )
    });
    if reply.status != 200 || streams {
        return None;
    }
    let beginning = reply.body.trim_ascii_start();
    let beginning = match beginning.starts_with(b"<?xml") {
        true => beginning
            .split_at(beginning.windows(2).position(|pair| pair == b"?>")? + 2)
            .1
            .trim_ascii_start(),
        false => beginning,
    };
    if !beginning.starts_with(b"<Error>") && !beginning.starts_with(b"<Error ") {
        return None;
    }
    let failed = Reply {
        status: 500,
        ..*reply
    };
    protocol::parse(service, operation, &failed).err()
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use crate::protocol::ReplyError;
    use serde_json::json;

    #[test]
    fn an_error_with_status_200_is_an_error() {
        let body = "<?xml version=\"1.0\"?>\n<Error><Code>SlowDown</Code><Message>Please</Message></Error>";
        let error = read("s3", "ListObjectsV2", &json!({"Bucket": "b"}), body).unwrap_err();
        let ReplyError::Service(error) = error else {
            panic!("{error}");
        };
        assert_eq!((error.code.as_str(), error.status), ("SlowDown", 500));
        let object = read("s3", "GetObject", &json!({"Bucket": "b", "Key": "k"}), body).unwrap();
        assert!(object["Body"].is_string());
    }
}
