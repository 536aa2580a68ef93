//! API Gateway answers in another dialect of JSON unless it is asked for plain JSON.

use crate::protocol::Request;

/// Asks for it.
pub fn request(request: &mut Request) {
    if request.header("Accept").is_none() {
        request.set_header("Accept", "application/json");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::write;
    use serde_json::json;

    #[test]
    fn plain_json_is_asked_for() {
        let request = write("apigateway", "GetRestApis", &json!({}));
        assert_eq!(request.header("Accept"), Some("application/json"));
    }
}
