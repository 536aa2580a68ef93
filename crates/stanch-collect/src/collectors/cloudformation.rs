//! What builds other things: stacks that restored what was removed, macros and types that run code. Templates
//! are kept as hashes.
//!
//! It must not judge what it reads.

use crate::collector::{Ask, Collector, Scope, with};

/// See the head of this file.
pub(crate) const COLLECTOR: Collector = Collector {
    name: "cloudformation",
    purpose: "Stacks, stack sets, types, hooks and exports",
    steps: &["8", "12"],
    service: "cloudformation",
    scope: Scope::EachRegion,
    asks: &[
Ask::new("ListStacks").given(r#"{"StackStatusFilter":["CREATE_COMPLETE","CREATE_IN_PROGRESS","CREATE_FAILED","DELETE_FAILED","DELETE_IN_PROGRESS","ROLLBACK_COMPLETE","ROLLBACK_FAILED","UPDATE_COMPLETE","UPDATE_IN_PROGRESS","UPDATE_ROLLBACK_COMPLETE","UPDATE_ROLLBACK_FAILED","IMPORT_COMPLETE","REVIEW_IN_PROGRESS"]}"#).each("StackSummaries[]", &[with("ListStackResources", &[("StackName", "StackId")])]),
Ask::new("DescribeStacks"),
Ask::new("ListStackSets").given(r#"{"Status":"ACTIVE"}"#).each("Summaries[]", &[with("DescribeStackSet", &[("StackSetName", "StackSetName")]), with("ListStackInstances", &[("StackSetName", "StackSetName")])]),
Ask::new("ListTypes").given(r#"{"Visibility":"PRIVATE"}"#),
Ask::new("ListTypes").given(r#"{"Visibility":"PUBLIC","Filters":{"Category":"ACTIVATED"}}"#),
Ask::new("ListExports"),
Ask::new("DescribeOrganizationsAccess"),
],
};
