//! Jobs that run code with a role; passwords in connections are taken out.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "data-jobs",
    purpose: "Jobs, development endpoints, connections and triggers of Glue",
    steps: &["8", "12"],
    service: "glue",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("GetJobs"),
        Ask::new("GetDevEndpoints"),
        Ask::new("GetConnections").given(r#"{"HidePassword":true}"#),
        Ask::new("GetTriggers"),
        Ask::new("GetCrawlers"),
        Ask::new("GetDatabases"),
        Ask::new("ListSessions"),
        Ask::new("GetResourcePolicies"),
        Ask::new("GetDataCatalogEncryptionSettings"),
        Ask::new("ListWorkGroups").of("athena"),
        Ask::new("ListDataCatalogs").of("athena"),
    ],
};
