//! From a rule set's JSON to [`RuleSet`].

use serde_json::Value;

use super::rules::{
    Call, Condition, Expression, Function, Parameter, ParameterKind, Part, Rule, RuleSet, Template, Then,
    Tree,
};
use crate::model::compile::ModelError;
use crate::model::service::ContextValue;

fn bad(what: &str, value: &Value) -> ModelError {
    ModelError(format!("endpoint rules: {what} is not understood: {value}"))
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

impl RuleSet {
    /// Compiles a rule set.
    ///
    /// # Errors
    /// When it uses a function or a form that is not known here.
    pub fn compile(source: &Value) -> Result<Self, ModelError> {
        let parameters = source
            .get("parameters")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, value)| parameter(name, value))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            parameters,
            rules: items(source, "rules").map(rule).collect::<Result<_, _>>()?,
        })
    }
}

fn parameter(name: &str, value: &Value) -> Result<Parameter, ModelError> {
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    Ok(Parameter {
        name: name.to_owned(),
        kind: match kind.to_ascii_lowercase().as_str() {
            "string" => ParameterKind::Text,
            "boolean" => ParameterKind::Flag,
            "stringarray" => ParameterKind::Texts,
            _ => return Err(bad("a parameter", value)),
        },
        built_in: value
            .get("builtIn")
            .and_then(Value::as_str)
            .map(ToOwned::to_owned),
        default: match value.get("default") {
            None => None,
            Some(Value::Bool(flag)) => Some(ContextValue::Flag(*flag)),
            Some(Value::String(text)) => Some(ContextValue::Text(text.clone())),
            Some(other) => return Err(bad("a default", other)),
        },
        required: value.get("required").and_then(Value::as_bool).unwrap_or(false),
    })
}

fn rule(value: &Value) -> Result<Rule, ModelError> {
    let conditions = items(value, "conditions")
        .map(|condition| {
            Ok(Condition {
                call: call(condition)?,
                assign: condition
                    .get("assign")
                    .and_then(Value::as_str)
                    .map(ToOwned::to_owned),
            })
        })
        .collect::<Result<_, _>>()?;
    let then = match value.get("type").and_then(Value::as_str) {
        Some("endpoint") => endpoint(value.get("endpoint").unwrap_or(&Value::Null))?,
        Some("error") => Then::Error(expression(value.get("error").unwrap_or(&Value::Null))?),
        Some("tree") => Then::Rules(items(value, "rules").map(rule).collect::<Result<_, _>>()?),
        _ => return Err(bad("a rule", value)),
    };
    Ok(Rule { conditions, then })
}

fn endpoint(value: &Value) -> Result<Then, ModelError> {
    let mut headers = Vec::new();
    for (name, values) in value
        .get("headers")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let values = values.as_array().into_iter().flatten().map(expression);
        headers.push((name.clone(), values.collect::<Result<_, _>>()?));
    }
    Ok(Then::Endpoint {
        url: expression(value.get("url").unwrap_or(&Value::Null))?,
        headers,
        properties: value
            .get("properties")
            .map_or(Ok(Tree::Members(Vec::new())), tree)?,
    })
}

fn call(value: &Value) -> Result<Call, ModelError> {
    let function = match value.get("fn").and_then(Value::as_str).unwrap_or_default() {
        "isSet" => Function::IsSet,
        "not" => Function::Not,
        "getAttr" => Function::GetAttr,
        "substring" => Function::Substring,
        "stringEquals" => Function::StringEquals,
        "booleanEquals" => Function::BooleanEquals,
        "parseURL" => Function::ParseUrl,
        "uriEncode" => Function::UriEncode,
        "isValidHostLabel" => Function::IsValidHostLabel,
        "aws.partition" => Function::Partition,
        "aws.parseArn" => Function::ParseArn,
        "aws.isVirtualHostableS3Bucket" => Function::IsVirtualHostableBucket,
        "coalesce" => Function::Coalesce,
        "ite" => Function::IfThenElse,
        "split" => Function::Split,
        _ => return Err(bad("a function", value)),
    };
    Ok(Call {
        function,
        arguments: items(value, "argv").map(expression).collect::<Result<_, _>>()?,
    })
}

fn expression(value: &Value) -> Result<Expression, ModelError> {
    match value {
        Value::Bool(flag) => Ok(Expression::Flag(*flag)),
        Value::Number(number) => number
            .as_i64()
            .map(Expression::Number)
            .ok_or_else(|| bad("a number", value)),
        Value::String(text) => template(text).map(Expression::Text),
        Value::Object(members) => match members.get("ref").and_then(Value::as_str) {
            Some(name) => Ok(Expression::Reference(name.to_owned())),
            None => Ok(Expression::Call(Box::new(call(value)?))),
        },
        _ => Err(bad("an argument", value)),
    }
}

fn tree(value: &Value) -> Result<Tree, ModelError> {
    match value {
        Value::Bool(flag) => Ok(Tree::Flag(*flag)),
        Value::Number(number) => number
            .as_i64()
            .map(Tree::Number)
            .ok_or_else(|| bad("a number", value)),
        Value::String(text) => template(text).map(Tree::Text),
        Value::Array(items) => items.iter().map(tree).collect::<Result<_, _>>().map(Tree::List),
        Value::Object(members) => {
            let mut out = Vec::new();
            for (name, value) in members {
                out.push((name.clone(), tree(value)?));
            }
            Ok(Tree::Members(out))
        }
        Value::Null => Err(bad("a property", value)),
    }
}

/// Text with `{name}` and `{name#attribute}`; braces are doubled to stand for themselves.
fn template(text: &str) -> Result<Template, ModelError> {
    let unclosed = || ModelError(format!("endpoint rules: a brace is not closed in {text:?}"));
    let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(place) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(place);
        plain.push_str(before);
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            plain.push_str(&from[..1]);
            rest = after;
            continue;
        }
        let (name, after) = from
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'))
            .ok_or_else(unclosed)?;
        let mut path = name.split('#').map(ToOwned::to_owned);
        let variable = path.next().unwrap_or_default();
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut plain)));
        }
        parts.push(Part::Value(variable, path.collect()));
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(Template(parts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn templates_are_cut_at_their_names() {
        let parts = template("https://{Bucket}.{url#authority}/{{x}}").unwrap().0;
        assert_eq!(parts.len(), 5);
        assert_eq!(
            parts[3],
            Part::Value("url".to_owned(), vec!["authority".to_owned()])
        );
        assert_eq!(parts[4], Part::Text("/{x}".to_owned()));
        assert!(template("https://{Bucket").is_err());
    }

    #[test]
    fn an_unknown_function_is_refused() {
        let source =
            json!({"rules": [{"type": "tree", "conditions": [{"fn": "guess", "argv": []}], "rules": []}]});
        assert!(RuleSet::compile(&source).is_err());
    }
}
