//! What must hold whatever the input: the properties that fuzzing looks for exceptions to, files made to break
//! programs that read logs, and a way to run a program over them that sees how long and how large it gets.
//!
//! A crate of its own, because three programs use one copy of it: the fuzz targets in `fuzz/` (outside the
//! workspace, built with the sanitizer), the ordinary tests that replay their corpora, and `cargo xtask hostile`.
//! A feature of `stanch-trail` would have put code of tests into the product, and rules need `stanch-detect`
//! besides. It knows the libraries by their public names only, and no part of the product may depend on it.
//!
//! Every property is an assertion: a function that returns has found nothing.

pub mod inputs;
pub mod measure;
mod properties;
mod reading;
pub mod targets;

pub use targets::{TARGETS, Target};
