//! Models used at the account's expense, logging of their use turned off, agents with roles.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "language-models",
    purpose: "Models, agreements, logging, agents and code interpreters of Bedrock",
    steps: &["8", "12"],
    service: "bedrock",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("GetModelInvocationLoggingConfiguration"),
        Ask::new("ListFoundationModels"),
        Ask::new("ListCustomModels"),
        Ask::new("ListImportedModels"),
        Ask::new("ListProvisionedModelThroughputs"),
        Ask::new("ListInferenceProfiles"),
        Ask::new("ListGuardrails"),
        Ask::new("ListModelCustomizationJobs"),
        Ask::new("ListModelInvocationJobs"),
        Ask::new("ListMarketplaceModelEndpoints"),
        Ask::new("GetUseCaseForModelAccess"),
        Ask::new("ListAgents").of("bedrock-agent").each(
            "agentSummaries[]",
            &[
                with("GetAgent", &[("agentId", "agentId")]),
                with("ListAgentActionGroups", &[("agentId", "agentId")]).given(r#"{"agentVersion":"DRAFT"}"#),
            ],
        ),
        Ask::new("ListKnowledgeBases").of("bedrock-agent"),
        Ask::new("ListFlows").of("bedrock-agent"),
        Ask::new("ListAgentRuntimes").of("bedrock-agentcore-control"),
        Ask::new("ListCodeInterpreters").of("bedrock-agentcore-control"),
        Ask::new("ListBrowsers").of("bedrock-agentcore-control"),
        Ask::new("ListGateways").of("bedrock-agentcore-control"),
    ],
};
