//! Spam and phishing in the account's name: new identities, sandbox left, sending turned on.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "mail",
    purpose: "Mail: identities, sending state, quota, configuration",
    steps: &["8", "12"],
    service: "sesv2",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("GetAccount"),
        Ask::new("ListEmailIdentities").each(
            "EmailIdentities[]",
            &[
                with("GetEmailIdentity", &[("EmailIdentity", "IdentityName")]),
                with("GetEmailIdentityPolicies", &[("EmailIdentity", "IdentityName")]),
            ],
        ),
        Ask::new("ListConfigurationSets"),
        Ask::new("ListDedicatedIpPools"),
        Ask::new("ListReceiptRuleSets").of("ses"),
        Ask::new("DescribeActiveReceiptRuleSet").of("ses"),
        Ask::new("GetSendQuota").of("ses"),
        Ask::new("GetSendStatistics").of("ses"),
        Ask::new("ListReceiptFilters").of("ses"),
        Ask::new("ListTemplates").of("ses"),
        Ask::new("ListOrganizations").of("workmail"),
        Ask::new("DescribePhoneNumbers").of("pinpoint-sms-voice-v2"),
        Ask::new("ListInstances").of("connect"),
    ],
};
