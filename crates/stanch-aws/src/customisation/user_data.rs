//! User data is given as text and goes out as base64, as the AWS command line does it.

use serde_json::{Map, Value};

use crate::model::service::Operation;
use crate::protocol::blob;

/// Encodes it.
pub fn before(operation: &Operation, params: &mut Map<String, Value>) {
    if !matches!(
        operation.name.as_str(),
        "RunInstances" | "CreateLaunchConfiguration"
    ) {
        return;
    }
    if let Some(Value::String(text)) = params.get_mut("UserData") {
        *text = blob::encode(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::write;
    use serde_json::json;

    #[test]
    fn the_text_goes_out_as_base64() {
        let request = write(
            "ec2",
            "RunInstances",
            &json!({"MinCount": 1, "MaxCount": 1, "UserData": "#!/bin/sh"}),
        );
        assert!(
            String::from_utf8(request.body)
                .unwrap()
                .contains("UserData=IyEvYmluL3No")
        );
    }
}
