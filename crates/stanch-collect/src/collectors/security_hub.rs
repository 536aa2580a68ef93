//! Security Hub: findings of other tools, of the last 90 days only.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "security-hub",
    purpose: "Security Hub, its standards and active findings",
    steps: &["9"],
    service: "securityhub",
    scope: Scope::EachRegion,
    asks: &[
Ask::new("DescribeHub"),
Ask::new("GetEnabledStandards"),
Ask::new("GetFindings").given(r#"{"Filters":{"RecordState":[{"Value":"ACTIVE","Comparison":"EQUALS"}],"UpdatedAt":[{"DateRange":{"Value":90,"Unit":"DAYS"}}]}}"#),
Ask::new("ListEnabledProductsForImport"),
Ask::new("ListAutomationRules"),
Ask::new("GetAdministratorAccount"),
],
};
