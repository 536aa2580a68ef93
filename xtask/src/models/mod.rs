//! The service models that come with Stanch: read out of a botocore wheel, stripped of prose, packed.

mod notice;
pub(crate) mod wheel;

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use stanch_aws::model::Service;
use stanch_aws::model::compile::Sources;
use stanch_aws::model::pack;
use stanch_aws::model::partitions::Geography;

use crate::error::TaskError;
use crate::root::{root, write};
use wheel::Wheel;

const FOLDER: &str = "crates/stanch-aws/models";

/// Writes pack and notice, or compares the pack; whether all is as it should be.
pub(crate) fn run(path: &Path, check: bool, out: &mut dyn Write) -> Result<bool, TaskError> {
    let begun = Instant::now();
    let mut wheel = Wheel::open(path)?;
    let mut services = Vec::new();
    for name in wheel.services() {
        services.push(service(&mut wheel, &name)?);
    }
    let geography = Geography::compile(
        &wheel.required("botocore/data/partitions.json")?,
        &wheel.required("botocore/data/endpoints.json")?,
    )
    .map_err(unfit)?;
    let packed = pack::write(&format!("botocore {}", wheel.version), &geography, &services).map_err(unfit)?;
    let folder = root().join(FOLDER);
    let file = folder.join("botocore.pack");
    if check {
        let same = std::fs::read(&file).map_err(TaskError::file(&file))? == packed;
        let verdict = if same { "are" } else { "are not" };
        writeln!(out, "the models {verdict} those of botocore {}", wheel.version)?;
        return Ok(same);
    }
    write(&file, &packed)?;
    write(
        &folder.join("NOTICE"),
        notice::text(&wheel, packed.len()).as_bytes(),
    )?;
    let operations: usize = services.iter().map(|service| service.operations.len()).sum();
    writeln!(
        out,
        "{} services, {operations} operations: {} bytes in {:.1} s",
        services.len(),
        packed.len(),
        begun.elapsed().as_secs_f64()
    )?;
    Ok(true)
}

fn unfit(error: impl std::fmt::Display) -> TaskError {
    TaskError::Unfit(error.to_string())
}

/// A service of the wheel, compiled.
fn service(wheel: &mut Wheel, name: &str) -> Result<Service, TaskError> {
    let documents = wheel.documents(name)?;
    Service::compile(Sources {
        name,
        model: &documents.model,
        paginators: documents.paginators.as_ref(),
        rules: documents.rules.as_ref(),
    })
    .map_err(unfit)
}
