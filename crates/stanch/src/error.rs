//! The one border where errors become words for people: what happened, why, what to do next.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use stanch_core::text::shown;

/// An error as a person sees it.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    why: Vec<String>,
    next: String,
}

impl Failure {
    /// A failure with nothing behind it.
    pub(crate) fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: Vec::new(),
            next: next.into(),
        }
    }

    /// A failure with the chain of its causes, each told once.
    pub(crate) fn because(what: impl Into<String>, cause: &dyn Error, next: impl Into<String>) -> Self {
        let mut failure = Self::new(what, next);
        let mut link = Some(cause);
        while let Some(error) = link {
            failure.why.push(error.to_string());
            link = error.source();
        }
        failure
    }

    /// A failure with causes that another program reported, outermost first.
    pub(crate) fn with_causes(what: impl Into<String>, causes: Vec<String>, next: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: causes,
            next: next.into(),
        }
    }

    /// Leaves out the first link of the chain, for errors whose words are already in what happened.
    pub(crate) fn without_first_cause(mut self) -> Self {
        if !self.why.is_empty() {
            self.why.remove(0);
        }
        self
    }

    /// A file that could not be read or written.
    pub(crate) fn file(action: &str, path: &Path, cause: &dyn Error) -> Self {
        let what = format!("{action} {} failed", path.display());
        Self::because(
            what,
            cause,
            "check the path, the permissions and the free space, then run it again",
        )
    }

    /// The text for standard error.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("error: {}\n", shown(&self.what, 1000));
        for why in &self.why {
            let _ = writeln!(text, "  why   {}", shown(why, 1000));
        }
        let _ = writeln!(text, "  next  {}", shown(&self.next, 1000));
        text
    }
}

impl From<stanch_case::CaseError> for Failure {
    fn from(error: stanch_case::CaseError) -> Self {
        let next = error.next();
        Self::because(error.to_string(), &error, next).without_first_cause()
    }
}

impl From<stanch_demo::DemoError> for Failure {
    fn from(error: stanch_demo::DemoError) -> Self {
        Self::because(
            "writing the demonstration logs failed",
            &error,
            "name another folder with --out, or free some space",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_why_and_next_and_is_inert() {
        let cause = std::io::Error::other("disk \u{1b}[31mfull");
        let failure = Failure::file("writing", Path::new("out\n.html"), &cause);
        insta::assert_snapshot!(failure.text(), @r"
        error: writing out\u{a}.html failed
          why   disk \u{1b}[31mfull
          next  check the path, the permissions and the free space, then run it again
        ");
    }
}
