//! The support case, opened in the first hour, with its text.

use std::fmt::Write as _;

use serde_json::json;
use stanch_core::plan::{Expectation, Path, Test};
use stanch_core::text::shown;

use super::super::checks::{Check, Proof};
use super::super::facts::Facts;
use super::{Guided, Place, always};

pub(super) static STEP: Guided = Guided {
    id: "support-case",
    step: "15",
    title: "Open an Account/Security support case",
    why: "AWS can see what you can't, can stop what you can't, and judges charges by when you told it. Open it in the first hour, \
          not at the end. Every plan has it; credits are at AWS's discretion.",
    clicks: &[
        "If AWS opened a case itself (mailbox, Your Support cases): answer that one, it has a deadline.",
        "https://support.console.aws.amazon.com/support/home#/case/create > Account and billing > Account > Security.",
        "The highest severity that the page offers. Paste the text below; add facts, never secrets.",
        "Ask for the Customer Incident Response Team: it helps whatever your plan is.",
        "When charges are on the bill: stanch cost BILL, then stanch dispute --bill BILL; add its case.txt and tables to the case.",
        "Without a sign-in: https://support.aws.amazon.com/#/contacts/aws-account-support",
    ],
    watch_for: &[
        "the attacker may read cases of this account: nothing of what you plan belongs there before they are out",
        "keys by their ids only",
    ],
    sources: &[
        "https://docs.aws.amazon.com/awssupport/latest/user/case-management.html",
        "https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeCases.html",
    ],
    checks,
    needed: always,
    text: Some(text),
};

/// Only accounts with a support plan can ask this by API; others are told that it is not known.
fn checks(place: &Place) -> Vec<Check> {
    vec![Check::Reply {
        call: place.call(
            "support",
            "DescribeCases",
            json!({"afterTime": place.opened_at.to_string(), "includeResolvedCases": true}),
        ),
        holds: vec![Expectation::new(
            "cases",
            Path::of("cases[].caseId"),
            Test::Present,
        )],
        says: "a support case was opened since the incident began",
        proof: Proof::Needed,
    }]
}

fn text(facts: &Facts) -> String {
    let mut text = String::from("Subject: Compromised account, unauthorised use\n\n");
    let account = facts
        .account
        .as_ref()
        .map_or_else(|| "(number)".to_owned(), |account| shown(account.as_str(), 20));
    let _ = writeln!(text, "Our account {account} is compromised.");
    if let Some(hunt) = &facts.hunt {
        if let Some(since) = hunt.since {
            let _ = writeln!(text, "First unauthorised use that we know of: {since} (UTC).");
        }
        let names: Vec<String> = hunt
            .principals
            .iter()
            .take(20)
            .map(|name| shown(name, 120))
            .collect();
        if !names.is_empty() {
            let _ = writeln!(text, "Identities that were used: {}.", names.join(", "));
        }
    }
    match facts.contained_at() {
        Some(at) => {
            let _ = writeln!(
                text,
                "We cut them off by {at}: keys inactive, identities denied, sessions revoked."
            );
        }
        None => text.push_str("We are cutting them off now.\n"),
    }
    text.push_str(
        "\nPlease:\n- tell us what you see of unauthorised use, in every region;\n- involve the Customer Incident Response Team;\n\
         - put limits on new resources in regions that we do not use;\n- keep the account from being suspended while we respond;\n\
         - note the charges since then as disputed; a list with evidence follows.\n",
    );
    text
}
