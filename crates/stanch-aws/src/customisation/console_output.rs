//! EC2's console output is text in base64.

use serde_json::Value;

use crate::model::service::Operation;
use crate::protocol::blob;

/// Decodes it; bytes that are no UTF-8 become replacement characters.
pub fn after(operation: &Operation, value: &mut Value) {
    if operation.name != "GetConsoleOutput" {
        return;
    }
    let bytes = value.get("Output").and_then(Value::as_str).and_then(blob::decode);
    if let Some(bytes) = bytes {
        value["Output"] = Value::String(String::from_utf8_lossy(&bytes).into_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use serde_json::json;

    #[test]
    fn the_output_is_text() {
        let body = "<GetConsoleOutputResponse><output>aGVsbG8=</output></GetConsoleOutputResponse>";
        let value = read("ec2", "GetConsoleOutput", &json!({"InstanceId": "i-1"}), body).unwrap();
        assert_eq!(value["Output"], "hello");
    }
}
