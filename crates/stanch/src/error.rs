//! Errors as text for people: what happened, why, what to do next.

use std::error::Error;
use std::path::Path;

use stanch_core::text::shown;

use crate::exit::Exit;
use crate::output::wrapped;

/// An error as a person sees it.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    why: Vec<String>,
    next: String,
}

impl Failure {
    /// A failure with nothing behind it.
    pub(crate) fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            exit: Exit::Failed,
            what: what.into(),
            why: Vec::new(),
            next: next.into(),
        }
    }

    /// A failure with the chain of its causes, each once.
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
            exit: Exit::Failed,
            what: what.into(),
            why: causes,
            next: next.into(),
        }
    }

    /// Marks it as wrong usage: what was typed can't be done, whatever the files and the account hold.
    pub(crate) fn usage(mut self) -> Self {
        self.exit = Exit::Usage;
        self
    }

    /// Returns the exit code.
    pub(crate) const fn exit(&self) -> Exit {
        self.exit
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

    /// Returns the text for standard error.
    pub(crate) fn text(&self, width: usize) -> String {
        const HANGING: &str = "        ";
        let mut text = wrapped(&shown(&self.what, 1000), "error: ", HANGING, width);
        for why in &self.why {
            text.push_str(&wrapped(&shown(why, 1000), "  why   ", HANGING, width));
        }
        text.push_str(&wrapped(&shown(&self.next, 1000), "  next  ", HANGING, width));
        text
    }
}

/// Returns whether an error of a case is about a name that was typed.
const fn is_about_what_was_typed(error: &stanch_case::CaseError) -> bool {
    use stanch_case::CaseError;
    matches!(
        error,
        CaseError::BadName { .. }
            | CaseError::BadDeclaration { .. }
            | CaseError::NotDeclared { .. }
            | CaseError::LastResponder { .. }
    )
}

impl From<stanch_case::CaseError> for Failure {
    fn from(error: stanch_case::CaseError) -> Self {
        let next = error.next();
        let failure = Self::because(error.to_string(), &error, next).without_first_cause();
        if is_about_what_was_typed(&error) {
            failure.usage()
        } else {
            failure
        }
    }
}

impl From<stanch_hunt::HuntError> for Failure {
    fn from(error: stanch_hunt::HuntError) -> Self {
        use stanch_hunt::HuntError;
        let next = match error {
            HuntError::Case(error) => return error.into(),
            HuntError::Store(_) => {
                "check the free space and run it again: it continues; --no-store keeps no events"
            }
            HuntError::Damaged(_) => {
                "find out what is damaged: stanch case verify; to start again, hunt into a new case"
            }
            HuntError::Unsaved(_) => "run it again with --no-store; please report it",
            HuntError::CopiesLost => "check the disk that TMPDIR names, then run it again",
            HuntError::ReaderPanicked => "run it again; please report it",
        };
        Self::because(error.to_string(), &error, next).without_first_cause()
    }
}

impl From<stanch_hunt::InputError> for Failure {
    fn from(error: stanch_hunt::InputError) -> Self {
        let next = "name a folder, file or archive that exists, or - for standard input";
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
        insta::assert_snapshot!(failure.text(80), @r"
        error: writing out\u{a}.html failed
          why   disk \u{1b}[31mfull
          next  check the path, the permissions and the free space, then run it again
        ");
    }
}
