//! Disables a schedule of EventBridge Scheduler.
//!
//! `UpdateSchedule` is the only way, and it resets every setting that it is not given. So all settings are sent back as they are read at
//! that moment, and only the state differs. A call template can't leave out what a reply lacks: the optional settings that exist are
//! known from the account, and if they changed, nothing is sent.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::compute::{call, call_with};
use super::parts::{blank, text};
use crate::about::{About, Derived, Listing, Parameter, Stage, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct ScheduleDisable;

static ABOUT: About = About {
    name: "schedule-disable",
    does: "Disable an EventBridge Scheduler schedule.",
    targets: &["scheduler-schedule"],
    parameters: &[Parameter::optional(
        "group",
        "schedule group; `default` if not given",
    )],
    notes: "Runs that were due in the meantime are not made up for. A schedule whose target input holds a secret can be enabled again \
            by the same session only: the secret is not saved.",
    answers: &[by_call("scheduler", "CreateSchedule")],
    listing: Some(
        &Listing::new(("scheduler", "ListSchedules", "Schedules[]"), "Arn", "Name")
            .within("group", "GroupName"),
    ),
    derives: Some(Derived::Container {
        parameter: "group",
        or_second_name: false,
    }),
    stage: Stage::Parent,
    sources: &["https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html"],
    ..About::EMPTY
};

/// Settings that every schedule has.
const ALWAYS: [&str; 3] = ["FlexibleTimeWindow", "ScheduleExpression", "Target"];
/// Settings that a schedule may have.
const SOMETIMES: [&str; 6] = [
    "ActionAfterCompletion",
    "Description",
    "EndDate",
    "KmsKeyArn",
    "ScheduleExpressionTimezone",
    "StartDate",
];

impl Action for ScheduleDisable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let schedule = request.target.name.as_str();
        let group = request.values("group").first().map_or("default", String::as_str);
        let found = account
            .items("scheduler", "GetSchedule", "")
            .into_iter()
            .find(|item| {
                item.text("Name") == schedule
                    && item.text("GroupName") == group
                    && item.region() == &request.target.region
            })
            .ok_or_else(|| {
                Unplannable::new(format!("schedule {schedule} of group {group} was not collected"))
            })?;
        let had = SOMETIMES.map(|name| (name, found.value.get(name).is_some_and(|value| !value.is_null())));
        let own = || [("Name", text(schedule)), ("GroupName", text(group))];
        let get = || call(request, "scheduler", "GetSchedule", own());
        let update = |state: Param| {
            let names = had.iter().filter(|(_, had)| *had).map(|(name, _)| *name);
            let kept = ALWAYS.into_iter().chain(names);
            let kept = kept.map(|name| (name, Param::reply("schedule", Path::of(name))));
            let params = own().into_iter().chain(kept).chain([("State", state)]);
            Write::new(call_with(request, "scheduler", "UpdateSchedule", params))
        };
        let as_read = had.iter().map(|(name, had)| {
            let test = if *had { Test::Present } else { Test::Absent };
            Expectation::new("schedule", Path::of(name), test)
        });
        let state = || Path::of("State");
        let target = Expectation::new("schedule", Path::of("Target.Arn"), Test::Present);
        Ok(Change {
            before: vec![Read::new("schedule", get())],
            requires: std::iter::once(target).chain(as_read).collect(),
            writes: vec![update(text("DISABLED"))],
            after: vec![Read::new("schedule-after", get())],
            verified_by: vec![Expectation::new(
                "schedule-after",
                state(),
                Test::Is(json!("DISABLED")),
            )],
            undo: vec![update(Param::reply("schedule", state()))],
            restores: ALWAYS
                .into_iter()
                .chain(SOMETIMES)
                .chain(["State"])
                .map(|name| Restored::new("schedule", Path::of(name)))
                .collect(),
            ..blank(
                &ABOUT,
                request,
                Wave::Spending,
                format!("Disable EventBridge schedule {schedule} of group {group}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, answered, request, told};

    #[test]
    fn everything_that_the_schedule_has_is_sent_back() {
        let seen = json!({
            "Name": "s", "GroupName": "default", "State": "ENABLED", "ScheduleExpression": "rate(1 hour)",
            "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"Arn": "a", "RoleArn": "r"}, "Description": "d", "EndDate": null
        });
        let account = account([answered("scheduler", "GetSchedule", json!({"Name": "s"}), seen)]);
        insta::assert_snapshot!(told(&ScheduleDisable, &request("scheduler-schedule", "s"), &account), @r#"
        Spending: Disable EventBridge schedule s of group default
        before schedule: eu-west-1 scheduler GetSchedule {GroupName: "default", Name: "s"}
        requires schedule.Target.Arn "present"
        requires schedule.ActionAfterCompletion "absent"
        requires schedule.Description "present"
        requires schedule.EndDate "absent"
        requires schedule.KmsKeyArn "absent"
        requires schedule.ScheduleExpressionTimezone "absent"
        requires schedule.StartDate "absent"
        write eu-west-1 scheduler UpdateSchedule {Description: <One schedule.Description>, FlexibleTimeWindow: <One schedule.FlexibleTimeWindow>, GroupName: "default", Name: "s", ScheduleExpression: <One schedule.ScheduleExpression>, State: "DISABLED", Target: <One schedule.Target>}
        after schedule-after: eu-west-1 scheduler GetSchedule {GroupName: "default", Name: "s"}
        holds schedule-after.State {"is":"DISABLED"}
        undo eu-west-1 scheduler UpdateSchedule {Description: <One schedule.Description>, FlexibleTimeWindow: <One schedule.FlexibleTimeWindow>, GroupName: "default", Name: "s", ScheduleExpression: <One schedule.ScheduleExpression>, State: <One schedule.State>, Target: <One schedule.Target>}
        restores schedule.FlexibleTimeWindow
        restores schedule.ScheduleExpression
        restores schedule.Target
        restores schedule.ActionAfterCompletion
        restores schedule.Description
        restores schedule.EndDate
        restores schedule.KmsKeyArn
        restores schedule.ScheduleExpressionTimezone
        restores schedule.StartDate
        restores schedule.State
        exact
        "#);
    }

    #[test]
    fn a_schedule_that_was_not_read_is_not_planned() {
        insta::assert_snapshot!(told(&ScheduleDisable, &request("scheduler-schedule", "s"), &account([])), @"not planned: schedule s of group default was not collected");
    }
}
