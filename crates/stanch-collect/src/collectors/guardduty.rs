//! What GuardDuty saw and what it was told not to see: findings low and archived, filters that archive on
//! their own, trusted addresses.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "guardduty",
    purpose: "Detectors, findings of every severity and age, filters and lists",
    steps: &["9"],
    service: "guardduty",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListDetectors").each(
            "DetectorIds[]",
            &[
                with("GetDetector", &[("DetectorId", "@")]),
                with("ListFindings", &[("DetectorId", "@")]).each(
                    "FindingIds[]",
                    &[with(
                        "GetFindings",
                        &[("DetectorId", "^DetectorId"), ("FindingIds", "[]@")],
                    )
                    .batch(50)],
                ),
                with("ListFilters", &[("DetectorId", "@")]).each(
                    "FilterNames[]",
                    &[with(
                        "GetFilter",
                        &[("DetectorId", "^DetectorId"), ("FilterName", "@")],
                    )],
                ),
                with("ListIPSets", &[("DetectorId", "@")]).each(
                    "IpSetIds[]",
                    &[with(
                        "GetIPSet",
                        &[("DetectorId", "^DetectorId"), ("IpSetId", "@")],
                    )],
                ),
                with("ListThreatIntelSets", &[("DetectorId", "@")]).each(
                    "ThreatIntelSetIds[]",
                    &[with(
                        "GetThreatIntelSet",
                        &[("DetectorId", "^DetectorId"), ("ThreatIntelSetId", "@")],
                    )],
                ),
                with("ListMembers", &[("DetectorId", "@")]),
                with("ListPublishingDestinations", &[("DetectorId", "@")]),
                with("GetAdministratorAccount", &[("DetectorId", "@")]),
            ],
        ),
        Ask::new("ListOrganizationAdminAccounts"),
    ],
};
