//! Dossier of one credential, principal, instance or address: its parents, its children, its activity.
//!
//! It must not know how that was found out.

use serde::{Deserialize, Serialize};

use crate::assessment::Presence;
use crate::credential::CredentialId;
use crate::ids::{AccountId, EventKey};
use crate::time::Timestamp;

/// A kind of thing that acts or lets act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    /// The root user of an account.
    Root,
    /// An IAM user.
    User,
    /// A role.
    Role,
    /// A name given to `GetFederationToken`.
    FederatedUser,
    /// An access key that works until it is taken away (`AKIA…`).
    LongTermKey,
    /// Temporary credentials (`ASIA…`).
    Session,
    /// A password for the console.
    Password,
    /// A host.
    Instance,
    /// A function.
    Function,
    /// Somebody of whom these logs hold no credential: another account, a provider of identities, a service.
    Outside,
}

impl SubjectKind {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Root => "root user",
            Self::User => "user",
            Self::Role => "role",
            Self::FederatedUser => "federated user",
            Self::LongTermKey => "long-term key",
            Self::Session => "session",
            Self::Password => "console password",
            Self::Instance => "instance",
            Self::Function => "function",
            Self::Outside => "from outside",
        }
    }
}

/// Derivation of one identity from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Derivation {
    /// `AssumeRole`, also with SAML or a web identity, and `AssumeRoot`.
    Assumed,
    /// `GetSessionToken`.
    SessionToken,
    /// `GetFederationToken`.
    Federated,
    /// A console session, by a sign-in token or a password.
    Console,
    /// It was made: a user, role, key, password, host or function.
    Created,
    /// A credential of a host or function.
    RunsAs,
    /// A credential of a user or role.
    Belongs,
    /// Its rights, or who may use it, were changed.
    Opened,
}

impl Derivation {
    /// Returns true when access to the parent gives access to the child. A role whose policy was changed has other sessions than those that
    /// came of the change.
    #[must_use]
    pub const fn descends(self) -> bool {
        !matches!(self, Self::Opened)
    }
}

/// One identity on the way up or down from the one that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relative {
    /// Access key id, ARN or id. For people and for looking it up.
    pub id: String,
    /// Credential that it is; none for principals and workloads.
    #[serde(skip)]
    pub credential: Option<CredentialId>,
    /// Kind.
    pub kind: SubjectKind,
    /// Steps away.
    pub depth: u32,
    /// Identity it is one step away from.
    pub of: String,
    /// Kind of relation or end.
    pub how: Derivation,
    /// When; none where no event tells.
    pub time: Option<Timestamp>,
    /// The event.
    pub event: Option<EventKey>,
    /// Until when the credential works unless somebody ends it. None: without end, or not known.
    pub until: Option<Timestamp>,
    /// Its calls.
    pub calls: u64,
    /// When it was last used.
    pub last: Option<Timestamp>,
    /// True when it is in the account.
    pub presence: Presence,
}

/// Usage of an identity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Usage {
    /// Calls.
    pub calls: u64,
    /// Of these, refused or failed.
    pub failed: u64,
    /// The first.
    pub first: Option<Timestamp>,
    /// The last.
    pub last: Option<Timestamp>,
    /// Addresses, the most used first.
    pub addresses: Vec<(String, u64)>,
    /// Successful changes by name, the most frequent first.
    pub changes: Vec<(String, u64)>,
}

/// One identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// Access key id, ARN or id. For people and for looking it up.
    pub id: String,
    /// Credential that it is; none for principals and workloads.
    #[serde(skip)]
    pub credential: Option<CredentialId>,
    /// Kind.
    pub kind: SubjectKind,
    /// The account it is of, decoded from a key's own letters where no log tells.
    pub account: Option<AccountId>,
    /// Until when it works unless somebody ends it.
    pub until: Option<Timestamp>,
    /// Names given as source identity.
    pub source_identities: Vec<String>,
    /// True when it is in the account.
    pub presence: Presence,
    /// Its own activity.
    pub usage: Usage,
    /// Where it comes from, the nearest first.
    pub ancestors: Vec<Relative>,
    /// Children, the nearest first.
    pub descendants: Vec<Relative>,
    /// Identities whose rights it changed.
    pub opened: Vec<Relative>,
    /// Roles that can be assumed from each other in a circle, this one among them.
    pub cycle: Vec<String>,
}

/// The answer to `who`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dossier {
    /// Request.
    pub asked: String,
    /// Meaning of the identifier itself.
    pub meaning: Option<String>,
    /// The account that the identifier itself tells.
    pub account: Option<AccountId>,
    /// When it was asked: what `until` is held against.
    pub at: Timestamp,
    /// The identities it fits, the most used first.
    pub subjects: Vec<Subject>,
    /// Number of further identities that it fits.
    pub left_out: u64,
}
