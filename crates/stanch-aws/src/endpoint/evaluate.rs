//! Walks a rule set.

use serde_json::{Map, Value};

use super::functions;
use super::rules::{
    Call, Condition, Expression, Function, ParameterKind, Part, Rule, RuleSet, Template, Then, Tree,
};
use super::value::Val;
use super::{AuthScheme, Endpoint, EndpointError};
use crate::model::partitions::Geography;
use crate::model::service::ContextValue;

/// Values by name; the innermost rule's are last.
struct Scope<'a> {
    geography: &'a Geography,
    values: Vec<(String, Val)>,
}

impl RuleSet {
    /// Where a request with these parameters goes.
    ///
    /// # Errors
    /// When a parameter is missing or of the wrong type, when the rules refuse the combination, or when none fits.
    pub fn evaluate(
        &self,
        geography: &Geography,
        parameters: &[(String, ContextValue)],
    ) -> Result<Endpoint, EndpointError> {
        let mut scope = Scope {
            geography,
            values: Vec::new(),
        };
        for known in &self.parameters {
            let given = parameters.iter().find(|(name, _)| *name == known.name);
            let Some(value) = given.map(|(_, value)| value).or(known.default.as_ref()) else {
                if known.required {
                    return Err(EndpointError::Missing(known.name.clone()));
                }
                continue;
            };
            let fits = matches!(
                (known.kind, value),
                (ParameterKind::Text, ContextValue::Text(_))
                    | (ParameterKind::Flag, ContextValue::Flag(_))
                    | (ParameterKind::Texts, ContextValue::Texts(_))
            );
            if !fits {
                return Err(EndpointError::WrongType(known.name.clone()));
            }
            scope.values.push((known.name.clone(), value.into()));
        }
        scope.rules(&self.rules)?.ok_or(EndpointError::NoRule)
    }
}

impl Scope<'_> {
    /// The first rule that leads to an end.
    fn rules(&mut self, rules: &[Rule]) -> Result<Option<Endpoint>, EndpointError> {
        for rule in rules {
            let depth = self.values.len();
            let found = self.rule(rule);
            self.values.truncate(depth);
            if let Some(endpoint) = found? {
                return Ok(Some(endpoint));
            }
        }
        Ok(None)
    }

    fn rule(&mut self, rule: &Rule) -> Result<Option<Endpoint>, EndpointError> {
        for condition in &rule.conditions {
            if !self.condition(condition)? {
                return Ok(None);
            }
        }
        match &rule.then {
            Then::Rules(rules) => self.rules(rules),
            Then::Error(message) => Err(EndpointError::Refused(self.texted(message)?)),
            Then::Endpoint {
                url,
                headers,
                properties,
            } => {
                let mut out = Vec::new();
                for (name, values) in headers {
                    for value in values {
                        out.push((name.clone(), self.texted(value)?));
                    }
                }
                Ok(Some(endpoint(self.texted(url)?, out, self.tree(properties)?)))
            }
        }
    }

    fn condition(&mut self, condition: &Condition) -> Result<bool, EndpointError> {
        let value = self.call(&condition.call)?;
        let holds = value.holds();
        if let Some(name) = &condition.assign {
            self.values.push((name.clone(), value));
        }
        Ok(holds)
    }

    fn named(&self, name: &str) -> &Val {
        self.values
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map_or(&Val::Nothing, |(_, value)| value)
    }

    fn texted(&self, expression: &Expression) -> Result<String, EndpointError> {
        match self.value(expression)? {
            Val::Text(text) => Ok(text),
            other => Err(EndpointError::Rules(format!("expected text, found {other:?}"))),
        }
    }

    fn value(&self, expression: &Expression) -> Result<Val, EndpointError> {
        match expression {
            Expression::Text(template) => self.template(template).map(Val::Text),
            Expression::Flag(flag) => Ok(Val::Flag(*flag)),
            Expression::Number(number) => Ok(Val::Number(*number)),
            Expression::Reference(name) => Ok(self.named(name).clone()),
            Expression::Call(call) => self.call(call),
        }
    }

    fn template(&self, template: &Template) -> Result<String, EndpointError> {
        let mut out = String::new();
        for part in &template.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Value(name, path) => {
                    let value = path
                        .iter()
                        .fold(self.named(name), |value, step| value.attribute(step));
                    match value {
                        Val::Text(text) => out.push_str(text),
                        Val::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
                        Val::Number(number) => out.push_str(&number.to_string()),
                        _ => return Err(EndpointError::Rules(format!("`{name}` is not set"))),
                    }
                }
            }
        }
        Ok(out)
    }

    fn tree(&self, tree: &Tree) -> Result<Value, EndpointError> {
        Ok(match tree {
            Tree::Text(template) => Value::String(self.template(template)?),
            Tree::Flag(flag) => Value::Bool(*flag),
            Tree::Number(number) => Value::from(*number),
            Tree::List(items) => Value::Array(
                items
                    .iter()
                    .map(|item| self.tree(item))
                    .collect::<Result<_, _>>()?,
            ),
            Tree::Members(members) => {
                let mut out = Map::new();
                for (name, value) in members {
                    out.insert(name.clone(), self.tree(value)?);
                }
                Value::Object(out)
            }
        })
    }

    fn call(&self, call: &Call) -> Result<Val, EndpointError> {
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            arguments.push(self.value(argument)?);
        }
        self.apply(call.function, &arguments).ok_or_else(|| {
            EndpointError::Rules(format!("{:?} can't be applied to {arguments:?}", call.function))
        })
    }

    /// None when the arguments are not what the function takes.
    fn apply(&self, function: Function, arguments: &[Val]) -> Option<Val> {
        use Function as F;
        use Val::{Flag, Nothing, Number, Text};
        Some(match (function, arguments) {
            (F::IsSet, [value]) => Flag(*value != Nothing),
            (F::Not, [value]) => Flag(!value.holds()),
            (F::GetAttr, [value, Text(path)]) => functions::attribute(value, path),
            (F::Coalesce, values) => values
                .iter()
                .find(|value| **value != Nothing)
                .cloned()
                .unwrap_or(Nothing),
            (F::IfThenElse, [Flag(condition), yes, no]) => {
                if *condition {
                    yes.clone()
                } else {
                    no.clone()
                }
            }
            (F::StringEquals, [Text(one), Text(other)]) => Flag(one == other),
            (F::BooleanEquals, [Flag(one), Flag(other)]) => Flag(one == other),
            (F::Substring, [Text(text), Number(start), Number(stop), Flag(reverse)]) => {
                functions::substring(text, *start, *stop, *reverse)
            }
            (F::Split, [Text(text), Text(separator), Number(limit)]) => {
                functions::split(text, separator, *limit)
            }
            (F::IsValidHostLabel, [Text(text), Flag(subdomains)]) => {
                Flag(functions::is_host_label(text, *subdomains))
            }
            (F::IsVirtualHostableBucket, [Text(text), Flag(subdomains)]) => {
                Flag(functions::is_virtual_hostable(text, *subdomains))
            }
            (F::IsValidHostLabel | F::IsVirtualHostableBucket, [Nothing, _]) => Flag(false),
            (F::ParseUrl, [Text(text)]) => functions::parse_url(text),
            (F::ParseArn, [Text(text)]) => functions::parse_arn(text),
            (F::UriEncode, [Text(text)]) => Text(crate::protocol::uri::encode(text)),
            (F::Partition, [Text(region)]) => functions::partition(self.geography, region),
            (F::Partition, [Nothing]) => functions::partition(self.geography, ""),
            (F::ParseUrl | F::ParseArn | F::UriEncode, [Nothing]) => Nothing,
            _ => return None,
        })
    }
}

fn endpoint(url: String, headers: Vec<(String, String)>, properties: Value) -> Endpoint {
    let texts = |scheme: &Value, key: &str| scheme.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    let auth_schemes = properties
        .get("authSchemes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|scheme| AuthScheme {
            name: texts(scheme, "name").unwrap_or_default(),
            signing_name: texts(scheme, "signingName"),
            signing_region: texts(scheme, "signingRegion"),
            signing_region_set: scheme
                .get("signingRegionSet")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|region| region.as_str().map(ToOwned::to_owned))
                .collect(),
            disable_double_encoding: scheme
                .get("disableDoubleEncoding")
                .and_then(Value::as_bool)
                .unwrap_or(false),
        })
        .collect();
    Endpoint {
        url,
        headers,
        auth_schemes,
        properties,
    }
}
