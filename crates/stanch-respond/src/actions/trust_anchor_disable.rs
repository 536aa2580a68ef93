//! Disables a trust anchor of IAM Roles Anywhere: certificates under it no longer open sessions.
//!
//! Such certificates stay valid longer than keys and passwords. Sessions that they opened stay valid until they expire.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Path, Read, Restored, Test, Wave, Write};

use super::parts::text;
use super::shapes::{Summary, bare, regional};
use crate::about::{About, Listing, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct TrustAnchorDisable;

static ABOUT: About = About {
    name: "trust-anchor-disable",
    does: "Disable an IAM Roles Anywhere trust anchor.",
    targets: &["rolesanywhere-trust-anchor", "trust-anchor"],
    target_help: "ARN of the trust anchor",
    notes: "Every workload with a certificate under this trust anchor loses access. To revoke a single certificate, import a certificate \
            revocation list. Open sessions end with role-sessions-revoke on the roles of its profiles.",
    answers: &[
        by_call("rolesanywhere", "CreateTrustAnchor"),
        by_check("trust-anchor-own", "trust-anchor"),
    ],
    listing: Some(
        &Listing::new(
            ("rolesanywhere", "ListTrustAnchors", "trustAnchors[]"),
            "trustAnchorArn",
            "name",
        )
        .also("trustAnchorId"),
    ),
    sources: &[
        "https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_DisableTrustAnchor.html",
        "https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_EnableTrustAnchor.html",
    ],
    ..About::EMPTY
};

impl Action for TrustAnchorDisable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let (arn, name) = (request.target.id.as_str(), request.target.name.as_str());
        let id = arn.rsplit(":trust-anchor/").next().unwrap_or(arn);
        let call = |operation: &str| {
            let params = [("trustAnchorId", text(id))];
            regional(request, "rolesanywhere", operation, params)
        };
        let enabled = || Path::of("trustAnchor.enabled");
        let summary = Summary {
            action: ABOUT.name,
            does: format!("Disable IAM Roles Anywhere trust anchor {name}"),
            frees: format!("holders of certificates under trust anchor {name} can open sessions again"),
        };
        let was_enabled = Expectation::new("anchor", enabled(), Test::Is(json!(true)));
        Ok(Change {
            before: vec![Read::new("anchor", call("GetTrustAnchor"))],
            requires: vec![Expectation::new("anchor", enabled(), Test::Present)],
            writes: vec![Write::new(call("DisableTrustAnchor"))],
            after: vec![Read::new("anchor-after", call("GetTrustAnchor"))],
            verified_by: vec![Expectation::new(
                "anchor-after",
                enabled(),
                Test::Is(json!(false)),
            )],
            undo: vec![Write::new(call("EnableTrustAnchor")).when(was_enabled)],
            restores: vec![Restored::new("anchor", enabled())],
            ..bare(summary, request, Wave::WayBack)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::TrustAnchorDisable;
    use crate::actions::example::{account, change, request, told};

    #[test]
    fn the_anchor_is_disabled_by_its_id_and_enabled_again() {
        let arn =
            "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
        let request = request("trust-anchor", arn, "corp");
        insta::assert_snapshot!(told(&change(&TrustAnchorDisable, &request, &account([]))), @r#"
        Disable IAM Roles Anywhere trust anchor corp
        before anchor: us-east-1 rolesanywhere GetTrustAnchor {"trustAnchorId":"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"}
        requires anchor .trustAnchor.enabled "present"
        do us-east-1 rolesanywhere DisableTrustAnchor {"trustAnchorId":"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"}
        after anchor-after: us-east-1 rolesanywhere GetTrustAnchor {"trustAnchorId":"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"}
        holds anchor-after .trustAnchor.enabled {"is":false}
        undo us-east-1 rolesanywhere EnableTrustAnchor {"trustAnchorId":"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"} when anchor .trustAnchor.enabled {"is":true}
        restores anchor .trustAnchor.enabled
        "#);
    }
}
