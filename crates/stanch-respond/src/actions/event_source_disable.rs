//! Disables a Lambda event source mapping: the queue or stream no longer invokes the function. Undo resumes where it stopped.
//!
//! A stream drops records that are older than its retention: records that expire while the mapping is disabled are never processed.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::compute::{call, none_of};
use super::parts::{blank, text};
use crate::about::{About, Listing, Stage, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct EventSourceDisable;

static ABOUT: About = About {
    name: "event-source-disable",
    does: "Disable a Lambda event source mapping.",
    targets: &["lambda-event-source-mapping"],
    target_help: "UUID of the mapping",
    notes: "Messages stay in the queue or stream as long as it keeps them, and are processed after undo from the same position.",
    answers: &[by_call("lambda", "CreateEventSourceMapping")],
    listing: Some(&Listing::new(
        ("lambda", "ListEventSourceMappings", "EventSourceMappings[]"),
        "UUID",
        "UUID",
    )),
    stage: Stage::Parent,
    sources: &["https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html"],
    ..About::EMPTY
};

impl Action for EventSourceDisable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let get = || call(request, "lambda", "GetEventSourceMapping", [("UUID", text(id))]);
        let set = |enabled: bool| {
            let params = [("UUID", text(id)), ("Enabled", Param::literal(enabled))];
            Write::new(call(request, "lambda", "UpdateEventSourceMapping", params))
        };
        let state = || Path::of("State");
        Ok(Change {
            before: vec![Read::new("mapping", get())],
            // Lambda refuses a change while the mapping is being created or updated (`ResourceInUseException`).
            requires: none_of("mapping", &state(), &["Creating", "Updating", "Deleting"]),
            writes: vec![set(false)],
            after: vec![Read::new("mapping-after", get())],
            verified_by: none_of(
                "mapping-after",
                &state(),
                &["Creating", "Enabled", "Enabling", "Updating"],
            ),
            undo: vec![set(true).when(Expectation::new(
                "mapping",
                state(),
                Test::IsNot(json!("Disabled")),
            ))],
            restores: vec![Restored::new("mapping", state())],
            ..blank(
                &ABOUT,
                request,
                Wave::Spending,
                format!("Disable Lambda event source mapping {id}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn only_a_mapping_that_was_on_is_switched_on_again() {
        let mapping = request("lambda-event-source-mapping", "a1b2");
        insta::assert_snapshot!(told(&EventSourceDisable, &mapping, &account([])), @r#"
        Spending: Disable Lambda event source mapping a1b2
        before mapping: eu-west-1 lambda GetEventSourceMapping {UUID: "a1b2"}
        requires mapping.State "present"
        requires mapping.State {"lacks":"Creating"}
        requires mapping.State {"lacks":"Updating"}
        requires mapping.State {"lacks":"Deleting"}
        write eu-west-1 lambda UpdateEventSourceMapping {Enabled: false, UUID: "a1b2"}
        after mapping-after: eu-west-1 lambda GetEventSourceMapping {UUID: "a1b2"}
        holds mapping-after.State "present"
        holds mapping-after.State {"lacks":"Creating"}
        holds mapping-after.State {"lacks":"Enabled"}
        holds mapping-after.State {"lacks":"Enabling"}
        holds mapping-after.State {"lacks":"Updating"}
        undo eu-west-1 lambda UpdateEventSourceMapping {Enabled: true, UUID: "a1b2"} when mapping.State {"is-not":"Disabled"}
        restores mapping.State
        exact
        "#);
    }
}
