//! Revokes a grant on a KMS key, which lets its grantee use the key whatever the key policy says.
//!
//! AWS services work by grants too (encrypted volumes, databases): revoking one of theirs breaks what uses it. A grant can't be
//! changed, only created and revoked, so its terms are those that were collected for the plan. Undo creates it again under a name: for
//! the same name and terms KMS returns the same grant, so a repeated call creates nothing twice.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stanch_core::plan::{
    CallTemplate, Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write,
};

use super::listings::KEYS;
use super::parts::{blank, near, text};
use crate::about::{About, Parameter, Scope, Undo, Whole, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct KmsGrantRevoke;

static ABOUT: About = About {
    name: "kms-grant-revoke",
    does: "Revoke a grant on a KMS key.",
    targets: &["kms-grant"],
    parameters: &[Parameter::required("key", "id or ARN of the key")],
    notes: "It may take up to five minutes until KMS refuses the grant everywhere. Data keys that were created with it keep working.",
    answers: &[by_call("kms", "CreateGrant"), by_check("key-shared", "kms-key")],
    handle: Some("kms-grant"),
    listing: Some(&KEYS),
    scope: Scope::Grants(&["key-shared"]),
    in_turn: Some(Whole::Parameter("key")),
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html",
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html",
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html",
    ],
    ..About::EMPTY
};

/// Members of a grant from which it is created again.
const TERMS: [&str; 5] = [
    "GranteePrincipal",
    "RetiringPrincipal",
    "Operations",
    "Constraints",
    "Name",
];

impl Action for KmsGrantRevoke {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (grant, key) = (request.target.name.as_str(), request.value("key")?);
        let listed = account
            .named(("kms", "ListGrants", "Grants[]"), "GrantId", grant)
            .ok_or_else(|| Unplannable::new(format!("KMS grant {grant} was not collected")))?;
        let grantee = listed.text("GranteePrincipal").to_owned();
        let same_grantee = Path::of("Grants[]").and("GranteePrincipal", &grantee);
        let named = !listed.text("Name").is_empty();
        let list = || near(&request.target, "kms", "ListGrants", [("KeyId", text(key))]);
        let ours = |member: &'static str| Path::of("Grants").only("GrantId", grant).then(member);
        let revoke = [("KeyId", text(key)), ("GrantId", text(grant))];
        let remains = if named {
            "the grant gets a new id"
        } else {
            "the grant gets a new id, and a name where it had none"
        };
        Ok(Change {
            before: vec![Read::new("grants", list())],
            requires: vec![Expectation::new(
                "grants",
                ours("GranteePrincipal"),
                Test::Present,
            )],
            writes: vec![
                Write::new(near(&request.target, "kms", "RevokeGrant", revoke)).fine_if("NotFoundException"),
            ],
            after: vec![Read::new("grants-after", list())],
            verified_by: vec![Expectation::new("grants-after", ours("GrantId"), Test::Absent)],
            undo: vec![Write::new(create(request, key, listed.value))],
            // Grants to other principals may be revoked at the same time and are not compared.
            restores: [
                "GranteePrincipal",
                "RetiringPrincipal",
                "Operations",
                "Constraints",
            ]
            .map(|term| Restored::new("grants", same_grantee.clone().then(term)))
            .to_vec(),
            reversibility: Reversibility::Partial {
                remains: remains.to_owned(),
            },
            undo_reopens: Some(format!("{grantee} can use KMS key {key} again")),
            ..blank(
                &ABOUT,
                request,
                Wave::WayBack,
                format!("Revoke the grant of {grantee} on KMS key {key}"),
            )
        })
    }
}

/// Returns the call that creates the grant again.
fn create(request: &ActionRequest, key: &str, grant: &Value) -> CallTemplate {
    let term = |name: &str| grant.get(name).filter(|value| !value.is_null()).cloned();
    let filled = |value: &Value| value != &json!("") && value != &json!({});
    let mut params: BTreeMap<String, Param> = TERMS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), Param::Literal(term(name).filter(filled)?))))
        .collect();
    params.insert("KeyId".to_owned(), text(key));
    let own: String = request.target.name.chars().take(16).collect();
    params
        .entry("Name".to_owned())
        .or_insert_with(|| text(&format!("restored-{own}")));
    let mut call = near(&request.target, "kms", "CreateGrant", []);
    call.params = Param::Object(params);
    call
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{change, reply, request, told, words};

    fn grant(name: &Value) -> stanch_core::Reading {
        let grants = json!({"Grants": [{"KeyId": "k", "GrantId": "0123456789abcdef0", "Name": name,
            "GranteePrincipal": "arn:aws:iam::999999999999:root", "Operations": ["Decrypt"]}]});
        reply("kms:ListGrants", json!({"KeyId": "k"}), grants)
    }

    #[test]
    fn the_same_terms_are_granted_again_under_a_name() {
        let request = request("kms-grant", "0123456789abcdef0", "").with("key", words(&["k"]));
        let change = change("kms-grant-revoke", &request, vec![grant(&Value::Null)]).unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Revoke the grant of arn:aws:iam::999999999999:root on KMS key k
        before grants: eu-west-1 kms:ListGrants (KeyId="k")
        requires grants Grants[](GrantId=0123456789abcdef0).GranteePrincipal Present
        sends eu-west-1 kms:RevokeGrant (GrantId="0123456789abcdef0", KeyId="k") fine if NotFoundException
        after grants-after: eu-west-1 kms:ListGrants (KeyId="k")
        holds grants-after Grants[](GrantId=0123456789abcdef0).GrantId Absent
        undo eu-west-1 kms:CreateGrant (GranteePrincipal="arn:aws:iam::999999999999:root", KeyId="k", Name="restored-0123456789abcdef", Operations=["Decrypt"])
        restores grants Grants[](GranteePrincipal=arn:aws:iam::999999999999:root).GranteePrincipal
        restores grants Grants[](GranteePrincipal=arn:aws:iam::999999999999:root).RetiringPrincipal
        restores grants Grants[](GranteePrincipal=arn:aws:iam::999999999999:root).Operations
        restores grants Grants[](GranteePrincipal=arn:aws:iam::999999999999:root).Constraints
        "#);
    }

    #[test]
    fn a_grant_keeps_its_own_name_and_one_that_was_not_read_is_told() {
        let request = request("kms-grant", "0123456789abcdef0", "").with("key", words(&["k"]));
        let named = change("kms-grant-revoke", &request, vec![grant(&json!("theirs"))]).unwrap();
        assert!(told(&named).contains(r#"Name="theirs""#));
        assert!(change("kms-grant-revoke", &request, Vec::new()).is_err());
    }
}
