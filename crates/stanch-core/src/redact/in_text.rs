//! Takes secrets out of JSON text without taking the text apart: the text stays as it was logged but for them.
//!
//! One pass over strings and brackets. Whatever it does not understand at once (escapes in names or secrets, deep
//! nesting, damage) it leaves to the parser. It must not decide what is secret.

use super::{DEPTH, NAME_LENGTH, hides, is_signed, mark, plain_name, secrecy};

/// Treatment of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrecy {
    /// It is looked into.
    None,
    /// Its text, or every text below it, is a secret.
    Secret,
}

/// Sum of this pass.
pub(super) enum Outcome {
    /// There is nothing to take out.
    Clean,
    /// The text without its secrets.
    Redacted(String),
    /// Only a parser can tell.
    Unclear,
}

/// Takes the secrets out of well-formed JSON.
pub(super) fn redact(text: &str, event_name: &str) -> Outcome {
    let mut pass = Pass {
        text,
        bytes: text.as_bytes(),
        value_is_secret: super::value_is_secret(event_name),
        kept: 0,
        out: String::new(),
    };
    match pass.run() {
        None => Outcome::Unclear,
        Some(()) if pass.kept == 0 => Outcome::Clean,
        Some(()) => {
            pass.out.push_str(&text[pass.kept..]);
            Outcome::Redacted(pass.out)
        }
    }
}

struct Pass<'t> {
    text: &'t str,
    bytes: &'t [u8],
    value_is_secret: bool,
    /// Up to where the text is in `out`; 0 as long as nothing was taken out.
    kept: usize,
    out: String,
}

impl Pass<'_> {
    /// Goes through the text; `None` when it can't be understood.
    fn run(&mut self) -> Option<()> {
        let mut at = 0;
        let mut depth = 0_usize;
        // Where the value began below which every text is a secret, by its depth.
        let mut secret_below: Option<usize> = None;
        // What the name just read says of the value to come.
        let mut named = Secrecy::None;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'"' => {
                    let end = self.string_end(at)?;
                    let inner = &self.text[at + 1..end - 1];
                    let behind = self.space(end);
                    if self.bytes.get(behind) == Some(&b':') {
                        named = self.name(inner)?;
                        at = behind + 1;
                        continue;
                    }
                    // An escape may hide what a signed URL is known by.
                    if inner.contains("\\u") {
                        return None;
                    }
                    if secret_below.is_some() || named == Secrecy::Secret || is_signed(inner) {
                        self.hide(at, end)?;
                    }
                    named = Secrecy::None;
                    at = end;
                    continue;
                }
                b'{' | b'[' => {
                    if named == Secrecy::Secret && secret_below.is_none() {
                        secret_below = Some(depth);
                    }
                    named = Secrecy::None;
                    depth += 1;
                    // The parser hides whole what lies deeper than it looks.
                    if depth >= DEPTH / 2 {
                        return None;
                    }
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    if secret_below == Some(depth) {
                        secret_below = None;
                    }
                    named = Secrecy::None;
                }
                b',' => named = Secrecy::None,
                _ => {}
            }
            at += 1;
        }
        (depth == 0).then_some(())
    }

    fn name(&self, name: &str) -> Option<Secrecy> {
        if name.contains('\\') {
            return None;
        }
        let mut buffer = [0; NAME_LENGTH];
        Some(secrecy(plain_name(name, &mut buffer), self.value_is_secret))
    }

    /// Replaces the string between two places, if it is one that is hidden.
    fn hide(&mut self, start: usize, end: usize) -> Option<()> {
        let inner = &self.text[start + 1..end - 1];
        if inner.contains('\\') {
            return None;
        }
        if hides(inner) {
            self.out.push_str(&self.text[self.kept..=start]);
            self.out.push_str(&mark(inner));
            self.kept = end - 1;
        }
        Some(())
    }

    fn string_end(&self, start: usize) -> Option<usize> {
        let mut at = start + 1;
        loop {
            let found = at + memchr::memchr2(b'"', b'\\', self.bytes.get(at..)?)?;
            if self.bytes[found] == b'"' {
                return Some(found + 1);
            }
            at = found + 2;
        }
    }

    fn space(&self, mut at: usize) -> usize {
        while matches!(self.bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            at += 1;
        }
        at
    }
}
