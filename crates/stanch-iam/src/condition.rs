//! Evaluation of the conditions of a request.
//!
//! After <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html> and
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>.
//! A key that nobody knows gives an answer that nobody knows. It must not know statements.

use std::cmp::Ordering;
use std::net::IpAddr;

use stanch_core::Timestamp;

use super::context::{Context, Presence};
use super::document::Condition;
use super::template::Template;
use super::truth::Truth;

/// Rule by which a comparison of many values is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    One,
    All,
    Any,
}

/// Value that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Text,
    TextInAnyCase,
    Like,
    Arn,
    Flag,
    Bytes,
    Network,
    Number(&'static [Ordering]),
    Date(&'static [Ordering]),
}

/// An operator, read.
#[derive(Debug, Clone, Copy)]
struct Operator {
    quantifier: Quantifier,
    if_exists: bool,
    negated: bool,
    family: Family,
}

const EQUAL: &[Ordering] = &[Ordering::Equal];
const LESS: &[Ordering] = &[Ordering::Less];
const AT_MOST: &[Ordering] = &[Ordering::Less, Ordering::Equal];
const GREATER: &[Ordering] = &[Ordering::Greater];
const AT_LEAST: &[Ordering] = &[Ordering::Greater, Ordering::Equal];

/// Every operator but `Null`, in lower case: whether it is negated, and what it compares.
const OPERATORS: [(&str, bool, Family); 26] = [
    ("stringequals", false, Family::Text),
    ("stringnotequals", true, Family::Text),
    ("stringequalsignorecase", false, Family::TextInAnyCase),
    ("stringnotequalsignorecase", true, Family::TextInAnyCase),
    ("stringlike", false, Family::Like),
    ("stringnotlike", true, Family::Like),
    ("arnequals", false, Family::Arn),
    ("arnlike", false, Family::Arn),
    ("arnnotequals", true, Family::Arn),
    ("arnnotlike", true, Family::Arn),
    ("bool", false, Family::Flag),
    ("binaryequals", false, Family::Bytes),
    ("ipaddress", false, Family::Network),
    ("notipaddress", true, Family::Network),
    ("numericequals", false, Family::Number(EQUAL)),
    ("numericnotequals", true, Family::Number(EQUAL)),
    ("numericlessthan", false, Family::Number(LESS)),
    ("numericlessthanequals", false, Family::Number(AT_MOST)),
    ("numericgreaterthan", false, Family::Number(GREATER)),
    ("numericgreaterthanequals", false, Family::Number(AT_LEAST)),
    ("dateequals", false, Family::Date(EQUAL)),
    ("datenotequals", true, Family::Date(EQUAL)),
    ("datelessthan", false, Family::Date(LESS)),
    ("datelessthanequals", false, Family::Date(AT_MOST)),
    ("dategreaterthan", false, Family::Date(GREATER)),
    ("dategreaterthanequals", false, Family::Date(AT_LEAST)),
];

/// Decision whether one comparison of a statement holds.
pub(crate) fn holds(condition: &Condition, context: &Context, variables: bool) -> Truth {
    if condition.operator == "null" {
        return is_missing(condition, context);
    }
    let Some(operator) = Operator::read(&condition.operator) else {
        return Truth::maybe(&format!("operator {}", condition.operator));
    };
    match context.get(&condition.key) {
        Presence::Here(values) if !values.is_empty() => {
            operator.compare(condition, &values, context, variables)
        }
        Presence::Unknown => Truth::maybe(&condition.key),
        Presence::Here(_) | Presence::Absent => Truth::of(operator.without_key()),
    }
}

/// `Null`: whether the key is missing, against any of the values.
fn is_missing(condition: &Condition, context: &Context) -> Truth {
    let missing = match context.get(&condition.key) {
        Presence::Here(values) => values.is_empty(),
        Presence::Absent => true,
        Presence::Unknown => {
            let wants = |word: &str| {
                condition
                    .values
                    .iter()
                    .any(|value| value.eq_ignore_ascii_case(word))
            };
            return if wants("true") && wants("false") {
                Truth::Yes
            } else {
                Truth::maybe(&condition.key)
            };
        }
    };
    let word = if missing { "true" } else { "false" };
    Truth::of(
        condition
            .values
            .iter()
            .any(|value| value.eq_ignore_ascii_case(word)),
    )
}

impl Operator {
    fn read(name: &str) -> Option<Self> {
        let (quantifier, name) = match name.split_once(':') {
            Some(("forallvalues", rest)) => (Quantifier::All, rest),
            Some(("foranyvalue", rest)) => (Quantifier::Any, rest),
            Some(_) => return None,
            None => (Quantifier::One, name),
        };
        let (name, if_exists) = match name.strip_suffix("ifexists") {
            Some(base) => (base, true),
            None => (name, false),
        };
        let (_, negated, family) = OPERATORS.iter().find(|(known, ..)| *known == name)?;
        Some(Self {
            quantifier,
            if_exists,
            negated: *negated,
            family: *family,
        })
    }

    /// Result when the request has no such key.
    const fn without_key(self) -> bool {
        match self.quantifier {
            Quantifier::All => true,
            Quantifier::Any => self.if_exists,
            Quantifier::One => self.if_exists || self.negated,
        }
    }

    fn compare(self, condition: &Condition, values: &[String], context: &Context, variables: bool) -> Truth {
        let holds = |value: &String| {
            let any = condition.values.iter().fold(Truth::No, |found, wanted| {
                found.or(self.family.fits(wanted, value, context, variables))
            });
            if self.negated { !any } else { any }
        };
        let all = || {
            values
                .iter()
                .fold(Truth::Yes, |found, value| found.and(holds(value)))
        };
        let any = || {
            values
                .iter()
                .fold(Truth::No, |found, value| found.or(holds(value)))
        };
        match self.quantifier {
            Quantifier::All => all(),
            Quantifier::Any => any(),
            // Of many values under an operator for one, AWS says nothing.
            Quantifier::One => match (all(), any()) {
                (all, any) if all == any => all,
                _ => Truth::maybe(&condition.key),
            },
        }
    }
}

impl Family {
    fn fits(self, wanted: &str, value: &str, context: &Context, variables: bool) -> Truth {
        let template = |wildcards: bool| Template::read(wanted, context, variables, wildcards);
        match self {
            Self::Text => template(false).fits(|filled| filled.matches(value)),
            Self::TextInAnyCase => template(false).fits(|filled| filled.matches_in_any_case(value)),
            Self::Like => template(true).fits(|filled| filled.matches(value)),
            Self::Arn => template(true).fits(|filled| filled.matches_arn(value, false)),
            Self::Flag => Truth::of(wanted.eq_ignore_ascii_case(value)),
            Self::Bytes => Truth::of(wanted == value),
            Self::Network => Truth::of(in_network(wanted, value)),
            Self::Number(orders) => Truth::of(is_ordered(number(value), number(wanted), orders)),
            Self::Date(orders) => Truth::of(is_ordered(moment(value), moment(wanted), orders)),
        }
    }
}

fn is_ordered<T: PartialOrd>(value: Option<T>, wanted: Option<T>, orders: &[Ordering]) -> bool {
    let order = value
        .zip(wanted)
        .and_then(|(value, wanted)| value.partial_cmp(&wanted));
    order.is_some_and(|order| orders.contains(&order))
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A moment as ISO 8601 or in seconds since 1970.
fn moment(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(seconds) = number(text) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the conversion saturates, and a moment that far away compares alike"
        )]
        return Some((seconds * 1000.0) as i64);
    }
    let day = format!("{text}T00:00:00Z");
    Timestamp::parse(text)
        .or_else(|| Timestamp::parse(&day))
        .map(|stamp| stamp.0)
}

fn in_network(network: &str, address: &str) -> bool {
    let (base, prefix) = match network.split_once('/') {
        Some((base, prefix)) => (base, prefix.parse::<u32>().ok()),
        None => (network, Some(if network.contains(':') { 128 } else { 32 })),
    };
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let parsed = (base.trim().parse::<IpAddr>(), address.trim().parse::<IpAddr>());
    let (Ok(base), Ok(address), Some(prefix)) = (parsed.0, parsed.1, prefix) else {
        return false;
    };
    if base.is_ipv4() != address.is_ipv4() {
        return false;
    }
    let ((base, width), (address, _)) = (bits(base), bits(address));
    prefix <= width && (prefix == 0 || (base ^ address) >> (128 - prefix) == 0)
}
