//! The account in which `sagemaker-training-job-stop` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let params = json!({"TrainingJobName": "mine", "RoleArn": world.arn("iam", "", "role/lab"),
        "AlgorithmSpecification": {"TrainingImage": "miner:1", "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://out/"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600}});
    let arn = text(
        &world.send("sagemaker", "CreateTrainingJob", params).await?,
        "/TrainingJobArn",
    )?;
    Ok(world.request("sagemaker-training-job", &arn, "mine"))
}
