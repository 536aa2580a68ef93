//! Glacier: the account of the credentials is `-`, and every request names the interface's version.

use serde_json::{Map, Value};

use crate::model::service::{Operation, Service};
use crate::protocol::Request;

/// Fills the account in.
pub fn before(service: &Service, operation: &Operation, params: &mut Map<String, Value>) {
    let input = operation
        .input
        .as_ref()
        .and_then(|input| service.structure(input));
    if input.is_some_and(|input| input.member("accountId").is_some()) && !params.contains_key("accountId") {
        params.insert("accountId".to_owned(), Value::String("-".to_owned()));
    }
}

/// Adds the header.
pub fn request(service: &Service, request: &mut Request) {
    request.set_header("x-amz-glacier-version", service.metadata.api_version.clone());
}

#[cfg(test)]
mod tests {
    use super::super::testing::write;
    use serde_json::json;

    #[test]
    fn vaults_are_listed_without_an_account() {
        let request = write("glacier", "ListVaults", &json!({}));
        assert_eq!(request.path, "/-/vaults");
        assert_eq!(request.header("x-amz-glacier-version"), Some("2012-06-01"));
    }
}
