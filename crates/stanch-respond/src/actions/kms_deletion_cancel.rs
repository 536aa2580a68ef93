//! Cancels the scheduled deletion of a KMS key and enables it: until then nothing that it encrypts can be read.
//!
//! Cancelling leaves the key disabled, whatever it was before, so cancelling alone ends the deadline but not the outage. A key that
//! its owner had disabled on purpose can't be told from one that was in use: `leave-disabled` keeps it disabled.

use serde_json::{Value, json};
use stanch_core::Timestamp;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::listings::KEYS;
use super::parts::{blank, near, reading, text};
use crate::about::{About, Parameter, Undo, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct KmsDeletionCancel;

/// Shortest and longest waiting period that KMS accepts, in days.
const DAYS: (i64, i64) = (7, 30);

static ABOUT: About = About {
    name: "kms-deletion-cancel",
    does: "Cancel the deletion of a KMS key and enable it.",
    targets: &["kms-key"],
    parameters: &[Parameter::flag(
        "leave-disabled",
        "cancel the deletion but do not enable the key",
    )],
    notes: "Runs before everything else: data that the key encrypts is lost for good at the end of the waiting period. Remove the \
            access of the principal that scheduled the deletion too, or it schedules it again.",
    answers: &[
        by_call("kms", "ScheduleKeyDeletion"),
        by_check("key-pending-deletion", "kms-key"),
    ],
    listing: Some(&KEYS),
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys-cancelling-key-deletion.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html",
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html",
    ],
    ..About::EMPTY
};

impl Action for KmsDeletionCancel {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let key = request.target.name.as_str();
        let described = reading(account, ("kms", "DescribeKey"), "KeyId", key);
        let described =
            described.or_else(|_| reading(account, ("kms", "DescribeKey"), "KeyId", &request.target.id))?;
        let days = days_left(&described.body, described.at);
        let enable = request.values("leave-disabled").is_empty();
        let of_key = |operation: &str| near(&request.target, "kms", operation, [("KeyId", text(key))]);
        let schedule = [
            ("KeyId", text(key)),
            ("PendingWindowInDays", Param::literal(days)),
        ];
        let schedule = near(&request.target, "kms", "ScheduleKeyDeletion", schedule);
        let state = || Path::of("KeyMetadata.KeyState");
        let mut writes = vec![Write::new(of_key("CancelKeyDeletion")).fine_if("KMSInvalidStateException")];
        writes.extend(enable.then(|| Write::new(of_key("EnableKey"))));
        let (result, then) = if enable {
            ("Enabled", " and enable it")
        } else {
            ("Disabled", "")
        };
        let does = format!("Cancel deletion of KMS key {key}{then}");
        Ok(Change {
            before: vec![Read::new("key", of_key("DescribeKey"))],
            requires: vec![Expectation::new(
                "key",
                state(),
                Test::Is(json!("PendingDeletion")),
            )],
            writes,
            after: vec![Read::new("key-after", of_key("DescribeKey"))],
            verified_by: vec![Expectation::new("key-after", state(), Test::Is(json!(result)))],
            undo: vec![Write::new(schedule).fine_if("KMSInvalidStateException")],
            restores: vec![Restored::new("key", state())],
            reversibility: Reversibility::Partial {
                remains: format!(
                    "undo schedules the deletion of the key in {days} days, not on its old date"
                ),
            },
            ..blank(&ABOUT, request, Wave::Deadline, does)
        })
    }
}

/// Returns the days until the deletion, within what KMS accepts.
fn days_left(described: &Value, at: Timestamp) -> i64 {
    let date = described
        .get("KeyMetadata")
        .and_then(|key| key.get("DeletionDate"));
    let date = date.and_then(Value::as_str).and_then(Timestamp::parse);
    let seconds = date.map(|date| date.seconds().saturating_sub(at.seconds()));
    seconds.map_or(DAYS.1, |seconds| {
        (seconds.saturating_add(86_399) / 86_400).clamp(DAYS.0, DAYS.1)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{change, reply, request, told, words};

    fn key(date: &str) -> stanch_core::Reading {
        let key = json!({"KeyMetadata": {"KeyId": "k", "KeyState": "PendingDeletion", "DeletionDate": date}});
        reply("kms:DescribeKey", json!({"KeyId": "k"}), key)
    }

    #[test]
    fn the_key_is_enabled_as_well() {
        let change = change(
            "kms-deletion-cancel",
            &request("kms-key", "k", ""),
            vec![key("2026-03-15T14:00:00Z")],
        )
        .unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Cancel deletion of KMS key k and enable it
        before key: eu-west-1 kms:DescribeKey (KeyId="k")
        requires key KeyMetadata.KeyState Is(String("PendingDeletion"))
        sends eu-west-1 kms:CancelKeyDeletion (KeyId="k") fine if KMSInvalidStateException
        sends eu-west-1 kms:EnableKey (KeyId="k")
        after key-after: eu-west-1 kms:DescribeKey (KeyId="k")
        holds key-after KeyMetadata.KeyState Is(String("Enabled"))
        undo eu-west-1 kms:ScheduleKeyDeletion (KeyId="k", PendingWindowInDays=10) fine if KMSInvalidStateException
        restores key KeyMetadata.KeyState
        "#);
    }

    #[test]
    fn the_days_left_are_those_that_kms_takes() {
        let days = |date| {
            let change = change(
                "kms-deletion-cancel",
                &request("kms-key", "k", ""),
                vec![key(date)],
            )
            .unwrap();
            serde_json::to_value(&change.undo[0].call.params).unwrap()["object"]["PendingWindowInDays"]["literal"].clone()
        };
        assert_eq!(days("2026-03-06T14:00:00Z"), 7);
        assert_eq!(days("2026-03-25T14:00:01Z"), 21);
        assert_eq!(days("2027-03-25T14:00:01Z"), 30);
        assert_eq!(days("no date"), 30);
    }

    #[test]
    fn a_key_that_was_off_on_purpose_can_stay_off() {
        let request = request("kms-key", "k", "").with("leave-disabled", words(&["yes"]));
        let change = change("kms-deletion-cancel", &request, vec![key("2026-03-15T14:00:00Z")]).unwrap();
        assert_eq!(change.writes.len(), 1);
    }
}
