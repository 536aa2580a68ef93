//! Disables a job queue of AWS Batch.
//!
//! Jobs that are in the queue keep running, waiting ones too: their compute environment is stopped through its Auto Scaling group
//! or Spot fleet, or they end on their own.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::compute::{call, one_of};
use super::parts::{blank, text};
use crate::about::{About, Listing, Stage, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct BatchQueueDisable;

static ABOUT: About = About {
    name: "batch-queue-disable",
    does: "Disable an AWS Batch job queue.",
    targets: &["batch-job-queue"],
    notes: "Jobs that are already in the queue continue. New submissions are refused until undo.",
    answers: &[by_call("batch", "CreateJobQueue")],
    listing: Some(&Listing::new(
        ("batch", "DescribeJobQueues", "jobQueues[]"),
        "jobQueueArn",
        "jobQueueName",
    )),
    stage: Stage::Parent,
    sources: &["https://docs.aws.amazon.com/batch/latest/APIReference/API_UpdateJobQueue.html"],
    ..About::EMPTY
};

impl Action for BatchQueueDisable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let queue = request.target.name.as_str();
        let describe = || {
            call(
                request,
                "batch",
                "DescribeJobQueues",
                [("jobQueues", one_of(queue))],
            )
        };
        let set = |state: Param| {
            let params = [("jobQueue", text(queue)), ("state", state)];
            Write::new(call(request, "batch", "UpdateJobQueue", params))
        };
        let state = || Path::of("jobQueues[].state");
        Ok(Change {
            before: vec![Read::new("queue", describe())],
            requires: vec![Expectation::new("queue", state(), Test::Present)],
            writes: vec![set(text("DISABLED"))],
            after: vec![Read::new("queue-after", describe())],
            verified_by: vec![Expectation::new(
                "queue-after",
                state(),
                Test::Is(json!("DISABLED")),
            )],
            undo: vec![set(Param::reply("queue", state()))],
            restores: vec![Restored::new("queue", state())],
            ..blank(
                &ABOUT,
                request,
                Wave::Spending,
                format!("Disable Batch job queue {queue}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn a_queue_gets_the_state_back_that_it_had() {
        let queue = request("batch-job-queue", "gpu");
        insta::assert_snapshot!(told(&BatchQueueDisable, &queue, &account([])), @r#"
        Spending: Disable Batch job queue gpu
        before queue: eu-west-1 batch DescribeJobQueues {jobQueues: ["gpu"]}
        requires queue.jobQueues[].state "present"
        write eu-west-1 batch UpdateJobQueue {jobQueue: "gpu", state: "DISABLED"}
        after queue-after: eu-west-1 batch DescribeJobQueues {jobQueues: ["gpu"]}
        holds queue-after.jobQueues[].state {"is":"DISABLED"}
        undo eu-west-1 batch UpdateJobQueue {jobQueue: "gpu", state: <One queue.jobQueues[].state>}
        restores queue.jobQueues[].state
        exact
        "#);
    }
}
