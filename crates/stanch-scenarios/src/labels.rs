//! The truth about a scenario.

use std::collections::BTreeSet;

/// Initial access of an attacker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vector {
    /// A long-term access key leaked.
    LeakedKey,
    /// A console password or session of an IAM user was stolen.
    StolenSession,
    /// Credentials of an instance, from its metadata service.
    InstanceMetadata,
    /// Trust of a role in a build service or OIDC provider.
    WebIdentity,
    /// Role that an external company assumes.
    ThirdParty,
    /// A user of IAM Identity Center was phished.
    IdentityCenter,
    /// Root user of an account.
    Root,
}

impl Vector {
    /// Name in kebab case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LeakedKey => "leaked-key",
            Self::StolenSession => "stolen-session",
            Self::InstanceMetadata => "instance-metadata",
            Self::WebIdentity => "web-identity",
            Self::ThirdParty => "third-party",
            Self::IdentityCenter => "identity-center",
            Self::Root => "root",
        }
    }
}

/// One amount of data that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Took {
    /// Distinct objects of a bucket, and the bytes of all reads.
    Objects {
        /// Bucket.
        bucket: String,
        /// Distinct objects.
        count: u64,
        /// Bytes.
        bytes: u64,
    },
    /// Distinct secrets of Secrets Manager.
    Secrets(u64),
    /// Something shared with or exported to another place, by its name.
    Shared(String),
}

/// The truth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// `eventID` of every event of the attacker.
    pub events: BTreeSet<String>,
    /// Initial access; `None` where nobody attacked.
    pub vector: Option<Vector>,
    /// Names of the things that the attacker left, each found in the descriptions of its changes.
    pub left: BTreeSet<String>,
    /// Data that the attacker took.
    pub took: Vec<Took>,
}

impl Labels {
    /// Adds data that was taken; further objects of a bucket add up.
    pub(crate) fn take(&mut self, took: Took) {
        if let Took::Objects { bucket, count, bytes } = &took {
            for known in &mut self.took {
                if let Took::Objects {
                    bucket: same,
                    count: sum,
                    bytes: all,
                } = known
                    && same == bucket
                {
                    *sum += count;
                    *all += bytes;
                    return;
                }
            }
        }
        self.took.push(took);
    }
}
