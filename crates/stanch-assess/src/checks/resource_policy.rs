//! Checks of resources that give external accounts access by a policy document or a list of accounts: one row for each.
//!
//! A row has its description, the places of policy and accounts in the answers, and examples. A resource whose access depends
//! on more than that (conditions, Block Public Access, grants) has a check in a file of its own.

mod accounts;
mod policies;

use serde_json::Value;
use stanch_core::finding::Exposure;
use stanch_core::{Severity, Tactic};

use super::support::shared;
use crate::account::{AccountState, Item};
use crate::check::{Check, CheckAbout, Findings, Need};

/// Circumstance in which most of these findings are harmless.
const PARTNER: &[&str] = &["Partner account with intended access: list it with --vendors"];

/// Check.
struct Row {
    name: &'static str,
    title: &'static str,
    why: &'static str,
    severity: Severity,
    tactics: &'static [Tactic],
    techniques: &'static [&'static str],
    steps: &'static [&'static str],
    next: &'static str,
    /// Answers, one for each source.
    needs: &'static [Need],
    made_by: &'static [&'static str],
    harmless_when: &'static [&'static str],
    sources: &'static [Source],
    /// Parameters and answers in which `POLICY` or `ACCOUNT` stands for a policy document or an account number.
    #[cfg(test)]
    examples: &'static [(&'static str, &'static str)],
}

/// Resources in an answer, and the places of their policy or accounts.
struct Source {
    /// Path of the resources; empty for the answer itself.
    items: &'static str,
    names: Names,
    /// Resource type of the findings.
    kind: &'static str,
    /// Subject of the sentence, followed by the name.
    noun: &'static str,
    /// Verb of the sentence, followed by the external principals.
    verb: &'static str,
    id: Field,
    name: Field,
}

/// Place of the accounts.
enum Names {
    /// Policy document at a path.
    Policy(&'static str),
    /// Policy documents by name at a path; the name is the resource's name.
    PolicyMap(&'static str),
    /// Account numbers, or ARNs with an account number, at paths.
    Accounts(&'static [&'static str]),
}

/// Place of an id or a name.
enum Field {
    None,
    /// Member of the resource.
    Member(&'static str),
    /// Parameter of the call.
    Param(&'static str),
    /// Number of the account.
    Account,
    /// Region, after a prefix: for resources that exist once in each region.
    Region(&'static str),
}

impl Field {
    fn of(&self, account: &AccountState<'_>, item: &Item<'_>) -> String {
        match self {
            Self::None => String::new(),
            Self::Member(path) => item.text(path).to_owned(),
            Self::Param(name) => item.asked(name).to_owned(),
            Self::Account => account.id().as_str().to_owned(),
            Self::Region(prefix) => format!("{prefix}{}", item.region().as_str()),
        }
    }
}

impl Check for Row {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: self.name,
            title: self.title,
            why: self.why,
            severity: self.severity,
            tactics: self.tactics,
            techniques: self.techniques,
            steps: self.steps,
            next: self.next,
            needs: self.needs,
            made_by: self.made_by,
            harmless_when: self.harmless_when,
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for (need, source) in self.needs.iter().zip(self.sources) {
            for item in account.items(need.service, need.operation, source.items) {
                let id = source.id.of(account, &item);
                let name = source.name.of(account, &item);
                let mut report = |name: &str, exposure: &Exposure| {
                    let sentence = (source.noun, source.verb);
                    shared(
                        found,
                        &item,
                        (source.kind, &id, name),
                        sentence,
                        exposure,
                        self.severity,
                    );
                };
                match source.names {
                    Names::Policy(path) => report(&name, &account.exposure(item.at(path))),
                    Names::PolicyMap(path) => {
                        for (name, document) in item.at(path).as_object().into_iter().flatten() {
                            report(name, &account.exposure(document));
                        }
                    }
                    Names::Accounts(paths) => {
                        let named = paths.iter().flat_map(|path| item.list(path));
                        let named: Vec<&str> = named.filter_map(Value::as_str).collect();
                        report(&name, &account.exposure_among(&named));
                    }
                }
            }
        }
    }
}

/// Returns the check of every row.
pub(super) fn all() -> impl Iterator<Item = &'static dyn Check> {
    rows().map(|row| row as &dyn Check)
}

fn rows() -> impl Iterator<Item = &'static Row> {
    policies::ROWS.iter().chain(&accounts::ROWS)
}

/// Returns the examples of every row, by its name: an external account is suspicious, everyone is where a policy says so, and
/// the own account is not.
#[cfg(test)]
pub(super) fn examples() -> Vec<(&'static str, Vec<crate::contract::Example>)> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, granting, silent, stranger, suspicious};

    let external = [granting(&stranger(), "*"), granting(&json!("*"), "*")];
    let own = granting(&json!({"AWS": OWN}), "*");
    let of_row = |row: &Row| {
        let samples = row.needs.iter().cycle().zip(row.examples);
        let examples = samples.flat_map(|(need, sample)| {
            let filled = |account: &str, policy: &Value| filled(*need, *sample, account, policy);
            let is_policy = sample.1.contains("POLICY");
            let found = external.iter().take(if is_policy { 2 } else { 1 });
            let mut examples: Vec<_> = found
                .map(|policy| suspicious(vec![filled(STRANGER, policy)]))
                .collect();
            examples.push(silent(vec![filled(OWN, &own)]));
            examples
        });
        examples.collect()
    };
    rows().map(|row| (row.name, of_row(row))).collect()
}

#[cfg(test)]
fn filled(need: Need, sample: (&str, &str), account: &str, policy: &Value) -> stanch_core::Reading {
    let call = format!("{}:{}", need.service, need.operation);
    // As the services give it: a document as text.
    let document = Value::String(policy.to_string()).to_string();
    let body = sample.1.replace("POLICY", &document).replace("ACCOUNT", account);
    let parse = |text: &str| serde_json::from_str(text).unwrap();
    crate::contract::asked(&call, parse(sample.0), parse(&body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_source_for_each_need_and_an_example_for_each_source() {
        for row in rows() {
            assert_eq!(row.needs.len(), row.sources.len(), "{}", row.name);
            assert!(row.examples.len() >= row.sources.len(), "{}", row.name);
            for (_, body) in row.examples {
                assert!(
                    body.contains("POLICY") != body.contains("ACCOUNT"),
                    "{}",
                    row.name
                );
            }
        }
    }

    #[test]
    fn a_group_of_everyone_is_public() {
        for (name, call, body) in [
            (
                "image-shared",
                "ec2:DescribeImageAttribute",
                r#"{"ImageId": "ami-1", "LaunchPermissions": [{"Group": "all"}]}"#,
            ),
            (
                "snapshot-shared",
                "ec2:DescribeSnapshotAttribute",
                r#"{"SnapshotId": "snap-1", "CreateVolumePermissions": [{"Group": "all"}]}"#,
            ),
        ] {
            let row = rows().find(|row| row.name == name).unwrap();
            let reading = crate::contract::answer(call, serde_json::from_str(body).unwrap());
            let assessment = crate::contract::judged(row, &[reading]);
            let exposure = &assessment.findings[0].exposure;
            assert!(exposure.public && exposure.accounts.is_empty(), "{name}");
        }
    }
}
