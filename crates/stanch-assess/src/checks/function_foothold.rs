//! A function is open or wrapped.
//!
//! It must not look at anything but the answers it names.

use crate::account::AccountState;
use crate::check::{Check, CheckAbout, Findings, Need, each, list};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[
    list("lambda", "ListFunctions"),
    each("lambda", "ListFunctionUrlConfigs", "ListFunctions"),
];

/// See the head of this file.
pub(super) struct FunctionFoothold;

impl Check for FunctionFoothold {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "function-foothold",
            title: "A function is open or wrapped",
            why: "A function URL without authentication runs code for everybody; a wrapper variable runs something before the function, at every call.",
            severity: Severity::High,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1546", "T1648"],
            steps: &["12"],
            next: "delete the URL, take the variable and its layer off; keep the code as evidence",
            needs: NEEDS,
            false_positives: &[
                "A webhook that checks signatures itself",
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
                    .fact("url", item.text("FunctionUrl"))
                    .say(&format!(
                        "function {} may be called by everybody at a URL",
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
                        .fact("variable", variable)
                        .say(&format!("function {name} runs something else first ({variable})"));
                }
            }
        }
    }
}

/// Variables that make the runtime load or run something before the function.
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
