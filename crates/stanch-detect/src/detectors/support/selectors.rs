//! A trail's event selectors: whether they leave every management event visible.

use serde_json::Value;

/// Returns true when event selectors, plain or advanced, let a trail see every management event.
pub(crate) fn sees_all_management(request: &Value) -> bool {
    let plain = request.get("eventSelectors").and_then(Value::as_array);
    if let Some(selectors) = plain.filter(|selectors| !selectors.is_empty()) {
        return selectors.iter().any(|selector| {
            let kinds = selector
                .get("readWriteType")
                .and_then(Value::as_str)
                .unwrap_or("All");
            let management = selector.get("includeManagementEvents") != Some(&Value::Bool(false));
            kinds.eq_ignore_ascii_case("All") && management
        });
    }
    let advanced = request.get("advancedEventSelectors").and_then(Value::as_array);
    advanced.is_some_and(|selectors| selectors.iter().any(is_all_management))
}

/// An advanced selector that asks for management events and narrows them by nothing else.
fn is_all_management(selector: &Value) -> bool {
    let Some(fields) = selector.get("fieldSelectors").and_then(Value::as_array) else {
        return false;
    };
    let field = |field: &Value| {
        field
            .get("field")
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned()
    };
    let management = fields.iter().any(|selector| {
        field(selector) == "eventCategory"
            && selector
                .get("equals")
                .and_then(Value::as_array)
                .is_some_and(|equals| equals.iter().any(|category| category == "Management"))
    });
    // Leaving out KMS or RDS data noise is what AWS itself suggests.
    let narrowing = |selector: &&Value| {
        matches!(
            field(selector).as_str(),
            "readOnly" | "eventName" | "resources.type"
        )
    };
    management && !fields.iter().any(|selector| narrowing(&selector))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_selectors_are_read() {
        let plain = |kinds: &str, management: Value| {
            sees_all_management(&json!({"eventSelectors": [
                {"readWriteType": kinds, "includeManagementEvents": management}
            ]}))
        };
        assert!(plain("All", json!(true)));
        assert!(!plain("ReadOnly", json!(true)));
        assert!(!plain("All", json!(false)));
        assert!(!sees_all_management(&json!({"eventSelectors": []})));
        assert!(!sees_all_management(&json!(null)));
    }

    #[test]
    fn advanced_selectors_are_read() {
        let advanced = |fields: Value| {
            sees_all_management(&json!({"advancedEventSelectors": [{"fieldSelectors": fields}]}))
        };
        let management = json!({"field": "eventCategory", "equals": ["Management"]});
        assert!(advanced(json!([management])));
        assert!(advanced(
            json!([management, {"field": "eventSource", "notEquals": ["kms.amazonaws.com"]}])
        ));
        assert!(!advanced(
            json!([management, {"field": "readOnly", "equals": ["true"]}])
        ));
        assert!(!advanced(json!([{"field": "eventCategory", "equals": ["Data"]}])));
        assert!(!advanced(json!("oops")));
    }
}
