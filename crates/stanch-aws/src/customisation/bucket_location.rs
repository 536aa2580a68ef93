//! S3's GetBucketLocation: the root element is the value, which the model can't say.

use serde_json::Value;

use crate::model::service::Operation;
use crate::protocol::{self, Reply, ReplyError};

/// Reads it. No text means `us-east-1`, which the AWS command line shows as null.
///
/// # Errors
/// When the body is not XML.
pub fn after(operation: &Operation, reply: &Reply<'_>, value: &mut Value) -> Result<(), ReplyError> {
    if operation.name == "GetBucketLocation" {
        let text = protocol::root_text(reply)?;
        value["LocationConstraint"] = if text.is_empty() {
            Value::Null
        } else {
            Value::String(text)
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use serde_json::{Value, json};

    #[test]
    fn the_root_is_the_region() {
        let bucket = json!({"Bucket": "b"});
        let read = |body: &str| read("s3", "GetBucketLocation", &bucket, body);
        let body = "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-3</LocationConstraint>";
        assert_eq!(read(body).unwrap()["LocationConstraint"], "eu-west-3");
        assert_eq!(
            read("<LocationConstraint/>").unwrap()["LocationConstraint"],
            Value::Null
        );
        assert!(read("<LocationConstraint>").is_err());
    }
}
