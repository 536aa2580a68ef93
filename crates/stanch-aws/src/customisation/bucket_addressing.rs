//! Where a bucket's name stands in an address.

use serde_json::Value;

use crate::model::service::{Operation, Service};
use crate::protocol::{Request, uri};

const LABEL: &str = "/{Bucket}";

/// Endpoint rules put the bucket into host or path; the model's path has it too and must lose it.
pub fn request(operation: &Operation, params: &Value, request: &mut Request) {
    if !operation.uri.starts_with(LABEL) {
        return;
    }
    let bucket = params.get("Bucket").and_then(Value::as_str).unwrap_or_default();
    let prefix = format!("/{}", uri::encode(bucket));
    if let Some(rest) = request.path.strip_prefix(&prefix) {
        request.path = if rest.starts_with('/') {
            rest.to_owned()
        } else {
            format!("/{rest}")
        };
    }
}

/// True when the bucket must stand in the path; none leaves it to settings and rules.
#[must_use]
pub fn path_style(service: &Service, operation: &Operation) -> Option<bool> {
    // Asked of whoever doesn't know the bucket's region yet: in the path any region may sign.
    (service.name == "s3" && operation.name == "GetBucketLocation").then_some(true)
}

#[cfg(test)]
mod tests {
    use super::super::testing::write;
    use serde_json::json;

    #[test]
    fn the_path_is_the_key_alone() {
        let request = write("s3", "GetObject", &json!({"Bucket": "b", "Key": "b/c d"}));
        assert_eq!(request.target(), "/b/c%20d");
        let request = write("s3", "GetBucketPolicy", &json!({"Bucket": "b"}));
        assert_eq!(request.target(), "/?policy");
    }
}
