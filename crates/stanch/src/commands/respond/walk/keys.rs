//! Keys and questions of the walk: a letter and Enter, so that pipes, screen readers and slow lines work, too.
//!
//! It must not know what a key does.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::error::Failure;

/// A typed key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// Do what comes next.
    Next,
    /// Plan again.
    Plan,
    /// Open a guided step; empty: the one that waits.
    Open(String),
    /// It is done.
    Done(String),
    /// Later.
    Later(String),
    /// Leave.
    Leave,
    /// Something else.
    Other(String),
}

impl Key {
    fn of(text: &str) -> Self {
        let (key, name) = text.split_once(' ').unwrap_or((text, ""));
        let name = name.trim().to_owned();
        match key {
            "n" => Self::Next,
            "p" => Self::Plan,
            "o" => Self::Open(name),
            "d" => Self::Done(name),
            "s" => Self::Later(name),
            "q" => Self::Leave,
            _ => Self::Other(text.to_owned()),
        }
    }
}

/// Source of keys.
#[derive(Debug)]
pub(super) struct Keys {
    screen: bool,
}

impl Keys {
    pub(super) fn new(is_plain: bool) -> Self {
        Self {
            screen: !is_plain && io::stdin().is_terminal() && io::stdout().is_terminal(),
        }
    }

    /// Returns whether there is a screen that is drawn again.
    pub(super) const fn is_screen(&self) -> bool {
        self.screen
    }

    /// The next key; none when there will be no more.
    pub(super) fn key(&self) -> Result<Option<Key>, Failure> {
        loop {
            match self.line("\n> ")? {
                None => return Ok(None),
                Some(text) if text.is_empty() => {}
                Some(text) => return Ok(Some(Key::of(&text))),
            }
        }
    }

    /// An answer; empty when there will be none.
    pub(super) fn ask(&self, question: &str) -> Result<String, Failure> {
        Ok(self.line(question)?.unwrap_or_default())
    }

    /// Waits until what was told is read.
    pub(super) fn wait(&self) -> Result<(), Failure> {
        if self.screen {
            self.line("\nEnter: back ")?;
        }
        Ok(())
    }

    fn line(&self, question: &str) -> Result<Option<String>, Failure> {
        let failed = |error: io::Error| Failure::because("asking failed", &error, "run stanch respond again");
        write!(io::stderr(), "{question}").map_err(failed)?;
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer).map_err(failed)?;
        Ok((read > 0).then(|| answer.trim().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_takes_the_name_of_a_step() {
        assert_eq!(Key::of("o root-mfa"), Key::Open("root-mfa".to_owned()));
        assert_eq!(Key::of("d"), Key::Done(String::new()));
        assert_eq!(Key::of("quit"), Key::Other("quit".to_owned()));
    }
}
