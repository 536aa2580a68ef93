//! Policy documents inside requests: who is granted what, who is trusted, what is exposed.
//!
//! One file reads the document (`document`), the others answer one question each. It must not know in which
//! request a document was found.

mod condition;
mod document;
mod exposure;
mod grants;
mod pattern;
mod principals;
mod trust;

pub use document::Policy;
pub use exposure::Exposure;
pub use principals::account_in;
pub use trust::Trust;
