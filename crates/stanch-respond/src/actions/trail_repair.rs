//! Turns on multi-region logging, global service events and log file validation of a CloudTrail trail again.
//!
//! Only these settings are sent: its bucket and its KMS key show where the attacker redirected it, and stay as they are. A new trail with a
//! bucket of its own logs reliably in the meantime. `trail-selectors` repairs its event selectors.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, near, text};
use crate::about::{About, Parameter};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct TrailRepair;

static ABOUT: About = About {
    name: "trail-repair",
    does: "Turn on multi-region logging and log file validation of a CloudTrail trail.",
    targets: &["trail"],
    parameters: &[Parameter::list(
        "repair",
        "`multi-region`, `global-events`, `validation`; all that were collected as off if not given",
    )],
    notes: "Digest files begin a new chain where validation was off: logs delivered in between can't be validated.",
    steps: &["6"],
    sources: &[
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html",
    ],
    ..About::EMPTY
};

/// A setting: its parameter value, its name in a request, its name in a reply.
struct Setting {
    word: &'static str,
    sent: &'static str,
    told: &'static str,
}

const SETTINGS: [Setting; 3] = [
    Setting {
        word: "multi-region",
        sent: "IsMultiRegionTrail",
        told: "IsMultiRegionTrail",
    },
    Setting {
        word: "global-events",
        sent: "IncludeGlobalServiceEvents",
        told: "IncludeGlobalServiceEvents",
    },
    Setting {
        word: "validation",
        sent: "EnableLogFileValidation",
        told: "LogFileValidationEnabled",
    },
];

impl Action for TrailRepair {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let trail = request.target.id.as_str();
        let wanted = wanted(request, account)?;
        let told = |setting: &Setting| Path::of("Trail").then(setting.told);
        let update = |value: &dyn Fn(&Setting) -> Param| {
            let mut call = near(&request.target, "cloudtrail", "UpdateTrail", []);
            let settings = wanted
                .iter()
                .map(|setting| (setting.sent.to_owned(), value(setting)));
            let name = std::iter::once(("Name".to_owned(), text(trail)));
            call.params = Param::Object(settings.chain(name).collect());
            Write::new(call)
        };
        let read = |name| {
            Read::new(
                name,
                near(&request.target, "cloudtrail", "GetTrail", [("Name", text(trail))]),
            )
        };
        let words: Vec<&str> = wanted.iter().map(|setting| setting.word).collect();
        Ok(Change {
            before: vec![read("trail")],
            requires: vec![Expectation::new(
                "trail",
                Path::of("Trail.TrailARN"),
                Test::Present,
            )],
            writes: vec![update(&|_| Param::literal(true))],
            after: vec![read("trail-after")],
            verified_by: wanted
                .iter()
                .map(|setting| Expectation::new("trail-after", told(setting), Test::Is(json!(true))))
                .collect(),
            undo: vec![update(&|setting| Param::reply("trail", told(setting)))],
            restores: wanted
                .iter()
                .map(|setting| Restored::new("trail", told(setting)))
                .collect(),
            ..blank(
                &ABOUT,
                request,
                Wave::Watching,
                format!(
                    "Repair CloudTrail trail {}: turn on {}",
                    request.target.name,
                    words.join(", ")
                ),
            )
        })
    }
}

/// Returns the settings to turn on. A multi-region trail always logs global services.
fn wanted(request: &ActionRequest, account: &Account) -> Result<Vec<&'static Setting>, Unplannable> {
    let named = request.values("repair");
    if let Some(other) = named
        .iter()
        .find(|word| !SETTINGS.iter().any(|setting| setting.word == word.as_str()))
    {
        return Err(Unplannable::new(format!(
            "{other} is not a setting of a trail: use multi-region, global-events or validation"
        )));
    }
    let off = |setting: &Setting, trail: &Value| trail.get(setting.told) != Some(&json!(true));
    let listed = ("cloudtrail", "DescribeTrails", "trailList[]");
    let read = account.named(listed, "TrailARN", &request.target.id);
    if named.is_empty() && read.is_none() {
        return Err(Unplannable::new(format!(
            "trail {} was not collected",
            request.target.name
        )));
    }
    let is_wanted = |setting: &&Setting| {
        let asked = |word: &str| named.iter().any(|name| name == word);
        let everywhere = setting.word == "global-events" && asked("multi-region");
        let unasked = named.is_empty() && read.is_some_and(|trail| off(setting, trail.value));
        asked(setting.word) || everywhere || unasked
    };
    let wanted: Vec<&Setting> = SETTINGS.iter().filter(is_wanted).collect();
    if wanted.is_empty() {
        return Err(Unplannable::new(format!(
            "trail {} needs no repair",
            request.target.name
        )));
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{change, reply, request, told, words};

    fn trail(validation: bool) -> stanch_core::Reading {
        let trails = json!({"trailList": [{"TrailARN": "arn:t", "IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": true,
            "LogFileValidationEnabled": validation}]});
        reply("cloudtrail:DescribeTrails", json!({}), trails)
    }

    #[test]
    fn what_was_asked_is_on_and_comes_back_as_it_was() {
        let request = request("trail", "arn:t", "t").with("repair", words(&["multi-region"]));
        let change = change("trail-repair", &request, Vec::new()).unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Repair CloudTrail trail t: turn on multi-region, global-events
        before trail: eu-west-1 cloudtrail:GetTrail (Name="arn:t")
        requires trail Trail.TrailARN Present
        sends eu-west-1 cloudtrail:UpdateTrail (IncludeGlobalServiceEvents=true, IsMultiRegionTrail=true, Name="arn:t")
        after trail-after: eu-west-1 cloudtrail:GetTrail (Name="arn:t")
        holds trail-after Trail.IsMultiRegionTrail Is(Bool(true))
        holds trail-after Trail.IncludeGlobalServiceEvents Is(Bool(true))
        undo eu-west-1 cloudtrail:UpdateTrail (IncludeGlobalServiceEvents=<trail Trail.IncludeGlobalServiceEvents>, IsMultiRegionTrail=<trail Trail.IsMultiRegionTrail>, Name="arn:t")
        restores trail Trail.IsMultiRegionTrail
        restores trail Trail.IncludeGlobalServiceEvents
        "#);
    }

    #[test]
    fn unasked_it_repairs_what_is_off() {
        let request = request("trail", "arn:t", "t");
        let one = change("trail-repair", &request, vec![trail(false)]).unwrap();
        assert_eq!(one.does, "Repair CloudTrail trail t: turn on validation");
        let refused = |replies| change("trail-repair", &request, replies).unwrap_err().why;
        assert_eq!(refused(vec![trail(true)]), "trail t needs no repair");
        assert_eq!(refused(Vec::new()), "trail t was not collected");
    }
}
