//! Endpoint rules, compiled from a model's rule set.
//!
//! A rule set says for a region, some flags and some of an operation's parameters where the request goes and how it is
//! signed. [`super::evaluate`] walks it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::compile::ModelError;
use crate::model::service::ContextValue;

/// The rules of one service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleSet {
    /// What the rules may ask for.
    pub parameters: Vec<Parameter>,
    pub(super) rules: Vec<Rule>,
}

/// A parameter of the rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ParameterKind,
    /// The setting that fills it, such as `AWS::Region`.
    pub built_in: Option<String>,
    /// Its value when nobody gives one.
    pub default: Option<ContextValue>,
    /// Whether it must have one.
    pub required: bool,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParameterKind {
    /// Text.
    Text,
    /// True or false.
    Flag,
    /// Several texts.
    Texts,
}

/// A rule, which holds when all its conditions do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Rule {
    pub(super) conditions: Vec<Condition>,
    pub(super) then: Then,
}

/// What a rule leads to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Then {
    Endpoint {
        url: Expression,
        headers: Vec<(String, Vec<Expression>)>,
        properties: Tree,
    },
    Error(Expression),
    Rules(Vec<Rule>),
}

/// A call whose result may get a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Condition {
    pub(super) call: Call,
    pub(super) assign: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) function: Function,
    pub(super) arguments: Vec<Expression>,
}

/// The functions that rule sets use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Function {
    IsSet,
    Not,
    GetAttr,
    Substring,
    StringEquals,
    BooleanEquals,
    ParseUrl,
    UriEncode,
    IsValidHostLabel,
    Partition,
    ParseArn,
    IsVirtualHostableBucket,
    Coalesce,
    IfThenElse,
    Split,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Expression {
    Text(Template),
    Flag(bool),
    Number(i64),
    Reference(String),
    Call(Box<Call>),
}

/// Text with `{names}` in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Template(pub(super) Vec<Part>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Part {
    Text(String),
    /// `{name#attribute}`
    Value(String, Vec<String>),
}

/// JSON with templates for texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Tree {
    Text(Template),
    Flag(bool),
    Number(i64),
    List(Vec<Tree>),
    Members(Vec<(String, Tree)>),
}

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
