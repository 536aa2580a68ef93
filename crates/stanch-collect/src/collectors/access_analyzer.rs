//! IAM Access Analyzer: findings of external access, and archive rules that hide them.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "access-analyzer",
    purpose: "Analyzers, their findings and archive rules",
    steps: &["12"],
    service: "accessanalyzer",
    scope: Scope::EachRegion,
    asks: &[Ask::new("ListAnalyzers").each(
        "analyzers[]",
        &[
            with("ListFindingsV2", &[("analyzerArn", "arn")]),
            with("ListArchiveRules", &[("analyzerName", "name")]),
        ],
    )],
};
