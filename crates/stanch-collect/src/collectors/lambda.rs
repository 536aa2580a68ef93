//! Code that runs without a host: functions open to external principals, old versions with old environments, layers
//! of other accounts. Environments are kept by name and hash only.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "lambda",
    purpose: "Functions with versions, aliases, policies, addresses, event sources and layers",
    steps: &["8", "12"],
    service: "lambda",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("ListFunctions").each(
            "Functions[]",
            &[
                with("GetFunction", &[("FunctionName", "FunctionName")]),
                with("GetPolicy", &[("FunctionName", "FunctionName")]),
                with("ListVersionsByFunction", &[("FunctionName", "FunctionName")]).each(
                    "Versions[]",
                    &[with(
                        "GetPolicy",
                        &[("FunctionName", "FunctionName"), ("Qualifier", "Version")],
                    )],
                ),
                with("ListAliases", &[("FunctionName", "FunctionName")]).each(
                    "Aliases[]",
                    &[with(
                        "GetPolicy",
                        &[("FunctionName", "^FunctionName"), ("Qualifier", "Name")],
                    )],
                ),
                with("ListFunctionUrlConfigs", &[("FunctionName", "FunctionName")]),
                with("GetFunctionUrlConfig", &[("FunctionName", "FunctionName")]),
                with(
                    "ListFunctionEventInvokeConfigs",
                    &[("FunctionName", "FunctionName")],
                ),
                with(
                    "GetFunctionCodeSigningConfig",
                    &[("FunctionName", "FunctionName")],
                ),
                with("GetFunctionConcurrency", &[("FunctionName", "FunctionName")]),
                with("GetRuntimeManagementConfig", &[("FunctionName", "FunctionName")]),
            ],
        ),
        Ask::new("ListEventSourceMappings"),
        Ask::new("ListLayers").each(
            "Layers[]",
            &[with("ListLayerVersions", &[("LayerName", "LayerName")]).each(
                "LayerVersions[]",
                &[with(
                    "GetLayerVersionPolicy",
                    &[("LayerName", "^LayerName"), ("VersionNumber", "Version")],
                )],
            )],
        ),
        Ask::new("ListCodeSigningConfigs"),
        Ask::new("GetAccountSettings"),
    ],
};
