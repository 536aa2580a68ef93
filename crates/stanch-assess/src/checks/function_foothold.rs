//! Lambda function URL is public, or a wrapper runs before the function.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[
    list("lambda", "ListFunctions"),
    each("lambda", "ListFunctionUrlConfigs", "ListFunctions"),
];

/// The check.
pub(super) struct FunctionFoothold;

impl Check for FunctionFoothold {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "function-foothold",
            title: "Lambda function URL is public, or a wrapper runs before the function",
            why: "A function URL without authentication runs code for everyone. A wrapper variable runs other code before the function, at every invocation.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1546", "T1648"],
            steps: &["12"],
            next: "Delete the function URL, remove the variable and its layer; keep the code as evidence",
            needs: NEEDS,
            made_by: &[
                "CreateFunction",
                "UpdateFunctionConfiguration",
                "CreateFunctionUrlConfig",
                "UpdateFunctionUrlConfig",
            ],
            harmless_when: &[
                "A webhook that verifies signatures itself",
                "A monitoring layer that wraps functions",
            ],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("lambda", "ListFunctionUrlConfigs", "FunctionUrlConfigs") {
            let arn = item.text("FunctionArn");
            if item.text("AuthType") == "NONE" {
                found
                    .on(&item, "function", arn, item.asked("FunctionName"))
                    .suspicious(Severity::Medium)
                    .fact("URL", item.text("FunctionUrl"))
                    .say(&format!(
                        "URL of Lambda function {} is public",
                        item.asked("FunctionName")
                    ));
            }
        }
        for item in account.items("lambda", "ListFunctions", "Functions") {
            let name = item.text("FunctionName");
            let variables = item.at("Environment.Variables").as_object();
            for variable in variables
                .into_iter()
                .flatten()
                .map(|(variable, _)| variable.as_str())
            {
                if WRAPPING.contains(&variable) {
                    found
                        .on(&item, "function", item.text("FunctionArn"), name)
                        .suspicious(Severity::Medium)
                        .fact("Environment Variable", variable)
                        .say(&format!(
                            "Lambda function {name} runs other code first ({variable})"
                        ));
                }
            }
        }
    }
}

/// Environment variables that make the runtime load or run other code before the function.
const WRAPPING: [&str; 5] = [
    "AWS_LAMBDA_EXEC_WRAPPER",
    "LD_PRELOAD",
    "NODE_OPTIONS",
    "PYTHONSTARTUP",
    "BASH_ENV",
];

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{answer, asked, silent, suspicious};

    let function = |variable: &str| {
        answer(
            "lambda:ListFunctions",
            json!({"Functions": [{"FunctionName": "f", "FunctionArn": "arn", "Environment": {"Variables": {variable: "x"}}}]}),
        )
    };
    let url = |kind: &str| {
        asked(
            "lambda:ListFunctionUrlConfigs",
            json!({"FunctionName": "f"}),
            json!({"FunctionUrlConfigs": [{"FunctionArn": "arn", "FunctionUrl": "https://x", "AuthType": kind}]}),
        )
    };
    vec![
        suspicious(vec![function("AWS_LAMBDA_EXEC_WRAPPER")]),
        suspicious(vec![url("NONE")]),
        silent(vec![function("STAGE"), url("AWS_IAM")]),
    ]
}
