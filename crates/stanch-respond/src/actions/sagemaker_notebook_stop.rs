//! Stops a SageMaker notebook instance. Its storage volume stays; its memory and everything outside that volume are lost.
//!
//! Its lifecycle script runs at every start, so undo runs what the attacker may have put there.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::compute::{call, none_of};
use super::parts::{blank, text};
use crate::about::{About, Listing, Stage, Undo, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SagemakerNotebookStop;

static ABOUT: About = About {
    name: "sagemaker-notebook-stop",
    does: "Stop a SageMaker notebook instance.",
    targets: &["sagemaker-notebook"],
    notes: "Presigned URLs that open the notebook stop working. The storage volume is kept and can be read only by starting the \
            notebook again: check its lifecycle script before that.",
    answers: &[
        by_call("sagemaker", "CreateNotebookInstance"),
        by_check("costly-compute", "notebook"),
    ],
    listing: Some(&Listing::new(
        ("sagemaker", "ListNotebookInstances", "NotebookInstances[]"),
        "NotebookInstanceArn",
        "NotebookInstanceName",
    )),
    stage: Stage::Child,
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopNotebookInstance.html",
        "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartNotebookInstance.html",
    ],
    ..About::EMPTY
};

impl Action for SagemakerNotebookStop {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let notebook = request.target.name.as_str();
        let of = |operation: &str| {
            let name = [("NotebookInstanceName", text(notebook))];
            call(request, "sagemaker", operation, name)
        };
        let status = || Path::of("NotebookInstanceStatus");
        let runs = Expectation::new("notebook", status(), Test::Is(json!("InService")));
        Ok(Change {
            before: vec![Read::new("notebook", of("DescribeNotebookInstance"))],
            // Only a notebook in service can be stopped.
            requires: vec![runs],
            writes: vec![Write::new(of("StopNotebookInstance"))],
            after: vec![Read::new("notebook-after", of("DescribeNotebookInstance"))],
            verified_by: none_of("notebook-after", &status(), &["InService", "Pending", "Updating"]),
            undo: vec![Write::new(of("StartNotebookInstance"))],
            restores: vec![Restored::new("notebook", Path::of("NotebookInstanceArn"))],
            reversibility: Reversibility::Partial {
                remains: "the notebook runs on a new instance, which takes minutes to start".to_owned(),
            },
            loses: Some(format!(
                "memory of SageMaker notebook {notebook} and data outside its storage volume"
            )),
            undo_reopens: Some(format!(
                "SageMaker notebook {notebook} runs again, with its lifecycle script"
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!("Stop SageMaker notebook {notebook}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn a_notebook_that_runs_is_stopped() {
        let notebook = request("sagemaker-notebook", "nb");
        insta::assert_snapshot!(told(&SagemakerNotebookStop, &notebook, &account([])), @r#"
        Workload: Stop SageMaker notebook nb
        before notebook: eu-west-1 sagemaker DescribeNotebookInstance {NotebookInstanceName: "nb"}
        requires notebook.NotebookInstanceStatus {"is":"InService"}
        write eu-west-1 sagemaker StopNotebookInstance {NotebookInstanceName: "nb"}
        after notebook-after: eu-west-1 sagemaker DescribeNotebookInstance {NotebookInstanceName: "nb"}
        holds notebook-after.NotebookInstanceStatus "present"
        holds notebook-after.NotebookInstanceStatus {"lacks":"InService"}
        holds notebook-after.NotebookInstanceStatus {"lacks":"Pending"}
        holds notebook-after.NotebookInstanceStatus {"lacks":"Updating"}
        undo eu-west-1 sagemaker StartNotebookInstance {NotebookInstanceName: "nb"}
        restores notebook.NotebookInstanceArn
        partial: the notebook runs on a new instance, which takes minutes to start
        loses memory of SageMaker notebook nb and data outside its storage volume
        undo frees SageMaker notebook nb runs again, with its lifecycle script
        "#);
    }
}
