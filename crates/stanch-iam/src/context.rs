//! A request: its caller, action, resource, and the keys that conditions look at.
//!
//! A key is here, surely missing, or not known. It must not know policies.

use std::collections::BTreeMap;
use std::sync::Arc;

use stanch_core::Arn;

/// True when a key has a value in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It has these values.
    Here(Vec<String>),
    /// It has none.
    Absent,
    /// Nobody can say.
    Unknown,
}

/// The keys of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Shared, since many requests have the same.
    keys: Arc<BTreeMap<String, Presence>>,
    /// True when what is not named is surely missing.
    closed: bool,
}

impl Context {
    /// Every key that is not named is missing.
    #[must_use]
    pub fn closed() -> Self {
        Self {
            keys: Arc::default(),
            closed: true,
        }
    }

    /// Of keys that are not named, nothing is known.
    #[must_use]
    pub fn open() -> Self {
        Self {
            keys: Arc::default(),
            closed: false,
        }
    }

    /// With a value of a key. Names of keys have no case.
    #[must_use]
    pub fn with(self, key: &str, value: &str) -> Self {
        self.with_all(key, vec![value.to_owned()])
    }

    /// With all values of a key.
    #[must_use]
    pub fn with_all(mut self, key: &str, values: Vec<String>) -> Self {
        Arc::make_mut(&mut self.keys).insert(key.to_ascii_lowercase(), Presence::Here(values));
        self
    }

    /// Without a key.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        Arc::make_mut(&mut self.keys).insert(key.to_ascii_lowercase(), Presence::Absent);
        self
    }

    /// A key, in lower case.
    pub(crate) fn get(&self, key: &str) -> Presence {
        let unnamed = || {
            if self.closed {
                Presence::Absent
            } else {
                Presence::Unknown
            }
        };
        self.keys.get(key).cloned().unwrap_or_else(unnamed)
    }
}

/// Kind of the calling principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallerKind {
    /// The root user of an account.
    Root,
    /// An IAM user, with a long-term key or by `GetSessionToken`.
    User,
    /// A session of a role.
    RoleSession,
    /// A session by `GetFederationToken`.
    Federated,
    /// A service of AWS.
    Service,
    /// Somebody who showed a token of an identity provider.
    WebIdentity,
    /// Nobody: the request is not signed.
    Anonymous,
}

/// Caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Kind of principal.
    pub kind: CallerKind,
    /// The account; empty for services and nobody.
    pub account: String,
    /// The ARN of the user or session; the name of a service or provider.
    pub arn: String,
    /// The role of a session, the user who federated.
    pub issuer: Option<String>,
}

impl Caller {
    /// A user.
    #[must_use]
    pub fn user(arn: &str) -> Self {
        Self::new(CallerKind::User, arn, None)
    }

    /// A session of a role. Without its own ARN, one that no policy names.
    #[must_use]
    pub fn session(role: &str, session: &str) -> Self {
        let mut caller = Self::new(CallerKind::RoleSession, session, Some(role));
        caller.account = account_of(role);
        caller
    }

    /// A session by `GetFederationToken`.
    #[must_use]
    pub fn federated(session: &str, user: &str) -> Self {
        Self::new(CallerKind::Federated, session, Some(user))
    }

    /// The root user of an account.
    #[must_use]
    pub fn root(account: &str, partition: &str) -> Self {
        let arn = format!("arn:{partition}:iam::{account}:root");
        Self::new(CallerKind::Root, &arn, None)
    }

    /// A service, by the name that policies give it.
    #[must_use]
    pub fn service(name: &str) -> Self {
        Self::new(CallerKind::Service, name, None)
    }

    /// Somebody with a token of a provider: its ARN or name.
    #[must_use]
    pub fn web_identity(provider: &str) -> Self {
        Self::new(CallerKind::WebIdentity, provider, None)
    }

    /// Nobody.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::new(CallerKind::Anonymous, "", None)
    }

    fn new(kind: CallerKind, arn: &str, issuer: Option<&str>) -> Self {
        let account = match kind {
            CallerKind::Service | CallerKind::WebIdentity | CallerKind::Anonymous => String::new(),
            _ => account_of(arn),
        };
        Self {
            kind,
            account,
            arn: arn.to_owned(),
            issuer: issuer.map(str::to_owned),
        }
    }

    /// Returns true when it is a session of a service-linked role: no policy of an organization limits it.
    pub(crate) fn is_service_linked(&self) -> bool {
        let role = self.issuer.as_deref().unwrap_or("");
        self.kind == CallerKind::RoleSession && role.contains(":role/aws-service-role/")
    }
}

/// Returns the account in an ARN; empty when there is none.
pub(crate) fn account_of(arn: &str) -> String {
    Arn::parse(arn).map_or("", |arn| arn.account).to_owned()
}

/// On what a request acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// This, by its ARN; `*` for what acts on nothing that has one.
    This(String),
    /// Whatever of a service the caller chooses: an Allow for anything of it is enough, a Deny must cover all of it.
    AnyOf(String),
    /// Everything of a service: an Allow must cover all of it, a Deny for anything of it is enough.
    EveryOf(String),
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Caller.
    pub caller: Caller,
    /// For what: `s3:GetObject`.
    pub action: String,
    /// On what.
    pub target: Target,
    /// The account of the resource.
    pub resource_account: String,
    /// The keys.
    pub context: Context,
}
