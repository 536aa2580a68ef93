//! Measures opening the models and unpacking services: `cargo run --release -p stanch-aws --example load`.

use std::io::Write;
use std::time::{Duration, Instant};

use stanch_aws::{Models, exchange};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let mut out = std::io::stdout().lock();
    let begun = Instant::now();
    let models = Models::embedded()?;
    tell(&mut out, "the index", begun.elapsed())?;
    for name in ["iam", "s3", "ec2"] {
        let begun = Instant::now();
        let service = models.service(name)?;
        let name = format!("{name}, {} operations", service.operations.len());
        tell(&mut out, &name, begun.elapsed())?;
    }
    let ec2 = models.service("ec2")?;
    let operation = ec2.operation("describe-instances").ok_or("no such operation")?;
    let params = serde_json::json!({"Filters": [{"Name": "instance-state-name", "Values": ["running"]}], "MaxResults": 100});
    let begun = Instant::now();
    for _ in 0..1000 {
        exchange::prepare(&ec2, operation, &params, &mut String::new)?;
    }
    tell(&mut out, "one request, of a thousand", begun.elapsed() / 1000)?;
    let begun = Instant::now();
    for name in models.names() {
        models.service(name)?;
    }
    tell(&mut out, "all the others", begun.elapsed())
}

fn tell(out: &mut dyn Write, what: &str, time: Duration) -> Outcome {
    writeln!(out, "{what:32} {:>10.1} µs", time.as_secs_f64() * 1e6)?;
    Ok(())
}
