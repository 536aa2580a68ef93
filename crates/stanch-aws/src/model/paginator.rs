//! Paging of an operation, as the model says.

use serde::{Deserialize, Serialize};

use super::expression::Expression;

/// The names and expressions of an operation's paging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paginator {
    /// Parameters that carry the place to continue from.
    pub input_tokens: Vec<String>,
    /// Where the reply says that place, in the same order.
    pub output_tokens: Vec<Expression>,
    /// Where the reply says whether there is more; none means that a token says it.
    pub more_results: Option<Expression>,
    /// The parameter for the size of a page.
    pub limit_key: Option<String>,
    /// Lists that grow from page to page.
    pub result_keys: Vec<Expression>,
    /// Members that stay as the first page has them.
    pub non_aggregate_keys: Vec<Expression>,
}
