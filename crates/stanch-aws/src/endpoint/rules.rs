//! Endpoint rules, compiled from a model's rule set.
//!
//! A rule set says for a region, some flags and some of an operation's parameters where the request goes and how it is
//! signed. `compile` reads it, `evaluate` walks it.

use serde::{Deserialize, Serialize};

use crate::model::service::ContextValue;

/// The rules of one service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleSet {
    /// Inputs that the rules may use.
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
    /// True when it must have one.
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

/// Result of a rule.
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
    List(Vec<Self>),
    Members(Vec<(String, Self)>),
}
