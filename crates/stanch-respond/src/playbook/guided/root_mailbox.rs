//! The root user's mailbox: who reads it can reset the password.

use serde_json::json;

use super::super::checks::{Check, Proof};
use super::{Guided, Place, always};

pub(super) static STEP: Guided = Guided {
    id: "root-mailbox",
    step: "1",
    title: "Secure the root user's mailbox and phone",
    why: "The root password is reset by a mail to this address. Whoever reads the mailbox is root within minutes, whatever the \
          password is. Attackers also change the alternate contacts, so that AWS's warnings go astray.",
    clicks: &[
        "On a clean device, not this one: sign in to the mailbox of the root user's address.",
        "Change its password and its MFA; end all its other sessions.",
        "Look through its rules and forwarding addresses; delete what nobody knows.",
        "Search it for mails of AWS since the incident began: password resets, new contacts, abuse reports, a support case.",
        "AWS console, account name at the upper right > Account > Alternate contacts: billing, operations and security must be \
         yours. Contact information: the phone number must be yours.",
    ],
    watch_for: &[
        "a filter that hides mails from amazon.com or aws",
        "an address of a person who has left, or a domain that you no longer own",
        "an answer of AWS to a case that you did not open: answer that one, it has a deadline",
    ],
    sources: &[
        "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-alternate.html",
    ],
    checks,
    needed: always,
    text: None,
};

fn checks(place: &Place) -> Vec<Check> {
    let contact = |kind: &str, says| Check::Reply {
        call: place.call(
            "account",
            "GetAlternateContact",
            json!({"AlternateContactType": kind}),
        ),
        holds: Vec::new(),
        says,
        proof: Proof::Shown,
    };
    vec![
        contact("SECURITY", "the alternate contact for security is yours"),
        contact("BILLING", "the alternate contact for billing is yours"),
        contact("OPERATIONS", "the alternate contact for operations is yours"),
    ]
}
