//! Scans of repositories, archives and images that the tests build, sound and damaged.

mod archives;
mod damage;
mod repositories;
mod support;
