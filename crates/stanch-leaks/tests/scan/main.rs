//! Scans of repositories, archives and images that the tests build, sound and damaged.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod archives;
mod damage;
mod repositories;
mod support;
