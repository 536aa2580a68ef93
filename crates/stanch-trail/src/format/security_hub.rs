//! Findings in the AWS Security Finding Format, in which Security Hub keeps what other products found.
//!
//! GuardDuty's become the findings they were made of. Those of other products say what is badly configured, not what
//! happened, and are counted as not judged.

use serde_json::{Value, json};
use stanch_core::LogKind;

use super::{Known, guardduty, text_of};
use crate::record::Shallow;

/// Returns whether an object is a finding in this format.
pub(crate) fn is_finding(members: &Shallow<'_>) -> bool {
    members.has("SchemaVersion")
        && members.has("AwsAccountId")
        && (members.has("Types") || members.has("ProductArn"))
}

/// Makes an event of a finding of GuardDuty.
pub(crate) fn event(text: &str) -> Known<'static> {
    let Ok(finding) = serde_json::from_str::<Value>(text) else {
        return Known::None;
    };
    let product_arn = text_of(&finding["ProductArn"]);
    let product = match text_of(&finding["ProductName"]) {
        name if name.is_empty() => product_arn.rsplit('/').next().unwrap_or_default().to_owned(),
        name => name,
    };
    let types = finding["Types"].as_array().into_iter().flatten();
    let kind = types
        .filter_map(|kind| kind.as_str().map(guardduty::type_of))
        .find(|kind| !kind.is_empty());
    let is_guardduty = product.eq_ignore_ascii_case("guardduty") || product_arn.ends_with("/guardduty");
    let Some(kind) = kind.filter(|_| is_guardduty || product == "Security Hub") else {
        return Known::NotJudged(if product.is_empty() {
            "unnamed product".to_owned()
        } else {
            product
        });
    };
    let guardduty = guardduty_form(&finding, &kind).to_string();
    let event = guardduty::event(&guardduty).map(guardduty::owned);
    Known::of(event, LogKind::GuardDuty)
}

/// Returns a field that GuardDuty handed to Security Hub under its own name.
fn own(finding: &Value, name: &str) -> String {
    let fields = &finding["ProductFields"];
    let short = text_of(&fields[format!("aws/guardduty/service/{name}")]);
    if short.is_empty() {
        text_of(&fields[format!("service/{name}")])
    } else {
        short
    }
}

fn guardduty_form(finding: &Value, kind: &str) -> Value {
    let resource = &finding["Resources"][0];
    let id = text_of(&resource["Id"]);
    let details = &resource["Details"];
    let severity = finding["Severity"]["Normalized"]
        .as_f64()
        .map(|value| value / 10.0);
    let severity = finding["Severity"]["Product"]
        .as_f64()
        .or(severity)
        .unwrap_or_else(|| match finding["Severity"]["Label"].as_str() {
            Some("CRITICAL") => 9.0,
            Some("HIGH") => 8.0,
            Some("MEDIUM") => 5.0,
            Some("LOW") => 2.0,
            _ => 0.0,
        });
    let key = &details["AwsIamAccessKey"];
    let address = [
        "action/awsApiCallAction",
        "action/networkConnectionAction",
        "action/kubernetesApiCallAction",
        "action/rdsLoginAttemptAction",
    ]
    .iter()
    .map(|action| own(finding, &format!("{action}/remoteIpDetails/ipAddressV4")))
    .find(|address| !address.is_empty());
    let address = address.unwrap_or_else(|| text_of(&finding["Network"]["SourceIpV4"]));
    let mut form = json!({
        "schemaVersion": "2.0",
        "accountId": finding["AwsAccountId"],
        "region": finding["Region"],
        "id": text_of(&finding["Id"]).rsplit('/').next().unwrap_or_default(),
        "type": kind,
        "severity": severity,
        "title": finding["Title"],
        "createdAt": finding["CreatedAt"],
        "updatedAt": finding["UpdatedAt"],
        "service": {
            "eventFirstSeen": finding["FirstObservedAt"],
            "eventLastSeen": finding["LastObservedAt"],
            "archived": finding["RecordState"] == "ARCHIVED",
            "action": {"awsApiCallAction": {"remoteIpDetails": {"ipAddressV4": address}}},
        },
        "resource": {"resourceType": resource["Type"]},
    });
    let kind = text_of(&resource["Type"]);
    form["resource"] = if kind == "AwsIamAccessKey" {
        let key_id = id.rsplit(':').next().unwrap_or_default();
        json!({"resourceType": "AccessKey", "accessKeyDetails": {
            "accessKeyId": key_id,
            "principalId": key["PrincipalId"],
            "userName": if key["PrincipalName"].is_null() { &key["UserName"] } else { &key["PrincipalName"] },
            "userType": match key["PrincipalType"].as_str() { Some("User") => Value::from("IAMUser"), _ => key["PrincipalType"].clone() },
        }})
    } else {
        json!({"resourceType": kind, "arn": id})
    };
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_of_guardduty_keeps_its_type_key_and_times() {
        let text = r#"{"SchemaVersion":"2018-10-08","Id":"arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f1",
            "ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/guardduty","AwsAccountId":"111122223333","Region":"eu-west-1",
            "Types":["TTPs/Initial Access/UnauthorizedAccess:IAMUser-MaliciousIPCaller.Custom"],"FirstObservedAt":"2024-05-01T10:00:00Z",
            "LastObservedAt":"2024-05-01T12:00:00Z","Severity":{"Label":"MEDIUM","Product":5},"Title":"T","RecordState":"ACTIVE",
            "ProductFields":{"aws/guardduty/service/action/awsApiCallAction/remoteIpDetails/ipAddressV4":"203.0.113.9"},
            "Resources":[{"Type":"AwsIamAccessKey","Id":"AWS::IAM::AccessKey:AKIAEXAMPLE","Details":{"AwsIamAccessKey":{"PrincipalId":"AIDAX","PrincipalName":"ann","PrincipalType":"IAMUser"}}}]}"#;
        assert!(is_finding(&Shallow::of(text)));
        let Known::Event(event) = event(text) else {
            panic!()
        };
        assert_eq!(event.name, "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom");
        assert_eq!((&*event.event_id, &*event.source_address), ("f1", "203.0.113.9"));
        assert_eq!(
            (&*event.identity.access_key_id, &*event.identity.user_name),
            ("AKIAEXAMPLE", "ann")
        );
        assert_eq!(event.record()["severity"], 5.0);
    }

    #[test]
    fn findings_of_other_products_are_not_judged() {
        let text = r#"{"SchemaVersion":"2018-10-08","AwsAccountId":"1","Types":["Software and Configuration Checks/Vulnerabilities/CVE"],"ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/inspector"}"#;
        assert!(matches!(event(text), Known::NotJudged(product) if product == "inspector"));
    }
}
