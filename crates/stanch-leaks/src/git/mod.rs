//! Git repositories as evidence: every object of every pack and every loose object, whatever refers to it.
//!
//! Nothing of a repository's configuration is honoured but the object format: no hooks, includes, replacement refs, filters
//! or remote helpers, and git is not run. Damage is named and passed over. It must not know what a credential is.

mod delta;
mod discover;
mod entry;
mod family;
mod forest;
mod history;
mod index;
mod loose;
mod oid;
mod pack;
mod refs;
mod reindex;
mod store;

pub use discover::Repository;
pub(crate) use discover::{is_git_dir, named_by, repository};
pub use entry::ObjectKind;
pub(crate) use family::{Budget, Sink, walk};
pub use history::{Attribution, Commit, Reach};
pub(crate) use history::{History, Wanted};
pub(crate) use loose::{Loose, each as each_loose};
pub use oid::{HashKind, ObjectId};
pub use pack::Pack;
pub(crate) use pack::packs;
pub(crate) use refs::Refs;
pub(crate) use store::Store;
