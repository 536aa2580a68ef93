//! The inventory of the account's principals, read once: their credentials, permissions, last use and managing tool.
//!
//! It must not judge a principal, and it tells "not read" from "does not exist".

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stanch_core::arn::{PrincipalArn, PrincipalKind, one_name};
use stanch_core::{CallOutcome, EventKey, Timestamp};

use crate::about::OtherCredential;
use crate::account::{Account, Item};

/// A principal as it was read.
#[derive(Debug, Default)]
pub(in crate::planner) struct PrincipalRecord {
    /// The ARN with its path; empty where only the name is known.
    pub(in crate::planner) arn: String,
    pub(in crate::planner) unique_id: String,
    /// From 0 to 3; see [`power_of`].
    pub(in crate::planner) power: u8,
    /// The tool that manages it, such as a CloudFormation stack.
    pub(in crate::planner) managed_by: Option<String>,
    pub(in crate::planner) last_used: Option<String>,
    pub(in crate::planner) reading: Option<EventKey>,
    pub(in crate::planner) keys: BTreeMap<String, KeyRecord>,
    pub(in crate::planner) other_credentials: BTreeSet<(OtherCredential, String)>,
}

impl PrincipalRecord {
    /// Returns whether the user has a credential of a kind.
    pub(in crate::planner) fn has(&self, kind: OtherCredential) -> bool {
        self.other_credentials.iter().any(|(known, _)| *known == kind)
    }
}

/// An access key as it was read.
#[derive(Debug, Default, Clone)]
pub(in crate::planner) struct KeyRecord {
    pub(in crate::planner) is_active: bool,
    pub(in crate::planner) last_used: Option<String>,
    pub(in crate::planner) reading: Option<EventKey>,
}

/// See the module.
#[derive(Debug)]
pub(in crate::planner) struct Inventory<'a> {
    pub(in crate::planner) account: &'a Account,
    /// By ARN without path.
    pub(in crate::planner) principals: BTreeMap<String, PrincipalRecord>,
    /// Owners of keys, by ARN without path.
    pub(in crate::planner) owners: BTreeMap<String, String>,
    /// Credentials other than access keys, inactive ones too, with their owners by ARN without path.
    pub(in crate::planner) credentials: BTreeMap<String, (OtherCredential, String)>,
    /// True when all users and roles were read.
    pub(in crate::planner) is_complete: bool,
}

const OTHER_CREDENTIALS: [(&str, &str, &str, OtherCredential); 4] = [
    (
        "ListServiceSpecificCredentials",
        "ServiceSpecificCredentials[]",
        "ServiceSpecificCredentialId",
        OtherCredential::ServiceSpecific,
    ),
    (
        "ListSSHPublicKeys",
        "SSHPublicKeys[]",
        "SSHPublicKeyId",
        OtherCredential::SshKey,
    ),
    (
        "ListSigningCertificates",
        "Certificates[]",
        "CertificateId",
        OtherCredential::SigningCertificate,
    ),
    (
        "ListMFADevices",
        "MFADevices[]",
        "SerialNumber",
        OtherCredential::MfaDevice,
    ),
];

impl<'a> Inventory<'a> {
    pub(in crate::planner) fn of(account: &'a Account) -> Self {
        let details = "GetAccountAuthorizationDetails";
        let mut inventory = Self {
            account,
            principals: BTreeMap::new(),
            owners: BTreeMap::new(),
            credentials: BTreeMap::new(),
            is_complete: account.is_known("iam", details),
        };
        let powers = Powers::of(account);
        for (path, member) in [("UserDetailList[]", "UserId"), ("RoleDetailList[]", "RoleId")] {
            for item in account.items("iam", details, path) {
                inventory.principal(&item, member, &powers);
            }
        }
        for item in account.items("iam", "ListUsers", "Users[]") {
            inventory.principal(&item, "UserId", &powers);
        }
        inventory.credentials();
        inventory.virtual_mfa_devices();
        inventory
    }

    fn principal(&mut self, item: &Item<'_>, id: &str, powers: &Powers) {
        let arn = item.text("Arn");
        if PrincipalArn::parse(arn).is_none() {
            return;
        }
        let record = self.principals.entry(one_name(arn)).or_default();
        if !record.arn.is_empty() {
            return;
        }
        record.arn = arn.to_owned();
        record.unique_id = item.text(id).to_owned();
        record.power = powers.of_principal(item.value);
        record.managed_by = manager_of(item.value);
        let used = item.value.pointer("/RoleLastUsed/LastUsedDate");
        record.last_used = used.and_then(Value::as_str).map(whole_seconds);
        record.reading = Some(item.key());
    }

    fn credentials(&mut self) {
        let account = self.account;
        for item in account.items("iam", "ListAccessKeys", "AccessKeyMetadata[]") {
            let key = KeyRecord {
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
            self.other_credential(&user, OtherCredential::Password, &user);
        }
        for (operation, path, id, kind) in OTHER_CREDENTIALS {
            for item in account.items("iam", operation, path) {
                let user = or(item.text("UserName"), item.asked("UserName"));
                let owner = (kind, self.user_arn(user));
                if !item.text(id).is_empty() && !user.is_empty() {
                    self.credentials.insert(item.text(id).to_owned(), owner);
                }
                let is_off = item.text("Status") == "Inactive";
                if !is_off && !item.text(id).is_empty() {
                    self.other_credential(user, kind, item.text(id));
                }
            }
        }
    }

    /// Adds virtual MFA devices as the account lists them, with the users they belong to.
    fn virtual_mfa_devices(&mut self) {
        let account = self.account;
        for item in account.items("iam", "ListVirtualMFADevices", "VirtualMFADevices[]") {
            let user = item.value.pointer("/User/UserName").and_then(Value::as_str);
            if let Some(user) = user.filter(|_| !item.text("SerialNumber").is_empty()) {
                let owner = (OtherCredential::MfaDevice, self.user_arn(user));
                let serial = item.text("SerialNumber").to_owned();
                self.credentials.entry(serial).or_insert(owner);
            }
        }
    }

    fn other_credential(&mut self, user: &str, kind: OtherCredential, id: &str) {
        if !user.is_empty() {
            let record = self.principals.entry(self.user_arn(user)).or_default();
            record.other_credentials.insert((kind, id.to_owned()));
        }
    }

    /// Returns the ARN without path of a user of this account.
    pub(in crate::planner) fn user_arn(&self, name: &str) -> String {
        self.account.arn("iam", &format!("user/{name}"))
    }

    /// Returns the ARN without path of a role of this account.
    pub(in crate::planner) fn role_arn(&self, name: &str) -> String {
        self.account.arn("iam", &format!("role/{name}"))
    }

    /// Returns the ARN with its path where it is known.
    pub(in crate::planner) fn full_arn<'s>(&'s self, arn: &'s str) -> &'s str {
        self.principals
            .get(arn)
            .map(|known| known.arn.as_str())
            .filter(|arn| !arn.is_empty())
            .unwrap_or(arn)
    }

    /// Returns whether a user or role certainly does not exist.
    pub(in crate::planner) fn is_gone(&self, arn: &str) -> bool {
        self.is_complete && !self.principals.contains_key(arn)
    }

    /// Returns whether it was read that a user has no password.
    pub(in crate::planner) fn has_no_password(&self, user: &str) -> bool {
        self.account.readings("iam", "GetLoginProfile").any(|reading| {
            reading.params.get("UserName").and_then(Value::as_str) == Some(user)
                && reading.outcome == CallOutcome::DoesNotExist
        })
    }
}

/// Returns a date without fractions of a second: services differ in how many digits they give, and none of them matters here.
fn whole_seconds(date: &str) -> String {
    Timestamp::parse(date).map_or_else(|| date.to_owned(), |at| whole(at).to_string())
}

/// Returns the second that a moment is in.
pub(in crate::planner) const fn whole(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - at.0.rem_euclid(1_000))
}

fn or<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.is_empty() { other } else { one }
}

/// Returns the tool that manages a resource and restores it after a change, by its tags: AWS itself sets those that begin with
/// `aws:`.
pub(in crate::planner) fn manager_of(value: &Value) -> Option<String> {
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
            let place = MANAGERS
                .iter()
                .position(|(known, _)| key.eq_ignore_ascii_case(known))?;
            let (_, words) = MANAGERS.get(place)?;
            Some((place, format!("{words} {}", stanch_core::text::shown(value, 120))))
        })
        .collect();
    owners.sort();
    owners.into_iter().next().map(|(_, owner)| owner)
}

/// Tags that name the tool that created a resource. AWS, "Resource tag" of CloudFormation, of Elastic Beanstalk, of Service Catalog;
/// the others are common conventions.
const MANAGERS: [(&str, &str); 7] = [
    ("aws:cloudformation:stack-name", "CloudFormation stack"),
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
    ("ManagedBy", "the deployment tool"),
    ("managed-by", "the deployment tool"),
];

/// The permissions of the account's managed policies and groups.
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

/// Returns how much a policy document allows: 3 everything, 2 everything of IAM or STS, 1 something. It is for the order of
/// steps alone; denies and conditions are not considered.
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

/// Returns how much a principal can do, for the order of steps.
pub(in crate::planner) fn power(inventory: &Inventory<'_>, arn: &str) -> u8 {
    let known = inventory.principals.get(arn).map_or(0, |known| known.power);
    let is_root = PrincipalArn::parse(arn).is_some_and(|parts| parts.kind == PrincipalKind::Root);
    if is_root { 3 } else { known }
}
