//! Arguments of `scan-keys` and `scan-ssrf`.

use std::path::PathBuf;

use clap::Args;

use super::CaseOption;

/// Find leaked AWS credentials in git repositories, files, archives and container images
///
/// Reads every object of a repository: all branches, reflogs, stashes, deleted files and unreachable objects, without running
/// git. Decodes the account of each key id offline and compares it with the case. Secrets are masked. No request is sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch scan-keys ~/src                # all repositories and files below
  stanch scan-keys repo image.tar --sarif keys.sarif
  stanch scan-keys repo --write-baseline known.json
  stanch scan-keys repo --baseline known.json

Exit codes:
  0    no credential of medium severity or above; all input read
  1    credentials found
  2    wrong usage; nothing was done
  3    part of the input was not read
  4    both 1 and 3
  7    failed: a file can't be written")]
pub(crate) struct ScanKeysArguments {
    /// Repositories, folders, files, archives, images saved with docker save (repeatable)
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// Also write the findings as SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    pub(crate) sarif: Option<PathBuf>,
    /// Leave out the findings of this baseline
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the findings as a baseline; it holds no secrets
    #[arg(long, value_name = "FILE")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Overwrite existing files
    #[arg(short, long)]
    pub(crate) force: bool,
}

/// Find requests for the metadata service in web, proxy and load balancer logs
///
/// Finds server-side request forgery that asks an EC2 instance, ECS task or EKS pod for its credentials, however the address is
/// written. Reads common, combined, JSON, W3C, ALB, ELB, CloudFront, AWS WAF and Squid formats, plain text, gzip. No request is sent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch scan-ssrf /var/log/nginx
  stanch scan-ssrf alb-logs/ access.log.gz --json

Exit codes:
  0    no request for the metadata service; all input read
  1    requests found
  2    wrong usage; nothing was done
  3    part of the input was not read
  4    both 1 and 3")]
pub(crate) struct ScanSsrfArguments {
    /// Logs, or folders with logs (repeatable)
    #[arg(required = true, value_name = "LOG")]
    pub(crate) logs: Vec<PathBuf>,
}
