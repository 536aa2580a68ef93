//! Fills the parameters of endpoint rules: fixed values of the operation, members of the call, settings.

use serde_json::Value;

use super::rules::{Parameter, ParameterKind};
use super::{Endpoint, EndpointError};
use crate::customisation;
use crate::model::partitions::Geography;
use crate::model::service::{ContextValue, Operation, Service};

/// Settings of a caller for all calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The region.
    pub region: Option<String>,
    /// FIPS hosts only.
    pub use_fips: bool,
    /// Hosts with IPv6 only.
    pub use_dual_stack: bool,
    /// Another address than AWS's.
    pub endpoint: Option<String>,
    /// The account, for services that put it into the host name.
    pub account_id: Option<String>,
    /// S3 buckets in the path rather than in the host name.
    pub force_path_style: bool,
    /// Values for other built-in parameters (`AWS::S3::Accelerate`) or parameters by their own name, over the defaults.
    pub other: Vec<(String, ContextValue)>,
}

/// Where a call goes.
///
/// # Errors
/// When a value is missing or the rules refuse the combination.
pub fn resolve(
    geography: &Geography,
    service: &Service,
    operation: &Operation,
    params: &Value,
    settings: &Settings,
) -> Result<Endpoint, EndpointError> {
    let rules = service
        .rules
        .as_ref()
        .ok_or_else(|| EndpointError::NoRules(service.name.clone()))?;
    let path_style = customisation::bucket_addressing::path_style(service, operation);
    let mut values = Vec::new();
    for parameter in &rules.parameters {
        let value = from_call(service, operation, params, parameter).or_else(|| {
            match parameter.built_in.as_deref() {
                Some("AWS::S3::ForcePathStyle") if path_style.is_some() => path_style.map(ContextValue::Flag),
                name => name.and_then(|name| built_in(settings, name)),
            }
        });
        let value = value.or_else(|| other(settings, &parameter.name));
        if let Some(value) = value {
            values.push((parameter.name.clone(), value));
        }
    }
    rules.evaluate(geography, &values)
}

fn from_call(
    service: &Service,
    operation: &Operation,
    params: &Value,
    parameter: &Parameter,
) -> Option<ContextValue> {
    let fixed = operation
        .static_context
        .iter()
        .find(|(name, _)| *name == parameter.name);
    if let Some((_, value)) = fixed {
        return Some(value.clone());
    }
    let member = operation
        .input
        .as_ref()
        .and_then(|input| service.structure(input))
        .and_then(|input| {
            input
                .members
                .iter()
                .find(|member| member.target.traits.context_param.as_deref() == Some(&parameter.name))
        });
    if let Some(value) = member.and_then(|member| params.get(&member.name)) {
        return converted(parameter.kind, value);
    }
    operation
        .operation_context
        .iter()
        .find(|(name, _)| *name == parameter.name)
        .and_then(|(_, path)| converted(parameter.kind, &path.find(params)))
}

fn converted(kind: ParameterKind, value: &Value) -> Option<ContextValue> {
    match (kind, value) {
        (ParameterKind::Text, Value::String(text)) => Some(ContextValue::Text(text.clone())),
        (ParameterKind::Flag, Value::Bool(flag)) => Some(ContextValue::Flag(*flag)),
        (ParameterKind::Texts, Value::Array(items)) => Some(ContextValue::Texts(
            items
                .iter()
                .filter_map(|item| item.as_str().map(ToOwned::to_owned))
                .collect(),
        )),
        _ => None,
    }
}

fn built_in(settings: &Settings, name: &str) -> Option<ContextValue> {
    let text = |value: &Option<String>| value.clone().map(ContextValue::Text);
    if let Some(value) = other(settings, name) {
        return Some(value);
    }
    match name {
        "AWS::Region" => text(&settings.region),
        "AWS::UseFIPS" => Some(ContextValue::Flag(settings.use_fips)),
        "AWS::UseDualStack" => Some(ContextValue::Flag(settings.use_dual_stack)),
        "SDK::Endpoint" => text(&settings.endpoint),
        "AWS::Auth::AccountId" => text(&settings.account_id),
        "AWS::Auth::AccountIdEndpointMode" => Some(ContextValue::Text("preferred".to_owned())),
        "AWS::S3::ForcePathStyle" => Some(ContextValue::Flag(settings.force_path_style)),
        _ => None,
    }
}

fn other(settings: &Settings, name: &str) -> Option<ContextValue> {
    settings
        .other
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Models;
    use serde_json::json;

    fn url(service: &str, operation: &str, params: &Value, settings: &Settings) -> String {
        let models = Models::embedded().unwrap();
        let service = models.service(service).unwrap();
        let operation = service.operation(operation).unwrap();
        match resolve(models.geography().unwrap(), &service, operation, params, settings) {
            Ok(endpoint) => endpoint.url,
            Err(error) => error.to_string(),
        }
    }

    fn settings(region: &str) -> Settings {
        Settings {
            region: Some(region.to_owned()),
            ..Settings::default()
        }
    }

    #[test]
    fn finds_where_calls_go() {
        let frankfurt = settings("eu-central-1");
        let none = json!({});
        insta::assert_snapshot!(url("ec2", "DescribeRegions", &none, &frankfurt), @"https://ec2.eu-central-1.amazonaws.com");
        insta::assert_snapshot!(url("iam", "ListUsers", &none, &frankfurt), @"https://iam.amazonaws.com");
        insta::assert_snapshot!(url("sts", "GetCallerIdentity", &none, &settings("us-gov-west-1")), @"https://sts.us-gov-west-1.amazonaws.com");
        insta::assert_snapshot!(url("s3", "GetBucketPolicy", &json!({"Bucket": "my-bucket"}), &frankfurt), @"https://my-bucket.s3.eu-central-1.amazonaws.com");
        insta::assert_snapshot!(url("s3", "GetBucketLocation", &json!({"Bucket": "my-bucket"}), &frankfurt), @"https://s3.eu-central-1.amazonaws.com/my-bucket");
        insta::assert_snapshot!(url("s3control", "ListAccessPoints", &json!({"AccountId": "123456789012"}), &frankfurt), @"https://123456789012.s3-control.eu-central-1.amazonaws.com");
        let fips = Settings {
            use_fips: true,
            ..settings("us-east-1")
        };
        insta::assert_snapshot!(url("kms", "ListKeys", &none, &fips), @"https://kms-fips.us-east-1.amazonaws.com");
        let local = Settings {
            endpoint: Some("http://127.0.0.1:5000".to_owned()),
            ..settings("us-east-1")
        };
        insta::assert_snapshot!(url("ec2", "DescribeRegions", &none, &local), @"http://127.0.0.1:5000");
        insta::assert_snapshot!(url("ec2", "DescribeRegions", &none, &Settings::default()), @"Invalid Configuration: Missing Region");
    }
}
