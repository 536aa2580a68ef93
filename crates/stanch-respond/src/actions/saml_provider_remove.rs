//! Deletes an IAM SAML identity provider: nobody signs in through it any more, whatever role trusts it.
//!
//! `trust-policy-tighten` is the milder way: it closes single roles to the provider and can be undone exactly. Undo creates the provider
//! again with the same ARN, so that trust policies match again, but not all of it can be read and restored.

use stanch_core::plan::{
    Change, Expectation, Form, Impact, Param, Path, Read, Restored, Reversibility, Test, Wave, Write,
};

use super::identities::trusting;
use super::parts::{iam, text};
use super::shapes::{Summary, bare};
use crate::about::{About, AddressedBy, Undo, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SamlProviderRemove;

static ABOUT: About = About {
    name: "saml-provider-remove",
    does: "Delete an IAM SAML identity provider.",
    targets: &["saml-provider"],
    target_help: "ARN of the provider",
    notes: "For a provider that the attacker created, or whose metadata the attacker replaced and nobody needs. Try \
            trust-policy-tighten first, on the roles that trust it. Sessions that were opened through it stay valid until they \
            expire: also use role-sessions-revoke.",
    answers: &[by_call("iam", "CreateSAMLProvider")],
    addressed_by: AddressedBy::Arn,
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSAMLProvider.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html",
    ],
    ..About::EMPTY
};

impl Action for SamlProviderRemove {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let arn = request.target.id.as_str();
        let name = arn.split_once(":saml-provider/").map(|(_, name)| name);
        let name =
            name.ok_or_else(|| Unplannable::new(format!("{arn} is not the ARN of a SAML provider")))?;
        let by_arn = |operation: &str| iam(account, operation, [("SAMLProviderArn", text(arn))]);
        let metadata = || Path::of("SAMLMetadataDocument");
        let create = [
            ("Name", text(name)),
            ("SAMLMetadataDocument", Param::reply("provider", metadata())),
            (
                "Tags",
                Param::from_reply("provider", Path::of("Tags[]"), Form::All),
            ),
        ];
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Delete SAML provider {name}"),
            frees: format!("users of SAML provider {name} can sign in again"),
        };
        let mut change = Change {
            before: vec![Read::new("provider", by_arn("GetSAMLProvider"))],
            writes: vec![Write::new(by_arn("DeleteSAMLProvider")).fine_if("NoSuchEntity")],
            after: vec![Read::new("provider-after", by_arn("GetSAMLProvider"))],
            verified_by: vec![Expectation::new("provider-after", metadata(), Test::Absent)],
            undo: vec![
                Write::new(iam(account, "CreateSAMLProvider", create))
                    .when(Expectation::new("provider", metadata(), Test::Present))
                    .fine_if("EntityAlreadyExists"),
            ],
            restores: vec![Restored::new("provider", metadata())],
            reversibility: Reversibility::Partial {
                remains: format!(
                    "SAML provider {name} has a new unique id and date; private keys for encrypted assertions can't be read, so \
                     their owner must set them and the encryption mode again"
                ),
            },
            loses: Some(format!(
                "the unique id and the private keys of SAML provider {name}"
            )),
            ..bare(summary, request, Wave::WayBack)
        };
        let roles = trusting(account, arn);
        change.impact.extend(roles.into_iter().map(Impact::in_use));
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stanch_core::plan::Impact;

    use super::SamlProviderRemove;
    use crate::actions::example::{account, account_with_role, change, refusal, request, told};

    const ARN: &str = "arn:aws:iam::111122223333:saml-provider/Backdoor";

    #[test]
    fn it_is_made_anew_under_its_name_and_needs_a_second_person() {
        let trust = json!({"Statement": [{"Effect": "Allow", "Principal": {"Federated": ARN}}]});
        let account = account_with_role("people", "/", &trust);
        let change = change(
            &SamlProviderRemove,
            &request("saml-provider", ARN, "Backdoor"),
            &account,
        );
        assert_eq!(
            change.impact,
            [Impact::in_use(
                "principals that use role people through it lose access"
            )]
        );
        assert!(change.loses.is_some());
        insta::assert_snapshot!(told(&change), @r#"
        Delete SAML provider Backdoor
        before provider: us-east-1 iam GetSAMLProvider {"SAMLProviderArn":"arn:aws:iam::111122223333:saml-provider/Backdoor"}
        do us-east-1 iam DeleteSAMLProvider {"SAMLProviderArn":"arn:aws:iam::111122223333:saml-provider/Backdoor"} fine NoSuchEntity
        after provider-after: us-east-1 iam GetSAMLProvider {"SAMLProviderArn":"arn:aws:iam::111122223333:saml-provider/Backdoor"}
        holds provider-after .SAMLMetadataDocument "absent"
        undo us-east-1 iam CreateSAMLProvider {"Name":"Backdoor","SAMLMetadataDocument":"<provider .SAMLMetadataDocument>","Tags":"<provider .Tags[] all>"} when provider .SAMLMetadataDocument "present" fine EntityAlreadyExists
        restores provider .SAMLMetadataDocument
        "#);
    }

    #[test]
    fn what_is_no_such_provider_is_refused() {
        let request = request("saml-provider", "arn:aws:iam::111122223333:role/x", "");
        let why = refusal(&SamlProviderRemove, &request, &account([]));
        assert!(why.contains("not the ARN of a SAML provider"), "{why}");
    }

    #[test]
    fn what_undo_makes_it_of_is_not_taken_for_a_secret() {
        let metadata = format!(
            "<EntityDescriptor><X509Certificate>{}</X509Certificate></EntityDescriptor>",
            "MIIDdDCCAlygAwIBAgIGAY8".repeat(20)
        );
        let mut reply = json!({"SAMLMetadataDocument": metadata, "Tags": [{"Key": "a", "Value": "b"}]});
        let before = reply.clone();
        stanch_core::redact::redact_answer(&mut reply, &|_| String::new());
        assert_eq!(reply, before);
    }
}
