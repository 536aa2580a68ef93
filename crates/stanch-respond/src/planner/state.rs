//! The account's identities by name, read once: who is there, with what credentials, what power, whose template.
//!
//! It must not judge anybody, and knows "not read" from "not there".

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_core::{CallOutcome, EventKey, Timestamp};

use crate::account::{Account, Item};
use crate::principal_name::{Kind, Parts, one_name};

/// A credential of a user beside its access keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Extra {
    Password,
    Service,
    Ssh,
    Certificate,
    Mfa,
}

/// A principal as it was read.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The ARN with its path; empty where only the name is known.
    pub(super) arn: String,
    pub(super) unique_id: String,
    /// From 0 to 3; see [`power_of`].
    pub(super) power: u8,
    pub(super) stack: Option<String>,
    pub(super) last_used: Option<String>,
    pub(super) reading: Option<EventKey>,
    pub(super) keys: BTreeMap<String, KeyKnown>,
    pub(super) extras: BTreeSet<(Extra, String)>,
}

/// A key as it was read.
#[derive(Debug, Default, Clone)]
pub(super) struct KeyKnown {
    pub(super) is_active: bool,
    pub(super) last_used: Option<String>,
    pub(super) reading: Option<EventKey>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct State<'a> {
    pub(super) account: &'a Account,
    /// By ARN without path.
    pub(super) principals: BTreeMap<String, Known>,
    /// Owners of keys, by ARN without path.
    pub(super) owners: BTreeMap<String, String>,
    /// Credentials beside access keys, inactive ones too, with their owners by ARN without path.
    pub(super) credentials: BTreeMap<String, (Extra, String)>,
    /// Whether all users and roles were read.
    pub(super) is_whole: bool,
}

const EXTRAS: [(&str, &str, &str, Extra); 4] = [
    (
        "ListServiceSpecificCredentials",
        "ServiceSpecificCredentials[]",
        "ServiceSpecificCredentialId",
        Extra::Service,
    ),
    (
        "ListSSHPublicKeys",
        "SSHPublicKeys[]",
        "SSHPublicKeyId",
        Extra::Ssh,
    ),
    (
        "ListSigningCertificates",
        "Certificates[]",
        "CertificateId",
        Extra::Certificate,
    ),
    ("ListMFADevices", "MFADevices[]", "SerialNumber", Extra::Mfa),
];

impl<'a> State<'a> {
    pub(super) fn of(account: &'a Account) -> Self {
        let details = "GetAccountAuthorizationDetails";
        let mut state = Self {
            account,
            principals: BTreeMap::new(),
            owners: BTreeMap::new(),
            credentials: BTreeMap::new(),
            is_whole: account.is_known("iam", details),
        };
        let powers = Powers::of(account);
        for (path, member) in [("UserDetailList[]", "UserId"), ("RoleDetailList[]", "RoleId")] {
            for item in account.items("iam", details, path) {
                state.principal(&item, member, &powers);
            }
        }
        for item in account.items("iam", "ListUsers", "Users[]") {
            state.principal(&item, "UserId", &powers);
        }
        state.credentials();
        state.virtual_factors();
        state
    }

    fn principal(&mut self, item: &Item<'_>, id: &str, powers: &Powers) {
        let arn = item.text("Arn");
        if Parts::of(arn).is_none() {
            return;
        }
        let known = self.principals.entry(one_name(arn)).or_default();
        if !known.arn.is_empty() {
            return;
        }
        known.arn = arn.to_owned();
        known.unique_id = item.text(id).to_owned();
        known.power = powers.of_principal(item.value);
        known.stack = stack_of(item.value);
        let used = item.value.pointer("/RoleLastUsed/LastUsedDate");
        known.last_used = used.and_then(Value::as_str).map(whole_seconds);
        known.reading = Some(item.key());
    }

    fn credentials(&mut self) {
        let account = self.account;
        for item in account.items("iam", "ListAccessKeys", "AccessKeyMetadata[]") {
            let key = KeyKnown {
                is_active: item.text("Status") != "Inactive",
                last_used: None,
                reading: Some(item.key()),
            };
            let id = item.text("AccessKeyId").to_owned();
            let user = self.user_arn(or(item.text("UserName"), item.asked("UserName")));
            self.owners.insert(id.clone(), user.clone());
            self.principals.entry(user).or_default().keys.insert(id, key);
        }
        for item in account.items("iam", "GetAccessKeyLastUsed", "AccessKeyLastUsed") {
            let Some(owner) = self.owners.get(item.asked("AccessKeyId")) else {
                continue;
            };
            let known = self.principals.get_mut(owner);
            if let Some(key) = known.and_then(|known| known.keys.get_mut(item.asked("AccessKeyId"))) {
                let date = item.text("LastUsedDate");
                key.last_used = (!date.is_empty()).then(|| whole_seconds(date));
            }
        }
        for item in account.items("iam", "GetLoginProfile", "LoginProfile") {
            let user = or(item.text("UserName"), item.asked("UserName")).to_owned();
            self.extra(&user, Extra::Password, &user);
        }
        for (operation, path, id, kind) in EXTRAS {
            for item in account.items("iam", operation, path) {
                let user = or(item.text("UserName"), item.asked("UserName"));
                let owner = (kind, self.user_arn(user));
                if !item.text(id).is_empty() && !user.is_empty() {
                    self.credentials.insert(item.text(id).to_owned(), owner);
                }
                let is_off = item.text("Status") == "Inactive";
                if !is_off && !item.text(id).is_empty() {
                    self.extra(user, kind, item.text(id));
                }
            }
        }
    }

    /// Second factors as the account lists them: with the users that they are of.
    fn virtual_factors(&mut self) {
        let account = self.account;
        for item in account.items("iam", "ListVirtualMFADevices", "VirtualMFADevices[]") {
            let user = item.value.pointer("/User/UserName").and_then(Value::as_str);
            if let Some(user) = user.filter(|_| !item.text("SerialNumber").is_empty()) {
                let owner = (Extra::Mfa, self.user_arn(user));
                let serial = item.text("SerialNumber").to_owned();
                self.credentials.entry(serial).or_insert(owner);
            }
        }
    }

    fn extra(&mut self, user: &str, kind: Extra, id: &str) {
        if !user.is_empty() {
            let known = self.principals.entry(self.user_arn(user)).or_default();
            known.extras.insert((kind, id.to_owned()));
        }
    }

    /// The ARN without path of a user of this account.
    pub(super) fn user_arn(&self, name: &str) -> String {
        self.account.arn("iam", &format!("user/{name}"))
    }

    /// The ARN without path of a role of this account.
    pub(super) fn role_arn(&self, name: &str) -> String {
        self.account.arn("iam", &format!("role/{name}"))
    }

    /// The ARN with its path where it is known.
    pub(super) fn full_arn<'s>(&'s self, arn: &'s str) -> &'s str {
        self.principals
            .get(arn)
            .map(|known| known.arn.as_str())
            .filter(|arn| !arn.is_empty())
            .unwrap_or(arn)
    }

    /// Whether a user or role is certainly not there.
    pub(super) fn is_gone(&self, arn: &str) -> bool {
        self.is_whole && !self.principals.contains_key(arn)
    }

    /// Whether a user's password was asked for and there is none.
    pub(super) fn has_no_password(&self, user: &str) -> bool {
        self.account.readings("iam", "GetLoginProfile").any(|reading| {
            reading.params.get("UserName").and_then(Value::as_str) == Some(user)
                && reading.outcome == CallOutcome::NoSuchThing
        })
    }
}

/// A date without fractions of a second: services differ in how many digits they give, and none of them tells a person anything.
fn whole_seconds(date: &str) -> String {
    Timestamp::parse(date).map_or_else(|| date.to_owned(), |at| whole(at).to_string())
}

/// The second that a moment is in.
pub(super) const fn whole(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - at.0.rem_euclid(1_000))
}

fn or<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.is_empty() { other } else { one }
}

/// Whoever puts a thing back when it is changed, by its tags: AWS sets those that begin with `aws:` itself.
pub(super) fn stack_of(value: &Value) -> Option<String> {
    let tags = value.get("Tags")?;
    let listed = tags.as_array().into_iter().flatten().filter_map(|tag| {
        let of = |names: [&str; 2]| names.into_iter().find_map(|name| tag.get(name)?.as_str());
        Some((of(["Key", "key"])?, of(["Value", "value"])?))
    });
    let mapped = tags.as_object().into_iter().flatten();
    let mapped = mapped.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
    let mut owners: Vec<(usize, String)> = listed
        .chain(mapped)
        .filter_map(|(key, value)| {
            let place = KEEPERS
                .iter()
                .position(|(known, _)| key.eq_ignore_ascii_case(known))?;
            let (_, words) = KEEPERS.get(place)?;
            Some((place, format!("{words} {}", stanch_core::text::shown(value, 120))))
        })
        .collect();
    owners.sort();
    owners.into_iter().next().map(|(_, owner)| owner)
}

/// Tags by which a thing says who made it. AWS, "Resource tag" of CloudFormation, of Elastic Beanstalk, of Service Catalog;
/// the others are customs of the field.
const KEEPERS: [(&str, &str); 7] = [
    ("aws:cloudformation:stack-name", "stack"),
    ("aws:autoscaling:groupName", "Auto Scaling group"),
    (
        "elasticbeanstalk:environment-name",
        "Elastic Beanstalk environment",
    ),
    (
        "aws:servicecatalog:provisionedProductArn",
        "Service Catalog product",
    ),
    ("terraform", "Terraform"),
    ("ManagedBy", "the tool"),
    ("managed-by", "the tool"),
];

/// Managed policies of the account and groups by what they allow.
struct Powers {
    managed: BTreeMap<String, u8>,
    groups: BTreeMap<String, u8>,
}

impl Powers {
    fn of(account: &Account) -> Self {
        let details = "GetAccountAuthorizationDetails";
        let mut powers = Self {
            managed: BTreeMap::new(),
            groups: BTreeMap::new(),
        };
        for item in account.items("iam", details, "Policies[]") {
            let versions = list(item.value, "PolicyVersionList");
            let documents =
                versions.filter(|version| version.get("IsDefaultVersion") == Some(&Value::Bool(true)));
            let most = documents
                .filter_map(|version| version.get("Document"))
                .map(power_of)
                .max();
            powers
                .managed
                .insert(item.text("Arn").to_owned(), most.unwrap_or_default());
        }
        for item in account.items("iam", details, "GroupDetailList[]") {
            let power = powers.of_lists(item.value, "GroupPolicyList");
            powers.groups.insert(item.text("GroupName").to_owned(), power);
        }
        powers
    }

    fn of_principal(&self, value: &Value) -> u8 {
        let own = self
            .of_lists(value, "UserPolicyList")
            .max(self.of_lists(value, "RolePolicyList"));
        let groups = list(value, "GroupList").filter_map(Value::as_str);
        let groups = groups.filter_map(|group| self.groups.get(group)).copied().max();
        own.max(groups.unwrap_or_default())
    }

    fn of_lists(&self, value: &Value, inline: &str) -> u8 {
        let documents = list(value, inline).filter_map(|policy| policy.get("PolicyDocument"));
        let attached = list(value, "AttachedManagedPolicies").filter_map(|policy| {
            let arn = policy.get("PolicyArn")?.as_str()?;
            let known = self.managed.get(arn).copied();
            Some(known.unwrap_or_default().max(power_of_aws(arn)))
        });
        documents.map(power_of).chain(attached).max().unwrap_or_default()
    }
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn power_of_aws(arn: &str) -> u8 {
    match arn.rsplit('/').next() {
        Some("AdministratorAccess") => 3,
        Some("IAMFullAccess" | "PowerUserAccess") => 2,
        _ => 1,
    }
}

/// How much a document allows: 3 everything, 2 everything of IAM or STS, 1 something. It only orders; denies and conditions
/// are not weighed.
fn power_of(document: &Value) -> u8 {
    let parsed;
    let document = match document {
        Value::String(text) => {
            parsed = serde_json::from_str(text).unwrap_or(Value::Null);
            &parsed
        }
        other => other,
    };
    let statements = many(document.get("Statement"));
    let allows =
        statements.filter(|statement| statement.get("Effect").and_then(Value::as_str) == Some("Allow"));
    let of_action = |action: &Value| match action.as_str() {
        Some("*" | "*:*") => 3,
        Some("iam:*" | "sts:*") => 2,
        _ => 1,
    };
    allows
        .map(|statement| {
            if statement.get("NotAction").is_some() {
                return 2;
            }
            many(statement.get("Action"))
                .map(of_action)
                .max()
                .unwrap_or_default()
        })
        .max()
        .unwrap_or_default()
}

fn many(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let list = value.and_then(Value::as_array);
    let one = value.filter(|value| !value.is_array());
    list.into_iter().flatten().chain(one)
}

/// How much somebody can do: for the order of steps.
pub(super) fn power(state: &State<'_>, arn: &str) -> u8 {
    let known = state.principals.get(arn).map_or(0, |known| known.power);
    let is_root = Parts::of(arn).is_some_and(|parts| parts.kind == Kind::Root);
    if is_root { 3 } else { known }
}
