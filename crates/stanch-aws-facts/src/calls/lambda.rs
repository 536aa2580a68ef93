//! Calls of Lambda: functions.
//!
//! Sorted by service and call. It must not know other services.

use crate::fact::{CallFact, Loss};

/// See the module.
pub(super) const CALLS: &[CallFact] = &[
    CallFact::creates("lambda", "CreateFunction", "Lambda function")
        .request("functionName")
        .undone_by(&["DeleteFunction"])
        .links(),
    CallFact::grants("lambda", "CreateFunctionUrlConfig", "Lambda function URL")
        .request("functionName")
        .undone_by(&["DeleteFunctionUrlConfig"]),
    CallFact::deletes("lambda", "DeleteFunction", "Lambda function")
        .request("functionName")
        .loses(Loss::Workload),
    CallFact::changes("lambda", "UpdateFunctionCode", "Lambda function")
        .request("functionName")
        .links(),
    CallFact::changes("lambda", "UpdateFunctionConfiguration", "Lambda function").request("functionName"),
];
