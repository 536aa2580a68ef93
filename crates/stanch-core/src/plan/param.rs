//! Calls of a plan before they are sent: their parameters may hold what is only known then.
//!
//! It must not know where replies are kept, what time it is or how a secret is made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::expectation::Expectation;
use super::step::StepNumber;
use crate::ids::{OperationName, RegionName, ServiceName};
use crate::json_path::Path;

/// Name of a reply within its step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReadName(pub String);

impl From<&str> for ReadName {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A parameter or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Param {
    /// The value itself.
    Literal(Value),
    /// An object.
    Object(BTreeMap<String, Self>),
    /// A list.
    List(Vec<Self>),
    /// Texts, joined.
    Text(Vec<Self>),
    /// A part of a reply that this step, or one that it needs, has read before: of what was found before the change if it
    /// stands there, else of what was read after.
    Reply {
        /// The step that read it; none for this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<StepNumber>,
        /// The reply.
        read: ReadName,
        /// Where in it.
        path: Path,
        /// Form in which it is inserted.
        form: Form,
    },
    /// The moment of the change and some seconds, as RFC 3339 in UTC: sessions from before it are cut off.
    Cutoff {
        /// Seconds added for clocks that differ and for sessions that are being made.
        seconds: i64,
    },
    /// A password that is made then, given to AWS, and neither kept nor shown.
    Secret,
}

/// Form in which a part of a reply becomes a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The one value at the path, as it is.
    One,
    /// All values at the path, as a list.
    All,
    /// The one value at the path, written as JSON text: for documents that replies show as objects.
    Document,
}

impl Param {
    /// A literal.
    #[must_use]
    pub fn literal(value: impl Into<Value>) -> Self {
        Self::Literal(value.into())
    }

    /// One value of an earlier reply of the same step.
    #[must_use]
    pub fn reply(read: &str, path: Path) -> Self {
        Self::from_reply(read, path, Form::One)
    }

    /// A part of an earlier reply of the same step.
    #[must_use]
    pub fn from_reply(read: &str, path: Path, form: Form) -> Self {
        Self::Reply {
            step: None,
            read: read.into(),
            path,
            form,
        }
    }

    /// An object of parameters.
    #[must_use]
    pub fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        let members = members.into_iter().map(|(name, param)| (name.to_owned(), param));
        Self::Object(members.collect())
    }

    /// Returns true when it holds a secret that is made when the call is sent.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        match self {
            Self::Secret => true,
            Self::Object(members) => members.values().any(Self::has_secret),
            Self::List(parts) | Self::Text(parts) => parts.iter().any(Self::has_secret),
            Self::Literal(_) | Self::Reply { .. } | Self::Cutoff { .. } => false,
        }
    }
}

/// A call whose parameters may hold what is only known when it is sent. It goes to the account of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallTemplate {
    /// The region it is sent to.
    pub region: RegionName,
    /// The service.
    pub service: ServiceName,
    /// The operation.
    pub operation: OperationName,
    /// The parameters: an object.
    pub params: Param,
}

impl CallTemplate {
    /// A call by its parts.
    #[must_use]
    pub fn new(region: &RegionName, service: &str, operation: &str, params: Param) -> Self {
        Self {
            region: region.clone(),
            service: service.into(),
            operation: operation.into(),
            params,
        }
    }
}

/// A reply that is asked for, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// Name within the step.
    pub name: ReadName,
    /// The call. It must be one that reads.
    pub call: CallTemplate,
}

impl Read {
    /// A read by its parts.
    #[must_use]
    pub fn new(name: &str, call: CallTemplate) -> Self {
        Self {
            name: name.into(),
            call,
        }
    }
}

/// A call that changes something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    /// The call.
    pub call: CallTemplate,
    /// It is sent only if all of these hold of what was read before; nothing here means always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Expectation>,
    /// Error codes that mean that what it is for is so already, such as `NoSuchEntity` of a deletion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_fine: Vec<String>,
}

impl Write {
    /// A change that is always sent.
    #[must_use]
    pub const fn new(call: CallTemplate) -> Self {
        Self {
            call,
            when: Vec::new(),
            also_fine: Vec::new(),
        }
    }

    /// The same, sent only if this holds of what was read before.
    #[must_use]
    pub fn when(mut self, expectation: Expectation) -> Self {
        self.when.push(expectation);
        self
    }

    /// The same; an error of this code means that it is so already.
    #[must_use]
    pub fn fine_if(mut self, code: &str) -> Self {
        self.also_fine.push(code.to_owned());
        self
    }
}
