//! Disables an EventBridge rule. Its pattern and its targets stay.
//!
//! `EnableRule` enables in one way only. A rule that matched all management events, read-only ones too, would no longer match those:
//! such a rule is restored with `PutRule`, which in turn resets every setting that it is not given.

use serde_json::json;
use stanch_core::plan::{CallTemplate, Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::compute::{call, call_with};
use super::parts::{blank, text};
use crate::about::{About, Derived, Listing, Parameter, Stage, by_call, by_check};
use crate::account::{Account, Item};
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct EventRuleDisable;

static ABOUT: About = About {
    name: "event-rule-disable",
    does: "Disable an EventBridge rule.",
    targets: &["event-rule"],
    parameters: &[Parameter::optional(
        "bus",
        "event bus of the rule; `default` if not given",
    )],
    notes: "Events in the meantime are not kept for the rule. Rules that an AWS service manages can't be disabled this way.",
    answers: &[
        by_call("events", "PutRule"),
        by_call("events", "PutTargets"),
        by_check("rule-watches-responder", "rule"),
    ],
    listing: Some(
        &Listing::new(("events", "ListRules", "Rules[]"), "Arn", "Name").within("bus", "EventBusName"),
    ),
    derives: Some(Derived::Container {
        parameter: "bus",
        or_second_name: false,
    }),
    stage: Stage::Parent,
    sources: &[
        "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html",
        "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
    ],
    ..About::EMPTY
};

/// State of a rule that matches read-only management events too.
const ALL_EVENTS: &str = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

impl Action for EventRuleDisable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let rule = request.target.name.as_str();
        let bus = request.values("bus").first().map_or("default", String::as_str);
        let named = |operation: &str, name| {
            let params = [(name, text(rule)), ("EventBusName", text(bus))];
            call(request, "events", operation, params)
        };
        let found = found(request, account, bus);
        let manager = found.map_or("", |found| found.text("ManagedBy"));
        if !manager.is_empty() {
            return Err(Unplannable::new(format!(
                "EventBridge rule {rule} is managed by {}; only that service can disable it",
                stanch_core::text::shown(manager, 60)
            )));
        }
        let state = || Path::of("State");
        let was = |value: &str| Expectation::new("rule", state(), Test::Is(json!(value)));
        let mut undo = vec![Write::new(named("EnableRule", "Name")).when(was("ENABLED"))];
        let mut requires = vec![Expectation::new("rule", Path::of("ManagedBy"), Test::Absent)];
        match found.filter(|found| found.text("State") == ALL_EVENTS) {
            Some(found) => {
                requires.push(was(ALL_EVENTS));
                undo = vec![Write::new(restore(request, bus, found))];
            }
            None => requires.push(was("ENABLED")),
        }
        Ok(Change {
            before: vec![
                Read::new("rule", named("DescribeRule", "Name")),
                Read::new("targets", named("ListTargetsByRule", "Rule")),
            ],
            requires,
            writes: vec![Write::new(named("DisableRule", "Name"))],
            after: vec![Read::new("rule-after", named("DescribeRule", "Name"))],
            verified_by: vec![Expectation::new(
                "rule-after",
                state(),
                Test::Is(json!("DISABLED")),
            )],
            undo,
            restores: [
                "State",
                "EventPattern",
                "ScheduleExpression",
                "Description",
                "RoleArn",
            ]
            .map(|name| Restored::new("rule", Path::of(name)))
            .to_vec(),
            ..blank(
                &ABOUT,
                request,
                Wave::Spending,
                format!("Disable EventBridge rule {rule} of event bus {bus}"),
            )
        })
    }
}

fn found<'a>(request: &ActionRequest, account: &'a Account, bus: &str) -> Option<Item<'a>> {
    let rules = account.items("events", "ListRules", "Rules[]");
    rules.into_iter().find(|rule| {
        let on = rule.text("EventBusName");
        let is_on = on == bus || (on.is_empty() && bus == "default");
        rule.text("Name") == request.target.name && rule.region() == &request.target.region && is_on
    })
}

/// Returns the call that restores every setting of the rule from the reply; settings that it lacks are not named.
fn restore(request: &ActionRequest, bus: &str, found: Item<'_>) -> CallTemplate {
    let names = ["EventPattern", "ScheduleExpression", "Description", "RoleArn"];
    let had = names.into_iter().filter(|name| found.value.get(*name).is_some());
    let had = had.map(|name| (name, Param::reply("rule", Path::of(name))));
    let own = [
        ("Name", text(&request.target.name)),
        ("EventBusName", text(bus)),
        ("State", text(ALL_EVENTS)),
    ];
    call_with(request, "events", "PutRule", own.into_iter().chain(had))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::actions::compute::example::{account, answered, request, told};

    fn with(rule: &Value) -> Account {
        account([answered(
            "events",
            "ListRules",
            json!({"EventBusName": "b"}),
            json!({"Rules": [rule]}),
        )])
    }

    fn rule() -> ActionRequest {
        request("event-rule", "nightly").with("bus", ["b".to_owned()])
    }

    #[test]
    fn a_rule_is_switched_off_and_on_again() {
        insta::assert_snapshot!(told(&EventRuleDisable, &rule(), &account([])), @r#"
        Spending: Disable EventBridge rule nightly of event bus b
        before rule: eu-west-1 events DescribeRule {EventBusName: "b", Name: "nightly"}
        before targets: eu-west-1 events ListTargetsByRule {EventBusName: "b", Rule: "nightly"}
        requires rule.ManagedBy "absent"
        requires rule.State {"is":"ENABLED"}
        write eu-west-1 events DisableRule {EventBusName: "b", Name: "nightly"}
        after rule-after: eu-west-1 events DescribeRule {EventBusName: "b", Name: "nightly"}
        holds rule-after.State {"is":"DISABLED"}
        undo eu-west-1 events EnableRule {EventBusName: "b", Name: "nightly"} when rule.State {"is":"ENABLED"}
        restores rule.State
        restores rule.EventPattern
        restores rule.ScheduleExpression
        restores rule.Description
        restores rule.RoleArn
        exact
        "#);
    }

    #[test]
    fn a_rule_that_matches_all_management_events_comes_back_as_it_was() {
        let seen = json!({"Name": "nightly", "EventBusName": "b", "State": ALL_EVENTS, "EventPattern": "{}", "RoleArn": "r"});
        let told = told(&EventRuleDisable, &rule(), &with(&seen));
        let undo = told.lines().filter(|line| line.starts_with("undo"));
        insta::assert_snapshot!(undo.collect::<String>(), @r#"undo eu-west-1 events PutRule {EventBusName: "b", EventPattern: <One rule.EventPattern>, Name: "nightly", RoleArn: <One rule.RoleArn>, State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}"#);
    }

    #[test]
    fn a_managed_rule_is_not_planned() {
        let seen = json!({"Name": "nightly", "EventBusName": "b", "State": "ENABLED", "ManagedBy": "ecs.amazonaws.com"});
        insta::assert_snapshot!(told(&EventRuleDisable, &rule(), &with(&seen)), @"not planned: EventBridge rule nightly is managed by ecs.amazonaws.com; only that service can disable it");
    }
}
