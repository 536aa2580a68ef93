//! Payment methods.

use super::{Guided, always, nothing};

pub(super) static STEP: Guided = Guided {
    id: "payment-method",
    step: "5",
    title: "Payment methods, organisation, a spend alert",
    why: "No API shows cards. An attacker adds one to pass limits, or moves the account into another organisation.",
    clicks: &[
        "Billing and Cost Management > Payment preferences: remove what is not yours; check the default and the billing address.",
        "Do not delete the only card: AWS may close the account. Tell the bank instead, if the card itself is known to them.",
        "AWS Organizations > AWS accounts and Invitations: accounts, invitations and billing transfers that nobody knows.",
        "Budgets > Create budget: a monthly cost budget with an actual and a forecast alert, to an address outside this account.",
        "Savings Plans, Reservations, Marketplace subscriptions: what was bought since the incident began? Buy-backs are for the \
         support case.",
    ],
    watch_for: &[
        "free tier alerts are no spend alert",
        "LeaveOrganization, AcceptHandshake and CreateAccount in the events",
    ],
    sources: &["https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/manage-payment-method.html"],
    checks: nothing,
    needed: always,
    text: None,
};
