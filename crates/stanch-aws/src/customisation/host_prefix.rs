//! S3 Control: endpoint rules put the account before the host, and so does the model; once is enough.

use crate::protocol::Request;

/// Takes the model's away.
pub fn request(request: &mut Request) {
    request.host_prefix = None;
}

#[cfg(test)]
mod tests {
    use super::super::testing::write;
    use serde_json::json;

    #[test]
    fn the_account_is_the_endpoints() {
        let request = write(
            "s3control",
            "ListAccessPoints",
            &json!({"AccountId": "123456789012"}),
        );
        assert_eq!(request.host_prefix, None);
        assert_eq!(request.header("x-amz-account-id"), Some("123456789012"));
    }
}
