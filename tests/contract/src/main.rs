//! `stanch-contract [ACTION …]`: tries actions against the AWS stand-in. `make contract` runs it.

use std::process::ExitCode;

fn main() -> ExitCode {
    stanch_contract::run()
}
