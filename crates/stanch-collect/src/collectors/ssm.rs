//! Hands on hosts without a login: documents run again and again, hosts of others registered, sessions
//! and commands of late. Values of parameters are never asked for.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "ssm",
    purpose: "Managed instances, documents, associations, activations, sessions, commands and parameters by name",
    steps: &["8", "11", "12"],
    service: "ssm",
    scope: Scope::EachRegion,
    asks: &[
        Ask::new("DescribeInstanceInformation"),
        Ask::new("DescribeActivations"),
        Ask::new("ListAssociations").each(
            "Associations[]",
            &[with("DescribeAssociation", &[("AssociationId", "AssociationId")])],
        ),
        Ask::new("ListDocuments")
            .given(r#"{"Filters":[{"Key":"Owner","Values":["Self"]}]}"#)
            .each(
                "DocumentIdentifiers[]",
                &[
                    with("GetDocument", &[("Name", "Name")]),
                    with("DescribeDocumentPermission", &[("Name", "Name")])
                        .given(r#"{"PermissionType":"Share"}"#),
                ],
            ),
        Ask::new("ListCommands"),
        Ask::new("DescribeSessions").given(r#"{"State":"Active"}"#),
        Ask::new("DescribeSessions").given(r#"{"State":"History"}"#),
        Ask::new("DescribeMaintenanceWindows").each(
            "WindowIdentities[]",
            &[with(
                "DescribeMaintenanceWindowTasks",
                &[("WindowId", "WindowId")],
            )],
        ),
        Ask::new("DescribeParameters"),
        Ask::new("DescribeAutomationExecutions"),
        Ask::new("ListResourceDataSync"),
        Ask::new("GetServiceSetting")
            .given(r#"{"SettingId":"/ssm/managed-instance/default-ec2-instance-management-role"}"#),
        Ask::new("GetServiceSetting")
            .given(r#"{"SettingId":"/ssm/documents/console/public-sharing-permission"}"#),
    ],
};
