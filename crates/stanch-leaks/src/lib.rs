//! Leaked AWS credentials in git repositories, plain files, archives and container images, and requests for the instance
//! metadata service in web logs.
//!
//! `credential` recognizes credentials in bytes and ranks them; `git` reads every object of a repository without running
//! git and without honouring its configuration; `unpack` opens archives; `scan` walks the paths that are named and joins the
//! three; `web` reads web, proxy and load balancer logs. This crate must not know the case, send anything, or print.

pub mod credential;
pub mod git;
mod problem;
mod scan;
mod unpack;
mod web;

pub use credential::{Doubt, Kind, Masked, SecretKey};
pub use git::{Attribution, Reach};
pub use problem::{Problem, ProblemKind};
pub use scan::{Credential, Place, Scan, ScanLimits, Totals, scan};
pub use web::{Disguise, WebRequest, WebScan, read_line, scan_web_logs};
