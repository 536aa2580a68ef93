//! Deletes the function URL of a Lambda function.
//!
//! It can't be restored: a new one has another address (`DeleteFunctionUrlConfig`). Where it must come back, `lambda-stop` keeps it and
//! refuses requests. The statement that allowed everyone to invoke it stays in the policy of the function; it has no effect without a
//! URL, and the same effect as before for a new one.

use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::compute::call_with;
use super::listings::FUNCTIONS;
use super::parts::{blank, text};
use crate::about::{About, Parameter, Stage, Undo, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct LambdaUrlRemove;

static ABOUT: About = About {
    name: "lambda-url-remove",
    does: "Delete the function URL of a Lambda function.",
    targets: &["lambda-function-url"],
    target_help: "name of the function",
    parameters: &[Parameter::optional("qualifier", "alias that the URL belongs to")],
    notes: "Undo creates a URL with another address and the same settings: its users need the new one. lambda-stop also stops the \
            URL, and keeps it.",
    answers: &[
        by_call("lambda", "CreateFunctionUrlConfig"),
        by_call("lambda", "UpdateFunctionUrlConfig"),
        by_check("function-foothold", "function"),
    ],
    listing: Some(&FUNCTIONS),
    stage: Stage::Parent,
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html",
        "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html",
    ],
    ..About::EMPTY
};

impl Action for LambdaUrlRemove {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let function = request.target.name.as_str();
        let alias = request.values("qualifier").first();
        let with = |operation: &str, more: Option<(&'static str, Param)>| {
            let alias = alias.map(|alias| ("Qualifier", text(alias)));
            let name = ("FunctionName", text(function));
            call_with(
                request,
                "lambda",
                operation,
                std::iter::once(name).chain(alias).chain(more),
            )
        };
        let update = |name: &'static str| {
            let value = Param::reply("url", Path::of(name));
            let write = Write::new(with("UpdateFunctionUrlConfig", Some((name, value))));
            write.when(Expectation::new("url", Path::of(name), Test::Present))
        };
        let sign = Some(("AuthType", Param::reply("url", Path::of("AuthType"))));
        let of = alias.map_or_else(String::new, |alias| format!(", alias {alias}"));
        Ok(Change {
            before: vec![Read::new("url", with("GetFunctionUrlConfig", None))],
            requires: vec![Expectation::new("url", Path::of("FunctionUrl"), Test::Present)],
            writes: vec![
                Write::new(with("DeleteFunctionUrlConfig", None)).fine_if("ResourceNotFoundException"),
            ],
            after: vec![Read::new("url-after", with("GetFunctionUrlConfig", None))],
            verified_by: vec![Expectation::new(
                "url-after",
                Path::of("FunctionUrl"),
                Test::Absent,
            )],
            undo: vec![
                Write::new(with("CreateFunctionUrlConfig", sign)).fine_if("ResourceConflictException"),
                update("Cors"),
                update("InvokeMode"),
            ],
            restores: ["AuthType", "Cors", "InvokeMode"]
                .map(|name| Restored::new("url", Path::of(name)))
                .to_vec(),
            reversibility: Reversibility::Partial {
                remains: "the function URL has a new address, which its users must be given".to_owned(),
            },
            undo_reopens: Some(format!(
                "anyone who knows the new function URL can call Lambda function {function}, as its settings allow"
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Exposure,
                format!("Delete the function URL of Lambda function {function}{of}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn settings_that_the_address_had_are_put_back_and_no_others() {
        let url = request("lambda-function-url", "etl");
        insta::assert_snapshot!(told(&LambdaUrlRemove, &url, &account([])), @r#"
        Exposure: Delete the function URL of Lambda function etl
        before url: eu-west-1 lambda GetFunctionUrlConfig {FunctionName: "etl"}
        requires url.FunctionUrl "present"
        write eu-west-1 lambda DeleteFunctionUrlConfig {FunctionName: "etl"} fine if ResourceNotFoundException
        after url-after: eu-west-1 lambda GetFunctionUrlConfig {FunctionName: "etl"}
        holds url-after.FunctionUrl "absent"
        undo eu-west-1 lambda CreateFunctionUrlConfig {AuthType: <One url.AuthType>, FunctionName: "etl"} fine if ResourceConflictException
        undo eu-west-1 lambda UpdateFunctionUrlConfig {Cors: <One url.Cors>, FunctionName: "etl"} when url.Cors "present"
        undo eu-west-1 lambda UpdateFunctionUrlConfig {FunctionName: "etl", InvokeMode: <One url.InvokeMode>} when url.InvokeMode "present"
        restores url.AuthType
        restores url.Cors
        restores url.InvokeMode
        partial: the function URL has a new address, which its users must be given
        undo frees anyone who knows the new function URL can call Lambda function etl, as its settings allow
        "#);
    }

    #[test]
    fn an_address_of_an_alias_is_named_by_it_in_every_call() {
        let url = request("lambda-function-url", "etl").with("qualifier", ["live".to_owned()]);
        let told = told(&LambdaUrlRemove, &url, &account([]));
        let calls = told.matches("FunctionName: ").count();
        assert_eq!(told.matches("Qualifier: \"live\"").count(), calls);
    }
}
