//! Creates an AWS budget that sends an email when the spending of a month exceeds an amount, and when it is forecast to.
//!
//! The figures are hours old, a day at worst: a budget reports spending that nobody noticed, it does not stop it. Free tier emails
//! are not such an alert. The name says nothing of an incident: everyone who reads budgets sees it.

use serde_json::{Value, json};
use stanch_core::plan::{CallTemplate, Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, text};
use crate::about::{About, Parameter};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct BudgetCreate;

/// The name of the budget.
const NAME: &str = "StanchSpending";

static ABOUT: About = About {
    name: "budget-create",
    does: "Create an AWS budget that sends an email when spending exceeds an amount.",
    targets: &["account"],
    parameters: &[
        Parameter::required_list("email", "email addresses, at most ten"),
        Parameter::required("amount", "US dollars per month"),
    ],
    notes: "Use an address that is not a mailbox of this account: the attacker may read those.",
    steps: &["5"],
    sources: &[
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html",
        "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
    ],
    ..About::EMPTY
};

impl Action for BudgetCreate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let amount = request.value("amount")?;
        if !amount
            .parse::<f64>()
            .is_ok_and(|amount| amount.is_finite() && amount > 0.0)
        {
            return Err(Unplannable::new(format!(
                "{amount} is not an amount of US dollars"
            )));
        }
        request.value("email")?;
        let call = |operation: &str, more: Vec<(&str, Param)>| {
            let fixed = [("AccountId", text(account.id.as_str()))];
            let params = fixed.into_iter().chain(more);
            let params = params.map(|(name, param)| (name.to_owned(), param)).collect();
            CallTemplate::new(&account.home, "budgets", operation, Param::Object(params))
        };
        let named = |operation: &str| call(operation, vec![("BudgetName", text(NAME))]);
        let budget = json!({
            "BudgetName": NAME, "BudgetType": "COST", "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": amount, "Unit": "USD"},
        });
        let notify: Vec<Value> = ["ACTUAL", "FORECASTED"]
            .iter()
            .map(|kind| notification(kind, request.values("email")))
            .collect();
        let create = vec![
            ("Budget", Param::Literal(budget)),
            ("NotificationsWithSubscribers", Param::literal(notify)),
        ];
        let name = || Path::of("Budget.BudgetName");
        let tells = |kind: &str| {
            let kinds = Path::of("Notifications[].NotificationType");
            Expectation::new("notifications-after", kinds, Test::Includes(json!(kind)))
        };
        Ok(Change {
            before: vec![Read::new("budget", named("DescribeBudget"))],
            requires: vec![Expectation::new("budget", name(), Test::Absent)],
            writes: vec![Write::new(call("CreateBudget", create)).fine_if("DuplicateRecordException")],
            after: vec![
                Read::new("budget-after", named("DescribeBudget")),
                Read::new("notifications-after", named("DescribeNotificationsForBudget")),
            ],
            verified_by: vec![
                Expectation::new("budget-after", name(), Test::Is(json!(NAME))),
                tells("ACTUAL"),
                tells("FORECASTED"),
            ],
            undo: vec![Write::new(named("DeleteBudget")).fine_if("NotFoundException")],
            restores: vec![Restored::new("budget", name())],
            ..blank(
                &ABOUT,
                request,
                Wave::Watching,
                format!(
                    "Create a budget that sends an email when spending exceeds {amount} US dollars a month"
                ),
            )
        })
    }
}

fn notification(kind: &str, addresses: &[String]) -> Value {
    let subscribers: Vec<Value> = addresses
        .iter()
        .map(|address| json!({"SubscriptionType": "EMAIL", "Address": address}))
        .collect();
    json!({
        "Notification": {
            "NotificationType": kind, "ComparisonOperator": "GREATER_THAN", "Threshold": 100, "ThresholdType": "PERCENTAGE",
        },
        "Subscribers": subscribers,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{change, request, told, words};

    #[test]
    fn what_is_spent_and_what_will_be_are_told() {
        let request = request("account", "111122223333", "")
            .with("email", words(&["watch@example.com"]))
            .with("amount", words(&["500"]));
        insta::assert_snapshot!(told(&change("budget-create", &request, Vec::new()).unwrap()), @r#"
        Create a budget that sends an email when spending exceeds 500 US dollars a month
        before budget: us-east-1 budgets:DescribeBudget (AccountId="111122223333", BudgetName="StanchSpending")
        requires budget Budget.BudgetName Absent
        sends us-east-1 budgets:CreateBudget (AccountId="111122223333", Budget={"BudgetName":"StanchSpending","BudgetType":"COST","TimeUnit":"MONTHLY","BudgetLimit":{"Amount":"500","Unit":"USD"}}, NotificationsWithSubscribers=[{"Notification":{"NotificationType":"ACTUAL","ComparisonOperator":"GREATER_THAN","Threshold":100,"ThresholdType":"PERCENTAGE"},"Subscribers":[{"SubscriptionType":"EMAIL","Address":"watch@example.com"}]},{"Notification":{"NotificationType":"FORECASTED","ComparisonOperator":"GREATER_THAN","Threshold":100,"ThresholdType":"PERCENTAGE"},"Subscribers":[{"SubscriptionType":"EMAIL","Address":"watch@example.com"}]}]) fine if DuplicateRecordException
        after budget-after: us-east-1 budgets:DescribeBudget (AccountId="111122223333", BudgetName="StanchSpending")
        after notifications-after: us-east-1 budgets:DescribeNotificationsForBudget (AccountId="111122223333", BudgetName="StanchSpending")
        holds budget-after Budget.BudgetName Is(String("StanchSpending"))
        holds notifications-after Notifications[].NotificationType Includes(String("ACTUAL"))
        holds notifications-after Notifications[].NotificationType Includes(String("FORECASTED"))
        undo us-east-1 budgets:DeleteBudget (AccountId="111122223333", BudgetName="StanchSpending") fine if NotFoundException
        restores budget Budget.BudgetName
        "#);
    }

    #[test]
    fn an_amount_and_an_address_are_needed() {
        let plain = request("account", "111122223333", "");
        assert!(change("budget-create", &plain, Vec::new()).is_err());
        let much = plain
            .with("email", words(&["a@example.com"]))
            .with("amount", words(&["much"]));
        assert!(change("budget-create", &much, Vec::new()).is_err());
    }
}
