//! Policies and templates that travel as JSON in text.

use serde_json::{Map, Value};

use crate::model::service::{Operation, Service};
use crate::model::shape::{Kind, Target};
use crate::protocol::uri;

/// IAM's policy documents, percent-encoded, become objects. What is no JSON stays as it came.
pub fn iam(service: &Service, operation: &Operation, value: &mut Value) {
    if let Some(output) = &operation.output {
        decode(service, output, value, 20);
    }
}

fn decode(service: &Service, target: &Target, value: &mut Value, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let shape = service.shape(target.shape);
    match (&shape.kind, value) {
        (Kind::String, value @ Value::String(_)) if shape.name == "policyDocumentType" => {
            let found = value
                .as_str()
                .map(uri::decode)
                .and_then(|text| serde_json::from_str(&text).ok());
            if let Some(document) = found {
                *value = document;
            }
        }
        (Kind::Structure(structure), Value::Object(members)) => {
            for member in &structure.members {
                if let Some(below) = members.get_mut(&member.name) {
                    decode(service, &member.target, below, depth);
                }
            }
        }
        (Kind::List(member), Value::Array(items)) => {
            for item in items {
                decode(service, member, item, depth);
            }
        }
        _ => {}
    }
}

/// CloudFormation's template becomes an object when it is JSON; YAML stays text.
pub fn template(operation: &Operation, value: &mut Value) {
    if operation.name != "GetTemplate" {
        return;
    }
    let found = value.get("TemplateBody").and_then(Value::as_str);
    let document = found.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    if let Some(document) = document {
        value["TemplateBody"] = Value::Object(document);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use serde_json::json;

    #[test]
    fn a_policy_is_an_object() {
        let body = "<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName><AssumeRolePolicyDocument>%7B%22Statement%22%3A%5B%5D%7D\
            </AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>";
        let value = read("iam", "GetRole", &json!({"RoleName": "r"}), body).unwrap();
        assert_eq!(
            value["Role"]["AssumeRolePolicyDocument"],
            json!({"Statement": []})
        );
        let value = read(
            "iam",
            "GetRole",
            &json!({"RoleName": "r"}),
            &body.replace("%7D", ""),
        )
        .unwrap();
        assert_eq!(
            value["Role"]["AssumeRolePolicyDocument"],
            "%7B%22Statement%22%3A%5B%5D"
        );
    }

    #[test]
    fn a_template_is_an_object_when_it_is_json() {
        let body = |template: &str| {
            format!(
                "<GetTemplateResponse><GetTemplateResult><TemplateBody>{template}</TemplateBody></GetTemplateResult></GetTemplateResponse>"
            )
        };
        let read =
            |template: &str| read("cloudformation", "GetTemplate", &json!({}), &body(template)).unwrap();
        assert_eq!(
            read("{\"Resources\":{}}")["TemplateBody"],
            json!({"Resources": {}})
        );
        assert_eq!(read("Resources: {}")["TemplateBody"], "Resources: {}");
    }
}
