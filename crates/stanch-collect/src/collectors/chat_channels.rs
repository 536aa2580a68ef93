//! Chat channels of Amazon Q Developer (AWS Chatbot): whoever writes to the channel uses the role of its configuration.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "chat-channels",
    purpose: "Slack, Microsoft Teams and Chime channels with a role of the account",
    steps: &["12"],
    service: "chatbot",
    scope: Scope::Only("us-east-2"),
    asks: &[
        Ask::new("DescribeSlackChannelConfigurations"),
        Ask::new("ListMicrosoftTeamsChannelConfigurations"),
        Ask::new("DescribeChimeWebhookConfigurations"),
    ],
};
