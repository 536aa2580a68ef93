//! Stops a Lambda function: reserves no concurrency for it. Its code, its settings and its triggers stay.
//!
//! Most functions have no reserved concurrency, which is not the same as any number of it: then undo deletes the reservation instead of
//! setting one.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::compute::call;
use super::listings::FUNCTIONS;
use super::parts::{blank, text};
use crate::about::{About, Stage, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct LambdaStop;

static ABOUT: About = About {
    name: "lambda-stop",
    does: "Stop a Lambda function by setting its reserved concurrency to 0.",
    targets: &["lambda-function"],
    notes: "Lambda refuses invocations of every version and alias, by its function URL too. Running invocations end after 15 minutes \
            at most, and sessions of its role stay valid: the plan revokes them at the role. Triggers keep retrying and queues grow. \
            AWS refuses it while versions have provisioned concurrency, which must be deleted first.",
    answers: &[by_call("lambda", "CreateFunction")],
    listing: Some(&FUNCTIONS),
    stage: Stage::Parent,
    sources: &[
        "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    ],
    ..About::EMPTY
};

impl Action for LambdaStop {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let function = request.target.name.as_str();
        let named = |operation: &str| call(request, "lambda", operation, [("FunctionName", text(function))]);
        let put = |number: Param| {
            let params = [
                ("FunctionName", text(function)),
                ("ReservedConcurrentExecutions", number),
            ];
            Write::new(call(request, "lambda", "PutFunctionConcurrency", params))
        };
        let number = || Path::of("ReservedConcurrentExecutions");
        let was = |test| Expectation::new("concurrency", number(), test);
        Ok(Change {
            before: vec![
                Read::new("concurrency", named("GetFunctionConcurrency")),
                Read::new("configuration", named("GetFunctionConfiguration")),
            ],
            requires: vec![Expectation::new(
                "configuration",
                Path::of("FunctionArn"),
                Test::Present,
            )],
            writes: vec![put(Param::literal(0))],
            after: vec![Read::new("concurrency-after", named("GetFunctionConcurrency"))],
            verified_by: vec![Expectation::new(
                "concurrency-after",
                number(),
                Test::Is(json!(0)),
            )],
            undo: vec![
                put(Param::reply("concurrency", number())).when(was(Test::Present)),
                Write::new(named("DeleteFunctionConcurrency")).when(was(Test::Absent)),
            ],
            restores: vec![Restored::new("concurrency", number())],
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!("Stop Lambda function {function}: set its reserved concurrency to 0"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn no_reservation_and_a_number_are_put_back_each_in_its_way() {
        insta::assert_snapshot!(told(&LambdaStop, &request("lambda-function", "etl"), &account([])), @r#"
        Workload: Stop Lambda function etl: set its reserved concurrency to 0
        before concurrency: eu-west-1 lambda GetFunctionConcurrency {FunctionName: "etl"}
        before configuration: eu-west-1 lambda GetFunctionConfiguration {FunctionName: "etl"}
        requires configuration.FunctionArn "present"
        write eu-west-1 lambda PutFunctionConcurrency {FunctionName: "etl", ReservedConcurrentExecutions: 0}
        after concurrency-after: eu-west-1 lambda GetFunctionConcurrency {FunctionName: "etl"}
        holds concurrency-after.ReservedConcurrentExecutions {"is":0}
        undo eu-west-1 lambda PutFunctionConcurrency {FunctionName: "etl", ReservedConcurrentExecutions: <One concurrency.ReservedConcurrentExecutions>} when concurrency.ReservedConcurrentExecutions "present"
        undo eu-west-1 lambda DeleteFunctionConcurrency {FunctionName: "etl"} when concurrency.ReservedConcurrentExecutions "absent"
        restores concurrency.ReservedConcurrentExecutions
        exact
        "#);
    }
}
