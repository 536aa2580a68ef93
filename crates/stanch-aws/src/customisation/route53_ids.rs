//! Route 53 gives ids as `/hostedzone/Z1` and wants them as `Z1`.

use serde_json::{Map, Value};

use crate::model::service::{Operation, Service};

/// Keeps the last part of ids.
pub fn before(service: &Service, operation: &Operation, params: &mut Map<String, Value>) {
    let Some(input) = operation
        .input
        .as_ref()
        .and_then(|input| service.structure(input))
    else {
        return;
    };
    for member in &input.members {
        let shape = service.shape(member.target.shape).name.as_str();
        if matches!(shape, "ResourceId" | "DelegationSetId" | "ChangeId")
            && let Some(Value::String(text)) = params.get_mut(&member.name)
            && let Some((_, last)) = text.rsplit_once('/')
        {
            *text = last.to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::write;
    use serde_json::json;

    #[test]
    fn an_id_as_given_by_a_reply_can_be_asked_for() {
        let request = write("route53", "GetHostedZone", &json!({"Id": "/hostedzone/Z1"}));
        assert_eq!(request.path, "/2013-04-01/hostedzone/Z1");
    }
}
