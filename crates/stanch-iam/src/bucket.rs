//! External access to a bucket as a whole: policies with their conditions, access lists, access points, and
//! what the blocks of public access and the ownership of objects leave of them.
//!
//! - <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
//! - <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>
//! - <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html>
//!
//! Access lists of single objects are in no reading of a bucket. It must not judge whether anybody should get in.

mod doors;
#[cfg(test)]
mod tests;

use serde_json::Value;

use super::access::Grade;
use super::context::Context;
use super::document::Policy;
use super::evaluate::Decision;
use super::truth::Truth;
use doors::{Gate, both, door, flag, outsiders, permitted};

/// Number of grants of one access list that are looked at: S3 takes a hundred.
const GRANTS_LIMIT: usize = 200;
const GROUPS: &str = "http://acs.amazonaws.com/groups/global/";

/// An answer about a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Seen<T> {
    /// It is there.
    Is(T),
    /// It is known that there is none.
    None,
    /// It was not read.
    #[default]
    Unknown,
}

/// The settings of a block of public access that close what is open already. The other two only refuse what is new.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Block {
    /// `IgnorePublicAcls`.
    pub ignores_lists: bool,
    /// `RestrictPublicBuckets`.
    pub restricts_policies: bool,
}

impl Block {
    /// Reads a `PublicAccessBlockConfiguration`.
    #[must_use]
    pub fn read(configuration: &Value) -> Self {
        let is = |name: &str| configuration.get(name) == Some(&Value::Bool(true));
        Self {
            ignores_lists: is("IgnorePublicAcls"),
            restricts_policies: is("RestrictPublicBuckets"),
        }
    }
}

/// An access point of a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessPoint {
    /// Its name.
    pub name: String,
    /// True when it answers within a network only.
    pub is_within_network: bool,
    /// Its policy.
    pub policy: Seen<Policy>,
    /// Its own block.
    pub block: Seen<Block>,
}

/// Readings of a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BucketFacts {
    /// Its name.
    pub name: String,
    /// The account that owns it.
    pub account: String,
    /// Its policy.
    pub policy: Seen<Policy>,
    /// Its access list, as `GetBucketAcl` gives it.
    pub list: Seen<Value>,
    /// Owner of its objects: `BucketOwnerEnforced` switches access lists off.
    pub ownership: Seen<String>,
    /// The block of the account.
    pub account_block: Seen<Block>,
    /// Its own block.
    pub block: Seen<Block>,
    /// Its access points.
    pub access_points: Seen<Vec<AccessPoint>>,
}

/// By what somebody gets in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Through {
    /// The bucket's policy.
    Policy,
    /// Its access list.
    List,
    /// An access point, by its name.
    AccessPoint(String),
}

/// Principals with access.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outsider {
    /// Everybody.
    Everybody,
    /// An account.
    Account(String),
    /// Somebody whose account has no number here, by canonical id.
    CanonicalUser(String),
}

/// One way in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Door {
    /// Principal.
    pub who: Outsider,
    /// By what.
    pub through: Through,
    /// Actions.
    pub actions: Vec<String>,
    /// True when surely.
    pub grade: Grade,
    /// Condition that it depends on, if any.
    pub hangs_on: Vec<String>,
}

/// All told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// Everybody gets in.
    Public,
    /// Another account gets in.
    CrossAccount,
    /// Nobody outside gets in.
    Closed,
    /// It hangs on what was not read or is not known.
    Unknown,
}

/// Principals with access to a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketAccess {
    /// All told.
    pub openness: Openness,
    /// Every way in, sure or possible.
    pub doors: Vec<Door>,
    /// Gaps: not read, and may hide a way in.
    pub unread: Vec<&'static str>,
}

impl BucketFacts {
    /// External callers with access. `accounts` are those to test that the policy may grant access to.
    #[must_use]
    pub fn access(&self, accounts: &[String]) -> BucketAccess {
        let mut doors = self.by_policy(accounts);
        doors.extend(self.by_list());
        doors.extend(self.by_access_points(accounts));
        doors.retain(|door| door.grade > Grade::No);
        doors.sort();
        doors.dedup();
        let unread = self.unread();
        let certain = |outsider: fn(&Outsider) -> bool| {
            doors
                .iter()
                .any(|door| door.grade == Grade::Certain && outsider(&door.who))
        };
        let openness = if certain(|who| *who == Outsider::Everybody) {
            Openness::Public
        } else if certain(|who| *who != Outsider::Everybody) {
            Openness::CrossAccount
        } else if doors.is_empty() && unread.is_empty() {
            Openness::Closed
        } else {
            Openness::Unknown
        };
        BucketAccess {
            openness,
            doors,
            unread,
        }
    }

    /// Gaps that may hide a way in. A block that was not read hides none: what it would close is reported as possible.
    fn unread(&self) -> Vec<&'static str> {
        let lists_off = self.ownership == Seen::Is("BucketOwnerEnforced".to_owned());
        let point_unread = match &self.access_points {
            Seen::Is(points) => points.iter().any(|point| point.policy == Seen::Unknown),
            Seen::None => false,
            Seen::Unknown => true,
        };
        let mut unread = Vec::new();
        if self.policy == Seen::Unknown {
            unread.push("policy");
        }
        if self.list == Seen::Unknown && !lists_off {
            unread.push("access list");
        }
        // An access point lets in nobody whom the bucket's policy does not.
        if point_unread && self.policy != Seen::None {
            unread.push("access points");
        }
        unread
    }

    fn by_policy(&self, accounts: &[String]) -> Vec<Door> {
        let Seen::Is(policy) = &self.policy else {
            return Vec::new();
        };
        let blocked = self.restricted(policy, &self.block);
        let gate = Gate::of(policy);
        let mut doors = Vec::new();
        for (who, callers) in outsiders(policy, accounts) {
            let decided = |action: &str| gate.by_bucket(&callers, (&self.name, action), &self.account);
            doors.push(door(who, Through::Policy, decided, &blocked));
        }
        doors
    }

    /// Decision whether a block cuts off everybody outside: where a policy is public, other accounts too.
    fn restricted(&self, policy: &Policy, own: &Seen<Block>) -> Truth {
        let is_public = policy.exposes(&self.account).words.contains(&"public");
        let blocks = [own, &self.account_block, &self.block];
        let restricts = blocks
            .into_iter()
            .map(|block| flag(block, |block| block.restricts_policies))
            .fold(Truth::No, Truth::or);
        Truth::of(is_public).and(restricts)
    }

    fn by_list(&self) -> Vec<Door> {
        let Seen::Is(list) = &self.list else {
            return Vec::new();
        };
        let off = match &self.ownership {
            Seen::Is(ownership) => Truth::of(ownership == "BucketOwnerEnforced"),
            Seen::None => Truth::No,
            Seen::Unknown => Truth::maybe("ownership controls"),
        };
        let ignored = flag(&self.block, |block| block.ignores_lists)
            .or(flag(&self.account_block, |block| block.ignores_lists));
        let owner = list.pointer("/Owner/ID").and_then(Value::as_str).unwrap_or("");
        let grants = list.get("Grants").and_then(Value::as_array);
        let mut doors = Vec::new();
        for grant in grants.into_iter().flatten().take(GRANTS_LIMIT) {
            let grantee = |name: &str| grant.pointer(name).and_then(Value::as_str).unwrap_or("");
            let (group, id) = (grantee("/Grantee/URI"), grantee("/Grantee/ID"));
            let (who, closed) = match group.strip_prefix(GROUPS) {
                Some("AllUsers" | "AuthenticatedUsers") => {
                    (Outsider::Everybody, off.clone().or(ignored.clone()))
                }
                _ if !id.is_empty() && id != owner => (Outsider::CanonicalUser(id.to_owned()), off.clone()),
                _ => continue,
            };
            let granted = permitted(grantee("/Permission"));
            doors.push(door(
                who,
                Through::List,
                |action| self.listed(granted, action),
                &closed,
            ));
        }
        doors
    }

    /// Decision whether what a list grants is taken away by the policy.
    fn listed(&self, granted: &[&str], action: &str) -> Decision {
        if !granted.contains(&action) {
            return Decision::ImplicitlyDenied;
        }
        match &self.policy {
            Seen::None => Decision::Allowed,
            Seen::Unknown => Decision::Unknown {
                why: vec!["policy".to_owned()],
            },
            Seen::Is(policy) => Gate::of(policy).undenied(&self.name, action),
        }
    }

    fn by_access_points(&self, accounts: &[String]) -> Vec<Door> {
        let (Seen::Is(points), Seen::Is(bucket)) = (&self.access_points, &self.policy) else {
            return Vec::new();
        };
        let mut doors = Vec::new();
        for point in points.iter().filter(|point| !point.is_within_network) {
            let Seen::Is(policy) = &point.policy else { continue };
            let blocked = self.restricted(policy, &point.block);
            let arn = format!("arn:aws:s3:us-east-1:{}:accesspoint/{}", self.account, point.name);
            let through = |context: Context| {
                context
                    .with("s3:DataAccessPointArn", &arn)
                    .with("s3:DataAccessPointAccount", &self.account)
                    .with("s3:AccessPointNetworkOrigin", "Internet")
            };
            let (gate, bucket) = (Gate::of(policy), Gate::of(bucket));
            for (who, callers) in outsiders(policy, accounts) {
                let callers: Vec<_> = callers
                    .into_iter()
                    .map(|(caller, context)| (caller, through(context)))
                    .collect();
                // Both policies must allow.
                let decided = |action: &str| {
                    let point = gate.by_point(&callers, action, &self.account);
                    both(
                        point,
                        bucket.by_bucket(&callers, (&self.name, action), &self.account),
                    )
                };
                doors.push(door(
                    who,
                    Through::AccessPoint(point.name.clone()),
                    decided,
                    &blocked,
                ));
            }
        }
        doors
    }
}
