//! Deletes an IAM OpenID Connect identity provider: its tokens no longer open role sessions.
//!
//! `trust-policy-tighten` is the milder way: it closes single roles to the provider and can be undone exactly. Undo creates the provider
//! again with the same ARN, so that trust policies match again.

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
pub(crate) struct OidcProviderRemove;

static ABOUT: About = About {
    name: "oidc-provider-remove",
    does: "Delete an IAM OpenID Connect identity provider.",
    targets: &["oidc-provider"],
    target_help: "ARN of the provider",
    notes: "For a provider that the attacker created. Pipelines and clusters may sign in through an older one. Try \
            trust-policy-tighten first, on the roles that trust it. Sessions that were opened with its tokens stay valid until they \
            expire: also use role-sessions-revoke.",
    answers: &[by_call("iam", "CreateOpenIDConnectProvider")],
    addressed_by: AddressedBy::Arn,
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html",
    ],
    ..About::EMPTY
};

impl Action for OidcProviderRemove {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let arn = request.target.id.as_str();
        if !arn.contains(":oidc-provider/") || arn.ends_with('…') {
            return Err(Unplannable::new(format!(
                "{arn} is not a complete ARN of an OpenID Connect provider"
            )));
        }
        let by_arn = |operation: &str| {
            let params = [("OpenIDConnectProviderArn", text(arn))];
            iam(account, operation, params)
        };
        let url = || Path::of("Url");
        let all = |path| Param::from_reply("provider", Path::of(path), Form::All);
        // IAM returns the URL without its scheme and requires it with one.
        let address = Param::Text(vec![text("https://"), Param::reply("provider", url())]);
        let create = [
            ("Url", address),
            ("ClientIDList", all("ClientIDList[]")),
            ("ThumbprintList", all("ThumbprintList[]")),
            ("Tags", all("Tags[]")),
        ];
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Delete OpenID Connect provider {}", request.target.name),
            frees: format!(
                "holders of tokens of OpenID Connect provider {} can open role sessions again",
                request.target.name
            ),
        };
        let part = |path| Restored::new("provider", Path::of(path));
        let mut change = Change {
            before: vec![Read::new("provider", by_arn("GetOpenIDConnectProvider"))],
            writes: vec![Write::new(by_arn("DeleteOpenIDConnectProvider")).fine_if("NoSuchEntity")],
            after: vec![Read::new("provider-after", by_arn("GetOpenIDConnectProvider"))],
            verified_by: vec![Expectation::new("provider-after", url(), Test::Absent)],
            undo: vec![
                Write::new(iam(account, "CreateOpenIDConnectProvider", create))
                    .when(Expectation::new("provider", url(), Test::Present))
                    .fine_if("EntityAlreadyExists"),
            ],
            restores: vec![part("Url"), part("ClientIDList[]"), part("ThumbprintList[]")],
            reversibility: Reversibility::Partial {
                remains:
                    "the provider is created again with a new date; sign-ins that were refused in the meantime stay refused"
                        .to_owned(),
            },
            loses: Some(format!(
                "the identity of OpenID Connect provider {}, which undo creates as a new one",
                request.target.name
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

    use super::OidcProviderRemove;
    use crate::actions::example::{account, change, refusal, request, told};

    #[test]
    fn it_is_made_anew_from_what_was_read_and_needs_a_second_person() {
        let arn = "arn:aws:iam::111122223333:oidc-provider/token.example.com/x";
        let request = request("oidc-provider", arn, "token.example.com/x");
        let change = change(&OidcProviderRemove, &request, &account([]));
        assert!(change.loses.is_some());
        insta::assert_snapshot!(told(&change), @r#"
        Delete OpenID Connect provider token.example.com/x
        before provider: us-east-1 iam GetOpenIDConnectProvider {"OpenIDConnectProviderArn":"arn:aws:iam::111122223333:oidc-provider/token.example.com/x"}
        do us-east-1 iam DeleteOpenIDConnectProvider {"OpenIDConnectProviderArn":"arn:aws:iam::111122223333:oidc-provider/token.example.com/x"} fine NoSuchEntity
        after provider-after: us-east-1 iam GetOpenIDConnectProvider {"OpenIDConnectProviderArn":"arn:aws:iam::111122223333:oidc-provider/token.example.com/x"}
        holds provider-after .Url "absent"
        undo us-east-1 iam CreateOpenIDConnectProvider {"ClientIDList":"<provider .ClientIDList[] all>","Tags":"<provider .Tags[] all>","ThumbprintList":"<provider .ThumbprintList[] all>","Url":"https://<provider .Url>"} when provider .Url "present" fine EntityAlreadyExists
        restores provider .Url
        restores provider .ClientIDList[]
        restores provider .ThumbprintList[]
        "#);
    }

    #[test]
    fn an_arn_that_was_cut_off_names_nothing() {
        let long = format!(
            "arn:aws:iam::111122223333:oidc-provider/example.com/{}",
            "a".repeat(300)
        );
        let why = refusal(
            &OidcProviderRemove,
            &request("oidc-provider", &long, ""),
            &account([]),
        );
        assert!(why.contains("not a complete ARN"), "{why}");
    }

    #[test]
    fn what_undo_makes_it_of_is_not_taken_for_a_secret() {
        let mut reply = json!({
            "Url": "token.example.com",
            "ClientIDList": ["sts.amazonaws.com"],
            "ThumbprintList": ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"],
        });
        let before = reply.clone();
        stanch_core::redact::redact_answer(&mut reply, &|_| String::new());
        assert_eq!(reply, before);
    }
}
