//! The glossary as a check: which words are avoided, where text stands in the sources, and how many are left.

pub(crate) mod glossary;
pub(crate) mod lexer;
pub(crate) mod ratchet;
pub(crate) mod scan;
