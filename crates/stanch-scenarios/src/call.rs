//! One call, all but who, when and where.

use serde_json::{Map, Value};

/// A call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) service: &'static str,
    pub(crate) name: &'static str,
    pub(crate) request: Value,
    pub(crate) response: Value,
    pub(crate) error: Option<(String, String)>,
    pub(crate) more: Map<String, Value>,
    pub(crate) data: bool,
    pub(crate) event_type: &'static str,
    pub(crate) read_only: bool,
    pub(crate) shared: Option<String>,
}

/// Verbs of calls that only read.
const READS: [&str; 12] = [
    "Get", "List", "Describe", "Head", "Lookup", "BatchGet", "Scan", "Query", "Simulate", "Search", "Assume",
    "Decrypt",
];
/// Services whose records are written in us-east-1.
const GLOBAL: [&str; 6] = [
    "iam",
    "organizations",
    "cloudfront",
    "route53",
    "support",
    "budgets",
];

impl Call {
    /// A successful management call.
    pub(crate) fn new(service: &'static str, name: &'static str) -> Self {
        Self {
            service,
            name,
            request: Value::Null,
            response: Value::Null,
            error: None,
            more: Map::new(),
            data: false,
            event_type: "AwsApiCall",
            read_only: READS.iter().any(|verb| name.starts_with(verb)),
            shared: None,
        }
    }

    pub(crate) fn req(mut self, request: Value) -> Self {
        self.request = request;
        self
    }

    pub(crate) fn res(mut self, response: Value) -> Self {
        self.response = response;
        self
    }

    /// The call failed.
    pub(crate) fn fails(mut self, code: &str, message: &str) -> Self {
        self.error = Some((code.to_owned(), message.to_owned()));
        self.response = Value::Null;
        self
    }

    /// The call was refused for want of permission.
    pub(crate) fn denied(self) -> Self {
        let code = match self.service {
            "ec2" => "Client.UnauthorizedOperation",
            "iam" | "s3" | "sts" | "organizations" => "AccessDenied",
            _ => "AccessDeniedException",
        };
        let action = format!("{}:{}", self.service, self.name);
        self.fails(
            code,
            &format!("User is not authorized to perform: {action} because no identity-based policy allows the {action} action"),
        )
    }

    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// A data event.
    pub(crate) fn data(mut self) -> Self {
        self.data = true;
        self
    }

    pub(crate) fn of_type(mut self, event_type: &'static str) -> Self {
        self.event_type = event_type;
        self
    }

    /// Known to other accounts' records by this id.
    pub(crate) fn shared(mut self, id: &str) -> Self {
        self.shared = Some(id.to_owned());
        self
    }

    /// Region whose log has it when it is sent to `region`.
    pub(crate) fn logged_in<'r>(&self, region: &'r str) -> &'r str {
        if GLOBAL.contains(&self.service) {
            "us-east-1"
        } else {
            region
        }
    }
}
