//! Patterns of values as the evaluator needs them: case-sensitive, with policy variables, ARNs segment by segment.
//!
//! Variables: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>. It must not know
//! statements.

use super::context::{Context, Presence};
use super::truth::Truth;

/// One step of a pattern. What a variable stands for is taken letter by letter: a star in a user's name is a star.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Byte(u8),
    Value(u8),
    Any,
    One,
}

/// A longer value of a variable is not put in.
const VALUE_LIMIT: usize = 4096;

/// A pattern with its variables filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Template {
    /// Ready to be compared.
    Ready(Filled),
    /// A variable has no value in this request: the pattern is nothing that could be compared.
    Empty,
    /// A variable whose value is not known.
    Unknown(String),
}

/// The steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filled(Vec<Step>);

impl Template {
    /// Reads a pattern. Without `variables`, `${…}` is text; without `wildcards`, so are `*` and `?`.
    pub(crate) fn read(pattern: &str, context: &Context, variables: bool, wildcards: bool) -> Self {
        let mut steps = Vec::with_capacity(pattern.len());
        let mut rest = pattern;
        while let Some(first) = rest.bytes().next() {
            let name = variables
                .then(|| rest.strip_prefix("${"))
                .flatten()
                .and_then(|inner| inner.split_once('}'));
            if let Some((name, after)) = name {
                match value(name, context) {
                    Presence::Here(values) => {
                        let text = values.first().map_or("", String::as_str);
                        steps.extend(text.bytes().take(VALUE_LIMIT).map(Step::Value));
                    }
                    Presence::Absent => return Self::Empty,
                    Presence::Unknown => return Self::Unknown(name.to_owned()),
                }
                rest = after;
                continue;
            }
            steps.push(match first {
                b'*' if wildcards => Step::Any,
                b'?' if wildcards => Step::One,
                byte => Step::Byte(byte),
            });
            // What follows the first byte of a longer letter is no boundary of text: taken over byte by byte.
            let width = rest.chars().next().map_or(1, char::len_utf8);
            steps.extend(rest.bytes().take(width).skip(1).map(Step::Byte));
            rest = rest.get(width..).unwrap_or("");
        }
        Self::Ready(Filled(steps))
    }

    /// Returns true when the whole of a text fits.
    pub(crate) fn fits(&self, compare: impl Fn(&Filled) -> bool) -> Truth {
        match self {
            Self::Ready(filled) => Truth::of(compare(filled)),
            Self::Empty => Truth::No,
            Self::Unknown(name) => Truth::maybe(name),
        }
    }
}

/// Value of a variable: `${*}`, `${?}` and `${$}` for themselves, `${key, 'default'}` for the default where
/// the key is missing.
fn value(inner: &str, context: &Context) -> Presence {
    if matches!(inner, "*" | "?" | "$") {
        return Presence::Here(vec![inner.to_owned()]);
    }
    let (key, default) = match inner.split_once(',') {
        Some((key, default)) => (key.trim(), default.trim().strip_prefix('\'')),
        None => (inner.trim(), None),
    };
    match context.get(&key.to_ascii_lowercase()) {
        Presence::Absent => default
            .and_then(|default| default.strip_suffix('\''))
            .map_or(Presence::Absent, |default| {
                Presence::Here(vec![default.to_owned()])
            }),
        known => known,
    }
}

impl Filled {
    /// Returns true when the whole of a text fits.
    pub(crate) fn matches(&self, text: &str) -> bool {
        matches(&self.0, text.as_bytes())
    }

    /// As [`Filled::matches`], without regard to the case of ASCII letters.
    pub(crate) fn matches_in_any_case(&self, text: &str) -> bool {
        let lower: Vec<Step> = self.0.iter().map(|step| step.in_lower_case()).collect();
        matches(&lower, text.to_ascii_lowercase().as_bytes())
    }

    /// Returns true when an ARN fits, each of its six parts by itself. With `complete`, parts that are missing at the end stand for
    /// anything, as in the resources of a statement
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>). What does not begin
    /// as an ARN is compared as a whole.
    pub(crate) fn matches_arn(&self, text: &str, complete: bool) -> bool {
        let begins: [Step; 4] = *b"arn:"
            .map(Step::Byte)
            .as_slice()
            .first_chunk()
            .unwrap_or(&[Step::Any; 4]);
        if !self.0.starts_with(&begins) {
            return self.matches(text);
        }
        let pattern: Vec<&[Step]> = self.0.splitn(6, |step| *step == Step::Byte(b':')).collect();
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        if parts.len() < 6 || (pattern.len() < 6 && !complete) {
            return false;
        }
        let mut pairs = parts.iter().enumerate();
        pairs.all(|(place, part)| {
            pattern
                .get(place)
                .is_none_or(|steps| matches(steps, part.as_bytes()))
        })
    }
}

impl Step {
    const fn in_lower_case(self) -> Self {
        match self {
            Self::Byte(byte) => Self::Byte(byte.to_ascii_lowercase()),
            Self::Value(byte) => Self::Value(byte.to_ascii_lowercase()),
            other => other,
        }
    }
}

fn matches(pattern: &[Step], text: &[u8]) -> bool {
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(at_text) {
        match pattern.get(at_pattern) {
            Some(Step::Any) => {
                star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            Some(Step::One) => {
                at_pattern += 1;
                at_text += 1;
            }
            Some(Step::Byte(wanted) | Step::Value(wanted)) if wanted == byte => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => match star {
                Some((place, taken)) => {
                    at_pattern = place + 1;
                    at_text = taken + 1;
                    star = Some((place, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern
        .get(at_pattern..)
        .is_none_or(|rest| rest.iter().all(|step| *step == Step::Any))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        let context = Context::closed().with("aws:username", "a*b");
        match Template::read(pattern, &context, true, true) {
            Template::Ready(filled) => filled.matches_arn(text, true),
            _ => false,
        }
    }

    #[test]
    fn parts_of_an_arn_are_compared_one_by_one() {
        for (pattern, text, expected) in [
            ("*", "arn:aws:s3:::b/k", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/k/l:m", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::B/k", false),
            ("arn:aws:sqs", "arn:aws:sqs:us-east-1:111122223333:q", true),
            ("arn:aws:iam::*:user/x", "arn:aws:iam::111122223333:user/x", true),
            ("arn:*:user/x", "arn:aws:iam::111122223333:user/x", false),
            ("arn:aws:s3:::${aws:username}", "arn:aws:s3:::a*b", true),
            ("arn:aws:s3:::${aws:username}", "arn:aws:s3:::axxb", false),
            ("arn:aws:s3:::${*}", "arn:aws:s3:::*", true),
            ("arn:aws:s3:::${aws:none}", "arn:aws:s3:::", false),
            ("arn:aws:s3:::${aws:none, 'team'}", "arn:aws:s3:::team", true),
            ("arn:aws:s3:::b", "*", false),
            ("arn:aws:s3:::ü?", "arn:aws:s3:::üx", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn before_the_newer_version_a_variable_is_text() {
        let context = Context::closed().with("aws:username", "a");
        let read = Template::read("${aws:username}", &context, false, true);
        assert!(read.fits(|filled| filled.matches("${aws:username}")).is_yes());
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_it_panic(pattern in "\\PC{0,60}|[*?${}:a]{0,40}", text in "\\PC{0,60}|[*?:a]{0,40}") {
            let context = Context::open().with("a", "*");
            for variables in [true, false] {
                let template = Template::read(&pattern, &context, variables, true);
                drop(template.fits(|filled| filled.matches_arn(&text, true) || filled.matches_in_any_case(&text)));
            }
        }
    }
}
