//! A build runs code from elsewhere, or shows itself to all.
//!
//! It must not look at anything but the answers it names.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::{Severity, Tactic};

/// The answers it needs.
const NEEDS: &[Need] = &[each("codebuild", "BatchGetProjects", "ListProjects")];

/// See the head of this file.
pub(super) struct BuildRunsStrangersCode;

impl Check for BuildRunsStrangersCode {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "build-runs-strangers-code",
            title: "A build runs code from elsewhere, or shows itself to all",
            why: "A build has a role and secrets. One that serves jobs of a repository, whose results anybody may read, or whose image and source lie elsewhere, gives them away.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1195", "T1648"],
            steps: &["12"],
            next: "disable the project and its webhook; rotate what its environment holds",
            needs: NEEDS,
            false_positives: &[
                "A project that builds open source",
                "A runner of the own organization",
            ],
        }
    }

    fn check(&self, account: &AccountState<'_>, found: &mut Findings) {
        for item in account.items("codebuild", "BatchGetProjects", "projects") {
            let (arn, name) = (item.text("arn"), item.text("name"));
            let is_public = item.text("projectVisibility") == "PUBLIC_READ";
            let runner = item
                .list("webhook.filterGroups")
                .into_iter()
                .any(|filters| filters.to_string().contains("WORKFLOW_JOB_QUEUED"));
            let image = item.text("environment.image");
            let guests = account.guests_among(&[image.split('.').next().unwrap_or("")]);
            let strange = guests.any() && image.contains(".dkr.ecr.");
            let words = [
                is_public.then_some("its results are public"),
                runner.then_some("it runs jobs of a repository"),
                strange.then_some("its image lies in another account"),
            ];
            let words: Vec<&str> = words.into_iter().flatten().collect();
            let draft = found.on(&item, "build-project", arn, name);
            let draft = match words.is_empty() {
                false => draft.suspicious(Severity::Medium),
                // Says nothing alone; it stands here so that who made or changed it can speak against it.
                true => draft.misconfiguration(Severity::Informational),
            };
            draft
                .fact("source", item.text("source.location"))
                .fact("image", image)
                .fact("role", item.text("serviceRole"))
                .fact("stack", &stack_of(item.at("tags")))
                .foreign(if strange { &guests.foreign } else { &[] })
                .say(&if words.is_empty() {
                    format!("build project {name} runs what its source says")
                } else {
                    format!("build project {name}: {}", words.join(", "))
                });
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, asked, misconfiguration, silent, suspicious};

    let project = |visibility: &str, image: &str| {
        asked(
            "codebuild:BatchGetProjects",
            json!({"names": ["p"]}),
            json!({"projects": [{"name": "p", "arn": "arn:p", "projectVisibility": visibility, "environment": {"image": image}}]}),
        )
    };
    vec![
        suspicious(vec![project("PUBLIC_READ", "aws/codebuild/standard:7.0")]),
        suspicious(vec![project(
            "PRIVATE",
            &format!("{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x:1"),
        )]),
        misconfiguration(vec![project(
            "PRIVATE",
            &format!("{OWN}.dkr.ecr.us-east-1.amazonaws.com/x:1"),
        )]),
        silent(vec![asked(
            "codebuild:BatchGetProjects",
            json!({"names": []}),
            json!({"projects": []}),
        )]),
    ]
}
