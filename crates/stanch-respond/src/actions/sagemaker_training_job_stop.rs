//! Stops a SageMaker training job. It can't be resumed: a new job continues from its checkpoints, if it wrote any.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Path, Read, Reversibility, Test, Wave, Write};

use super::compute::{call, none_of};
use super::parts::{blank, text};
use crate::about::{About, Listing, Stage, Undo, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SagemakerTrainingJobStop;

static ABOUT: About = About {
    name: "sagemaker-training-job-stop",
    does: "Stop a SageMaker training job.",
    targets: &["sagemaker-training-job"],
    notes: "The job gets 120 seconds to save its results; a miner uses them too. A job of a tuning job is replaced by the next one: \
            stop the tuning job.",
    answers: &[by_call("sagemaker", "CreateTrainingJob")],
    listing: Some(&Listing::new(
        ("sagemaker", "ListTrainingJobs", "TrainingJobSummaries[]"),
        "TrainingJobArn",
        "TrainingJobName",
    )),
    stage: Stage::Child,
    undo: Undo::Impossible,
    sources: &["https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html"],
    ..About::EMPTY
};

impl Action for SagemakerTrainingJobStop {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let job = request.target.name.as_str();
        let of = |operation: &str| call(request, "sagemaker", operation, [("TrainingJobName", text(job))]);
        let status = Path::of("TrainingJobStatus");
        let runs = Test::Is(json!("InProgress"));
        Ok(Change {
            before: vec![Read::new("job", of("DescribeTrainingJob"))],
            requires: vec![Expectation::new("job", status.clone(), runs)],
            writes: vec![Write::new(of("StopTrainingJob"))],
            after: vec![Read::new("job-after", of("DescribeTrainingJob"))],
            verified_by: none_of("job-after", &status, &["InProgress"]),
            reversibility: Reversibility::None {
                remains: "a stopped training job can't be resumed; its settings are saved as evidence"
                    .to_owned(),
            },
            loses: Some(format!(
                "results of SageMaker training job {job} since its last checkpoint"
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!("Stop SageMaker training job {job}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn a_job_that_runs_is_stopped_for_good() {
        let job = request("sagemaker-training-job", "train");
        insta::assert_snapshot!(told(&SagemakerTrainingJobStop, &job, &account([])), @r#"
        Workload: Stop SageMaker training job train
        before job: eu-west-1 sagemaker DescribeTrainingJob {TrainingJobName: "train"}
        requires job.TrainingJobStatus {"is":"InProgress"}
        write eu-west-1 sagemaker StopTrainingJob {TrainingJobName: "train"}
        after job-after: eu-west-1 sagemaker DescribeTrainingJob {TrainingJobName: "train"}
        holds job-after.TrainingJobStatus "present"
        holds job-after.TrainingJobStatus {"lacks":"InProgress"}
        none: a stopped training job can't be resumed; its settings are saved as evidence
        loses results of SageMaker training job train since its last checkpoint
        "#);
    }
}
