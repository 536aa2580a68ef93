//! Calls of Lambda: functions.
//!
//! Sorted by service and call. It must not know other services.

use crate::fact::{CallFact, Loss};

/// See the module.
pub(super) const CALLS: &[CallFact] = &[
    CallFact::creates("lambda", "CreateFunction", "Lambda function")
        .request("functionName")
        .undone_by(&["DeleteFunction"])
        .links()
        .remains_in_region("Function", "Lambda function"),
    CallFact::grants("lambda", "CreateFunctionUrlConfig", "Lambda function URL")
        .request("functionName")
        .undone_by(&["DeleteFunctionUrlConfig"])
        .remains_in_region("Function", "Lambda function"),
    CallFact::deletes("lambda", "DeleteFunction", "Lambda function")
        .request("functionName")
        .loses(Loss::Workload),
    CallFact::changes("lambda", "UpdateFunctionCode", "Lambda function")
        .request("functionName")
        .links()
        .remains_in_region("Function", "Lambda function"),
    CallFact::changes("lambda", "UpdateFunctionConfiguration", "Lambda function")
        .request("functionName")
        .remains_in_region("Function", "Lambda function"),
];
