//! The account in which `sagemaker-notebook-stop` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let params = json!({"NotebookInstanceName": "lab", "InstanceType": "ml.t2.medium",
        "RoleArn": world.arn("iam", "", "role/lab")});
    let arn = text(
        &world.send("sagemaker", "CreateNotebookInstance", params).await?,
        "/NotebookInstanceArn",
    )?;
    Ok(world.request("sagemaker-notebook", &arn, "lab"))
}
