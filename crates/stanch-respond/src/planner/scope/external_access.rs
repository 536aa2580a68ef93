//! The statements and grants that give access to external accounts or to the public, as findings name them.
//!
//! Findings decide who is external, since they know the account's vendors; nothing is taken for external here. It must not know
//! what is done.

use std::collections::BTreeSet;

use serde_json::Value;
use stanch_core::Arn;
use stanch_core::finding::Exposure;

use super::AffectedResource;
use crate::account::Account;
use crate::actions::{bucket_policy, statements};
use crate::planner::situation::Situation;
use crate::planner::steps::address::Address;

/// Condition keys that exclude nobody: they restrict how a call is sent, not who sends it.
const OPEN: [&str; 3] = [
    "aws:securetransport",
    "lambda:functionurlauthtype",
    "lambda:invokedviafunctionurl",
];

/// The external accounts that findings name for a resource, and whether it is public.
#[derive(Debug, Default)]
pub(in crate::planner) struct ExternalAccess {
    accounts: BTreeSet<String>,
    public: bool,
}

impl ExternalAccess {
    /// Returns what the resource's own finding says, and what findings of these checks say of the same resource.
    pub(in crate::planner) fn of(
        situation: &Situation<'_>,
        affected: &AffectedResource,
        address: &Address,
        checks: &[&str],
    ) -> Self {
        let mut external = Self {
            accounts: BTreeSet::new(),
            public: false,
        };
        external.add(&affected.exposure);
        let findings = situation
            .assessment
            .into_iter()
            .flat_map(|assessment| &assessment.findings);
        let same = |id: &str| id == address.id || id == address.name;
        for finding in findings.filter(|finding| {
            let resource = &finding.resource;
            checks.contains(&finding.check.as_str())
                && resource.account == situation.account.id
                && (same(&resource.id) || same(&resource.name))
        }) {
            external.add(&finding.exposure);
        }
        external.accounts.remove(situation.account.id.as_str());
        external
    }

    /// Adds the accounts with certain access. Public access counts even where it is conditional: which statement grants it
    /// without a condition is judged by the statement.
    fn add(&mut self, exposure: &Exposure) {
        let accounts = exposure.unconditional_accounts().iter();
        self.accounts.extend(accounts.map(|account| account.0.clone()));
        self.public |= exposure.public;
    }

    /// Returns the external accounts.
    pub(in crate::planner) fn accounts(&self) -> impl Iterator<Item = String> {
        self.accounts.iter().cloned()
    }

    /// Returns whether a principal, given by ARN or account number, is of one of the external accounts.
    pub(in crate::planner) fn has(&self, principal: &str) -> bool {
        let number = Arn::parse(principal).map_or(principal, |arn| arn.account);
        self.accounts.contains(number)
    }

    /// Returns whether a statement grants access to one of them.
    fn is_granted_by(&self, statement: &Value) -> bool {
        if statement.get("Effect").and_then(Value::as_str) != Some("Allow") {
            return false;
        }
        let mut named = Vec::new();
        texts(statement.get("Principal"), &mut named);
        let condition = statement.get("Condition");
        let is_open = named.contains(&"*");
        let is_by_condition = is_open || named.iter().any(|name| name.ends_with(".amazonaws.com"));
        named.iter().any(|principal| self.has(principal))
            || is_open && self.public && is_unrestricted(condition)
            || is_by_condition && required(condition).iter().any(|value| self.has(value))
    }
}

/// Collects all texts in a value.
fn texts<'v>(value: Option<&'v Value>, into: &mut Vec<&'v str>) {
    match value {
        Some(Value::String(text)) => into.push(text),
        Some(Value::Array(list)) => list.iter().for_each(|one| texts(Some(one), into)),
        Some(Value::Object(members)) => members.values().for_each(|one| texts(Some(one), into)),
        _ => {}
    }
}

/// Returns the values that conditions require; not those they exclude.
fn required(condition: Option<&Value>) -> Vec<&str> {
    let mut values = Vec::new();
    let operators = condition.and_then(Value::as_object).into_iter().flatten();
    for (_, keys) in operators.filter(|(operator, _)| !operator.contains("Not")) {
        texts(Some(keys), &mut values);
    }
    values
}

/// Returns whether no condition restricts the caller.
fn is_unrestricted(condition: Option<&Value>) -> bool {
    let operators = condition.and_then(Value::as_object).into_iter().flatten();
    let mut keys = operators.flat_map(|(_, keys)| keys.as_object().into_iter().flatten());
    keys.all(|(key, _)| OPEN.contains(&key.to_ascii_lowercase().as_str()))
}

/// Returns the statements of a function's policies that grant external access, or that a call named: qualifier and Sid.
pub(in crate::planner) fn of_function(
    account: &Account,
    address: &Address,
    external: &ExternalAccess,
    affected: &AffectedResource,
) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for policy in account.items("lambda", "GetPolicy", "Policy") {
        let of = policy.asked("FunctionName");
        if (of != address.name && of != address.id) || policy.region() != &address.region {
            continue;
        }
        let Ok(document) = serde_json::from_str::<Value>(policy.value.as_str().unwrap_or_default()) else {
            continue;
        };
        for statement in statements(&document) {
            let sid = statement.get("Sid").and_then(Value::as_str).unwrap_or_default();
            let is_made = affected.call == "AddPermission" && affected.names.iter().any(|name| name == sid);
            if !sid.is_empty()
                && is_of(&statement, &address.id, policy.asked("Qualifier"))
                && (is_made || external.is_granted_by(&statement))
            {
                found.insert((policy.asked("Qualifier").to_owned(), sid.to_owned()));
            }
        }
    }
    found
}

/// Whether a statement is of the function itself, or of this version or alias of it: a reply may basis those of others as well.
fn is_of(statement: &Value, function: &str, qualifier: &str) -> bool {
    let resource = statement.get("Resource").and_then(Value::as_str);
    let rest = resource.and_then(|resource| resource.strip_prefix(function));
    // A resource in another form says nothing about it.
    rest.is_none_or(|rest| rest.strip_prefix(':').unwrap_or(rest) == qualifier)
}

/// Returns the statements of a bucket's policy that grant external access: by Sid, or by position where the Sid is not unique.
pub(in crate::planner) fn of_bucket(
    account: &Account,
    bucket: &str,
    external: &ExternalAccess,
) -> Vec<String> {
    let Ok(Some(policy)) = bucket_policy(account, bucket) else {
        return Vec::new();
    };
    let all = statements(&policy);
    let sid = |statement: &Value| {
        let sid = statement.get("Sid").and_then(Value::as_str);
        sid.filter(|sid| !sid.is_empty()).map(str::to_owned)
    };
    let sids: Vec<Option<String>> = all.iter().map(sid).collect();
    let granted = all
        .iter()
        .enumerate()
        .filter(|(_, statement)| external.is_granted_by(statement));
    granted
        .map(|(position, statement)| match sid(statement) {
            Some(sid) if sids.iter().flatten().filter(|one| **one == sid).count() == 1 => sid,
            _ => position.to_string(),
        })
        .collect()
}

/// Returns the KMS grants that a finding or call names, or whose grantee is external.
pub(in crate::planner) fn grants(
    account: &Account,
    affected: &AffectedResource,
    key: &Address,
    external: &ExternalAccess,
) -> Vec<Address> {
    let mut found: Vec<Address> = account
        .items("kms", "ListGrants", "Grants[]")
        .iter()
        .filter(|grant| grant.region() == &affected.region)
        .filter(|grant| {
            let of = [grant.text("KeyId"), grant.asked("KeyId")];
            let of_key = of.contains(&key.id.as_str()) || of.contains(&key.name.as_str());
            let is_external =
                external.has(grant.text("GranteePrincipal")) || external.has(grant.text("RetiringPrincipal"));
            affected.names.iter().any(|name| name == grant.text("GrantId")) || of_key && is_external
        })
        .map(|grant| Address {
            id: grant.text("GrantId").to_owned(),
            name: grant.text("GrantId").to_owned(),
            region: grant.region().clone(),
            word: Some((
                "key",
                match grant.asked("KeyId") {
                    "" => grant.text("KeyId").to_owned(),
                    asked => asked.to_owned(),
                },
            )),
        })
        .filter(|address| !address.id.is_empty())
        .collect();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found.dedup();
    found
}

/// Returns those of the given principals that a role's trust policy allows.
pub(in crate::planner) fn named_in_trust(account: &Account, role: &str, whom: &[String]) -> Vec<String> {
    let list = ("iam", "GetAccountAuthorizationDetails", "RoleDetailList[]");
    let Some(item) = account.named(list, "RoleName", role) else {
        return Vec::new();
    };
    let document = item.value.get("AssumeRolePolicyDocument");
    let parsed = document
        .and_then(Value::as_str)
        .and_then(|text| serde_json::from_str(text).ok());
    let document = parsed.as_ref().or(document);
    let mut named = Vec::new();
    for statement in document.map(statements).unwrap_or_default() {
        let mut principals = Vec::new();
        texts(statement.get("Principal"), &mut principals);
        let is_allowed = statement.get("Effect").and_then(Value::as_str) == Some("Allow");
        named.extend(principals.into_iter().filter(|_| is_allowed).map(str::to_owned));
    }
    whom.iter().filter(|arn| named.contains(*arn)).cloned().collect()
}
