//! CodeBuild project runs external code or publishes its results.
//!
//! It must not read other answers than those in its `needs`.

use crate::account::{AccountState, stack_of};
use crate::check::{Check, CheckAbout, Findings, Need, each};
use stanch_core::finding::Exposure;
use stanch_core::{Severity, Tactic};

/// Answers that the check reads.
const NEEDS: &[Need] = &[each("codebuild", "BatchGetProjects", "ListProjects")];

/// The check.
pub(super) struct BuildRunsExternalCode;

impl Check for BuildRunsExternalCode {
    fn about(&self) -> CheckAbout {
        CheckAbout {
            name: "build-runs-external-code",
            title: "CodeBuild project runs external code or publishes its results",
            why: "A CodeBuild project has a role and often secrets. A project that runs jobs of a repository, publishes its results, or takes its image from another account exposes both.",
            severity: Severity::Medium,
            tactics: &[Tactic::Persistence, Tactic::Execution],
            techniques: &["T1195", "T1648"],
            steps: &["12"],
            next: "Disable the project and its webhook, then rotate the secrets in its environment",
            needs: NEEDS,
            made_by: &["CreateProject", "UpdateProject", "CreateWebhook"],
            harmless_when: &[
                "A project that builds open source",
                "A self-hosted runner of your own organization",
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
            let image_exposure = match image.contains(".dkr.ecr.") {
                true => account.exposure_among(&[image.split('.').next().unwrap_or("")]),
                false => Exposure::default(),
            };
            let words = [
                is_public.then_some("its build results are public"),
                runner.then_some("it runs jobs of a source repository"),
                image_exposure
                    .is_external()
                    .then_some("its image is from an external account"),
            ];
            let words: Vec<&str> = words.into_iter().flatten().collect();
            let draft = found.on(&item, "build-project", arn, name);
            let draft = match words.is_empty() {
                false => draft.suspicious(Severity::Medium),
                // No evidence by itself; reported so that its creator can be evidence against it.
                true => draft.misconfiguration(Severity::Informational),
            };
            draft
                .fact("Source", item.text("source.location"))
                .fact("Image", image)
                .fact("Role", item.text("serviceRole"))
                .fact("Stack", &stack_of(item.at("tags")))
                .exposure(&image_exposure)
                .say(&if words.is_empty() {
                    format!("CodeBuild project {name} runs the code of its source")
                } else {
                    format!("CodeBuild project {name}: {}", words.join(", "))
                });
        }
    }
}

#[cfg(test)]
pub(super) fn examples() -> Vec<crate::contract::Example> {
    use serde_json::json;

    use crate::contract::{OWN, STRANGER, asked, misconfigured, silent, suspicious};

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
        misconfigured(vec![project(
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
