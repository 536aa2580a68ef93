//! Promises to pay that an attacker made, and whether anybody would be told of spending.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "money",
    purpose: "Budgets, savings plans, marketplace agreements, exports of bills and tax settings",
    steps: &["5", "15"],
    service: "budgets",
    scope: Scope::Only("us-east-1"),
    asks: &[
Ask::new("DescribeBudgets").given(r#"{"AccountId":"{account}"}"#).each("Budgets[]", &[with("DescribeNotificationsForBudget", &[("BudgetName", "BudgetName")]).given(r#"{"AccountId":"{account}"}"#)]),
Ask::new("DescribeSavingsPlans").of("savingsplans"),
Ask::new("ListExports").of("bcm-data-exports"),
Ask::new("DescribeReportDefinitions").of("cur"),
Ask::new("GetFreeTierUsage").of("freetier"),
Ask::new("SearchAgreements").of("marketplace-agreement").given(r#"{"catalog":"AWSMarketplace","filters":[{"name":"PartyType","values":["Acceptor"]},{"name":"AgreementType","values":["PurchaseAgreement"]}]}"#),
],
};
