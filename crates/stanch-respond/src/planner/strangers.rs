//! Which statements and grants let in whom a finding calls strangers.
//!
//! Who is a stranger is said by findings, which know the partners of an account; here nobody is taken for one. It must not know
//! what is done.

use std::collections::BTreeSet;

use serde_json::Value;
use stanch_core::AccountId;

use super::address::Address;
use super::reach::Thing;
use super::situation::Situation;
use crate::account::Account;
use crate::actions::{bucket_policy, statements};

/// Conditions that shut nobody out: they say how a call comes, not whose it is.
const OPEN: [&str; 3] = [
    "aws:securetransport",
    "lambda:functionurlauthtype",
    "lambda:invokedviafunctionurl",
];

/// Whom findings call foreign.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    accounts: BTreeSet<String>,
    everybody: bool,
}

impl Strangers {
    /// Of a thing: what its own finding says, and what findings of these checks say of the same thing.
    pub(super) fn of(situation: &Situation<'_>, thing: &Thing, address: &Address, checks: &[&str]) -> Self {
        let mut strangers = Self {
            accounts: thing.foreign.iter().cloned().collect(),
            everybody: thing.facts.iter().any(|fact| is_everybody(&fact.value)),
        };
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
            strangers.accounts.extend(
                finding
                    .foreign
                    .iter()
                    .map(|account: &AccountId| account.0.clone()),
            );
            strangers.everybody |= finding.facts.iter().any(|fact| is_everybody(&fact.value));
        }
        strangers.accounts.remove(situation.account.id.as_str());
        strangers
    }

    /// The accounts.
    pub(super) fn accounts(&self) -> impl Iterator<Item = String> {
        self.accounts.iter().cloned()
    }

    /// Whether a principal is of one of the accounts: an ARN, or the account's number.
    pub(super) fn has(&self, principal: &str) -> bool {
        let number = principal.split(':').nth(4).unwrap_or(principal);
        self.accounts.contains(number)
    }

    /// Whether a statement lets one of them in.
    fn lets_in(&self, statement: &Value) -> bool {
        if statement.get("Effect").and_then(Value::as_str) != Some("Allow") {
            return false;
        }
        let mut named = Vec::new();
        texts(statement.get("Principal"), &mut named);
        let condition = statement.get("Condition");
        let is_open = named.contains(&"*");
        let is_by_condition = is_open || named.iter().any(|name| name.ends_with(".amazonaws.com"));
        named.iter().any(|principal| self.has(principal))
            || is_open && self.everybody && is_unlimited(condition)
            || is_by_condition && required(condition).iter().any(|value| self.has(value))
    }
}

fn is_everybody(text: &str) -> bool {
    text.starts_with("everybody") || text.contains(" everybody") || text == "anyone"
}

/// All texts in a value.
fn texts<'v>(value: Option<&'v Value>, into: &mut Vec<&'v str>) {
    match value {
        Some(Value::String(text)) => into.push(text),
        Some(Value::Array(list)) => list.iter().for_each(|one| texts(Some(one), into)),
        Some(Value::Object(members)) => members.values().for_each(|one| texts(Some(one), into)),
        _ => {}
    }
}

/// What conditions ask for; not what they shut out.
fn required(condition: Option<&Value>) -> Vec<&str> {
    let mut values = Vec::new();
    let operators = condition.and_then(Value::as_object).into_iter().flatten();
    for (_, keys) in operators.filter(|(operator, _)| !operator.contains("Not")) {
        texts(Some(keys), &mut values);
    }
    values
}

/// Whether no condition says whose a call must be.
fn is_unlimited(condition: Option<&Value>) -> bool {
    let operators = condition.and_then(Value::as_object).into_iter().flatten();
    let mut keys = operators.flat_map(|(_, keys)| keys.as_object().into_iter().flatten());
    keys.all(|(key, _)| OPEN.contains(&key.to_ascii_lowercase().as_str()))
}

/// Statements of a function's policies that let strangers in, or that a call named: qualifier and Sid.
pub(super) fn of_function(
    account: &Account,
    address: &Address,
    strangers: &Strangers,
    thing: &Thing,
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
            let is_made = thing.call == "AddPermission" && thing.names.iter().any(|name| name == sid);
            if !sid.is_empty()
                && is_of(&statement, &address.id, policy.asked("Qualifier"))
                && (is_made || strangers.lets_in(&statement))
            {
                found.insert((policy.asked("Qualifier").to_owned(), sid.to_owned()));
            }
        }
    }
    found
}

/// Whether a statement is of the function itself, or of this version or alias of it: a reply may hold those of others as well.
fn is_of(statement: &Value, function: &str, qualifier: &str) -> bool {
    let told = statement.get("Resource").and_then(Value::as_str);
    let rest = told.and_then(|resource| resource.strip_prefix(function));
    // A resource that is told otherwise says nothing of this.
    rest.is_none_or(|rest| rest.strip_prefix(':').unwrap_or(rest) == qualifier)
}

/// Statements of a bucket's policy that let strangers in: by Sid, or by place where a Sid does not tell them apart.
pub(super) fn of_bucket(account: &Account, bucket: &str, strangers: &Strangers) -> Vec<String> {
    let Ok(Some(policy)) = bucket_policy(account, bucket) else {
        return Vec::new();
    };
    let all = statements(&policy);
    let sid = |statement: &Value| {
        let sid = statement.get("Sid").and_then(Value::as_str);
        sid.filter(|sid| !sid.is_empty()).map(str::to_owned)
    };
    let sids: Vec<Option<String>> = all.iter().map(sid).collect();
    let strange = all
        .iter()
        .enumerate()
        .filter(|(_, statement)| strangers.lets_in(statement));
    strange
        .map(|(place, statement)| match sid(statement) {
            Some(sid) if sids.iter().flatten().filter(|one| **one == sid).count() == 1 => sid,
            _ => place.to_string(),
        })
        .collect()
}

/// Grants that a thing names, or that let strangers use the key: their ids, the regions, and the key as it was asked for.
pub(super) fn grants(account: &Account, thing: &Thing, key: &Address, strangers: &Strangers) -> Vec<Address> {
    let mut found: Vec<Address> = account
        .items("kms", "ListGrants", "Grants[]")
        .iter()
        .filter(|grant| grant.region() == &thing.region)
        .filter(|grant| {
            let of = [grant.text("KeyId"), grant.asked("KeyId")];
            let of_key = of.contains(&key.id.as_str()) || of.contains(&key.name.as_str());
            let is_strange = strangers.has(grant.text("GranteePrincipal"))
                || strangers.has(grant.text("RetiringPrincipal"));
            thing.names.iter().any(|name| name == grant.text("GrantId")) || of_key && is_strange
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

/// Whom a role's trust policy names, of those that are given.
pub(super) fn named_in_trust(account: &Account, role: &str, whom: &[String]) -> Vec<String> {
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
