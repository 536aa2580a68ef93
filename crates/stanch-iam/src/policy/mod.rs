//! Policy documents inside requests: who is granted what, who is trusted, what is exposed.
//!
//! The reader is that of the crate; each file here answers one question over the words of a document, without a request
//! to judge. It must not know in which request a document was found.

mod condition;
mod exposure;
mod grants;
mod principals;
mod trust;

pub use crate::Policy;
use crate::{document, pattern};
pub use exposure::Exposure;
pub use principals::account_in;
pub use trust::Trust;
