//! Description of an action as data: its texts, its parameters, the findings and API calls that it answers, how its target is
//! addressed, and its place among the others.
//!
//! The planner, the playbook, the command line and the reference pages read it, so that an action is one file. It must not know
//! any account.

use stanch_core::plan::Reversibility;

/// Description of an action. Unset fields are those of [`About::EMPTY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// Name, such as `user-deny`: the file's name in kebab case, in plans, findings and on the command line.
    pub name: &'static str,
    /// One sentence in the imperative that names the AWS service and feature.
    pub does: &'static str,
    /// Kinds of resources that it can be done to, such as `iam-user`.
    pub targets: &'static [&'static str],
    /// Meaning of the target's name, where the kind does not say it.
    pub target_help: &'static str,
    /// Parameters beyond the target.
    pub parameters: &'static [Parameter],
    /// Notes for a responder: when to use it, what it leaves open, what it breaks.
    pub notes: &'static str,
    /// API calls and checks whose results it answers.
    pub answers: &'static [Answer],
    /// Kind of the handle that a finding must have for this action to answer it, where a finding may be about something else.
    pub handle: Option<&'static str>,
    /// Where the account lists its targets.
    pub listing: Option<&'static Listing>,
    /// How its calls name a target that the account does not list.
    pub addressed_by: AddressedBy,
    /// Parameter that the planner derives from the target.
    pub derives: Option<Derived>,
    /// How much of the target one request covers.
    pub scope: Scope,
    /// Resource of which only one part is changed at a time: each undo compares the whole with its former state.
    pub in_turn: Option<Whole>,
    /// Place among other actions.
    pub stage: Stage,
    /// Order within its wave, the lowest first.
    pub rank: u8,
    /// True when it denies everything to its target, so that the rights of the target no longer matter.
    pub denies_everything: bool,
    /// How far its undo restores the former state, at worst.
    pub undo: Undo,
    /// Steps of the playbook that it belongs to.
    pub steps: &'static [&'static str],
    /// Addresses of the AWS pages that it rests on.
    pub sources: &'static [&'static str],
}

impl About {
    /// A description without content, for the fields that an action does not need.
    pub const EMPTY: Self = Self {
        name: "",
        does: "",
        targets: &[],
        target_help: "",
        parameters: &[],
        notes: "",
        answers: &[],
        handle: None,
        listing: None,
        addressed_by: AddressedBy::Name,
        derives: None,
        scope: Scope::Whole,
        in_turn: None,
        stage: Stage::Alone,
        rank: 0,
        denies_everything: false,
        undo: Undo::Exact,
        steps: &[],
        sources: &[],
    };

    /// Returns the parameter of a name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// Number of values that a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// One.
    One,
    /// One or more.
    Many,
    /// Any value sets it; it is left out otherwise.
    Flag,
}

/// A parameter that an action takes beyond its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Name on the command line.
    pub name: &'static str,
    /// Number of its values.
    pub values: Values,
    /// True when the action needs it.
    pub is_required: bool,
    /// Meaning, as a noun phrase.
    pub help: &'static str,
}

impl Parameter {
    const fn new(name: &'static str, values: Values, is_required: bool, help: &'static str) -> Self {
        Self {
            name,
            values,
            is_required,
            help,
        }
    }

    /// Returns a parameter with one value that the action needs.
    #[must_use]
    pub const fn required(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Values::One, true, help)
    }

    /// Returns a parameter with one value that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Values::One, false, help)
    }

    /// Returns a parameter with several values of which the action needs one.
    #[must_use]
    pub const fn required_list(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Values::Many, true, help)
    }

    /// Returns a parameter with several values that may be left out.
    #[must_use]
    pub const fn list(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Values::Many, false, help)
    }

    /// Returns a parameter that is set by any value.
    #[must_use]
    pub const fn flag(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Values::Flag, false, help)
    }
}

/// An API call, or a finding, whose result an action answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// The result of an API call.
    Call {
        /// Service.
        service: &'static str,
        /// Operation.
        call: &'static str,
    },
    /// A finding of a check, where no call is known.
    Check {
        /// Id of the check.
        check: &'static str,
        /// Kind of the resource that it is about.
        kind: &'static str,
    },
}

/// Returns the answer to an API call.
#[must_use]
pub const fn by_call(service: &'static str, call: &'static str) -> Answer {
    Answer::Call { service, call }
}

/// Returns the answer to a finding of a check about a kind of resource.
#[must_use]
pub const fn by_check(check: &'static str, kind: &'static str) -> Answer {
    Answer::Check { check, kind }
}

/// Region of a listed resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedRegion {
    /// The region that was queried.
    Queried,
    /// No region: the resource is global.
    Global,
    /// The region in this member; the resource is listed in other regions too.
    Member(&'static str),
    /// The region of an S3 bucket: all buckets are listed in one reply.
    Bucket,
}

/// A list of an account: the call that returns it, and the members that name a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// Service, operation, and path of the list in the reply.
    pub at: (&'static str, &'static str, &'static str),
    /// Member with the ARN, or with the id.
    pub id: &'static str,
    /// Member with the name that calls take.
    pub name: &'static str,
    /// Another member that names it.
    pub also: &'static str,
    /// Its region.
    pub region: ListedRegion,
    /// Parameter for its bus or group, and the member with that name.
    pub container: Option<(&'static str, &'static str)>,
    /// True when a call on it may name a resource of another service first.
    pub has_foreign_names: bool,
}

impl Listing {
    /// Returns a list whose resources are in the region that was queried.
    #[must_use]
    pub const fn new(
        at: (&'static str, &'static str, &'static str),
        id: &'static str,
        name: &'static str,
    ) -> Self {
        Self {
            at,
            id,
            name,
            also: name,
            region: ListedRegion::Queried,
            container: None,
            has_foreign_names: false,
        }
    }

    /// Returns it with another member that names a resource.
    #[must_use]
    pub const fn also(mut self, member: &'static str) -> Self {
        self.also = member;
        self
    }

    /// Returns it for global resources.
    #[must_use]
    pub const fn global(mut self) -> Self {
        self.region = ListedRegion::Global;
        self
    }

    /// Returns it for S3 buckets.
    #[must_use]
    pub const fn buckets(mut self) -> Self {
        self.region = ListedRegion::Bucket;
        self
    }

    /// Returns it for resources whose region is in a member.
    #[must_use]
    pub const fn region_in(mut self, member: &'static str) -> Self {
        self.region = ListedRegion::Member(member);
        self
    }

    /// Returns it for resources within a bus or group: the parameter, and the member with its name.
    #[must_use]
    pub const fn within(mut self, parameter: &'static str, member: &'static str) -> Self {
        self.container = Some((parameter, member));
        self
    }

    /// Returns it for resources that calls name after resources of other services.
    #[must_use]
    pub const fn with_foreign_names(mut self) -> Self {
        self.has_foreign_names = true;
        self
    }
}

/// Kind of a credential of an IAM user other than an access key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OtherCredential {
    /// Console password.
    Password,
    /// Service-specific credential.
    ServiceSpecific,
    /// SSH public key.
    SshKey,
    /// X.509 signing certificate.
    SigningCertificate,
    /// MFA device.
    MfaDevice,
}

/// Name by which the calls of an action address a target that the account does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressedBy {
    /// Its name: the last part of an ARN.
    Name,
    /// Its whole ARN.
    Arn,
    /// The name with this prefix.
    Prefix(&'static str),
    /// The id of a user's credential; the user is the parameter `user`.
    Credential(OtherCredential),
}

/// Parameter that is derived from the names of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derived {
    /// The bus, group or cluster in its ARN.
    Container {
        /// Name of the parameter.
        parameter: &'static str,
        /// True when the second name of the target is the container where no ARN has it.
        or_second_name: bool,
    },
    /// The last version of an IAM policy from before the attacker's change.
    EarlierPolicyVersion {
        /// Name of the parameter.
        parameter: &'static str,
    },
}

impl Derived {
    /// Returns the name of the parameter.
    #[must_use]
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Container { parameter, .. } | Self::EarlierPolicyVersion { parameter } => parameter,
        }
    }
}

/// Extent of one request of an action. The checks named are those whose findings say which accounts are external.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole target.
    Whole,
    /// One statement of a Lambda function's policy that grants external access.
    FunctionStatements(&'static [&'static str]),
    /// All statements of a bucket policy that grant external access.
    BucketStatements(&'static [&'static str]),
    /// One grant on a KMS key.
    Grants(&'static [&'static str]),
    /// All principals that a role's trust policy must no longer allow.
    TrustedPrincipals(&'static [&'static str]),
}

/// The resource that is changed part by part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// The target.
    Target,
    /// The value of this parameter.
    Parameter(&'static str),
}

/// Place of an action among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It depends on no other.
    Alone,
    /// It stops what launches instances or jobs: it runs before all children, or they are launched again.
    Parent,
    /// It stops an instance or job.
    Child,
    /// It is part of a larger plan, and harmful or useless without the rest: it can't be requested by name.
    Part,
    /// It creates what other actions are done to.
    Creator,
}

/// How far the undo of an action restores the former state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Undo {
    /// Exactly.
    Exact,
    /// In part: each plan says what remains.
    Partial,
    /// Not at all: each plan says what remains.
    Impossible,
}

impl Undo {
    /// Returns what a change promises.
    #[must_use]
    pub const fn of(reversibility: &Reversibility) -> Self {
        match reversibility {
            Reversibility::Exact => Self::Exact,
            Reversibility::Partial { .. } => Self::Partial,
            Reversibility::None { .. } => Self::Impossible,
        }
    }
}
