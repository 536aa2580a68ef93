//! Rewrites a parsed rule where the engine's reading of it differs from the Sigma specification.
//!
//! - A pattern with wildcards matches the whole value, across line breaks (policy documents have them), and
//!   `startswith` and `endswith` anchor it at their own end.
//! - `null` in a list of values also holds for an absent field, and so does `neq` with any value but `null`.
//!
//! It must not change what a rule means.

use rsigma_parser::{
    Detection, DetectionItem, FieldSpec, Modifier, SigmaString, SigmaValue, SpecialChar, StringPart,
};

/// The detection, rewritten.
pub(super) fn detection(detection: Detection) -> Detection {
    match detection {
        Detection::AllOf(items) => all_of(items),
        Detection::AnyOf(parts) => Detection::AnyOf(parts.into_iter().map(self::detection).collect()),
        Detection::And(parts) => Detection::And(parts.into_iter().map(self::detection).collect()),
        // Inside a list quantifier the engine walks members on its own terms; only patterns are rewritten there.
        Detection::ArrayMatch {
            field,
            quantifier,
            body,
        } => Detection::ArrayMatch {
            field,
            quantifier,
            body: Box::new(self::detection(*body)),
        },
        Detection::Conditional { named, condition } => Detection::Conditional {
            named: named
                .into_iter()
                .map(|(name, part)| (name, self::detection(part)))
                .collect(),
            condition,
        },
        keywords @ Detection::Keywords(_) => keywords,
    }
}

fn all_of(items: Vec<DetectionItem>) -> Detection {
    let (mixed, plain): (Vec<_>, Vec<_>) = items.into_iter().partition(may_be_absent);
    let plain: Vec<_> = plain.into_iter().map(with_pattern).collect();
    if mixed.is_empty() {
        return Detection::AllOf(plain);
    }
    let mut parts: Vec<Detection> = mixed.into_iter().map(null_or_rest).collect();
    if !plain.is_empty() {
        parts.insert(0, Detection::AllOf(plain));
    }
    Detection::And(parts)
}

/// Returns true when an item also holds for an absent field in a way that the engine doesn't see.
fn may_be_absent(item: &DetectionItem) -> bool {
    let has_null = item.values.contains(&SigmaValue::Null);
    if item.field.name.is_none() {
        false
    } else if item.field.has_modifier(Modifier::Neq) {
        !has_null
    } else {
        has_null && item.values.len() > 1 && !item.field.has_modifier(Modifier::All)
    }
}

/// The item as "absent, or as the rest says".
fn null_or_rest(item: DetectionItem) -> Detection {
    let absent = DetectionItem {
        field: FieldSpec::new(item.field.name.clone(), Vec::new()),
        values: vec![SigmaValue::Null],
    };
    let rest: Vec<_> = item
        .values
        .into_iter()
        .filter(|value| *value != SigmaValue::Null)
        .collect();
    let mut branches = vec![Detection::AllOf(vec![absent])];
    if !rest.is_empty() {
        branches.push(Detection::AllOf(vec![with_pattern(DetectionItem {
            field: item.field,
            values: rest,
        })]));
    }
    Detection::AnyOf(branches)
}

/// An item with wildcards as one with regular expressions, when all its values can be written so.
fn with_pattern(item: DetectionItem) -> DetectionItem {
    let modifiers = &item.field.modifiers;
    let comparable = modifiers.iter().all(|modifier| {
        matches!(
            modifier,
            Modifier::Contains
                | Modifier::StartsWith
                | Modifier::EndsWith
                | Modifier::All
                | Modifier::Cased
                | Modifier::Neq
        )
    });
    let wild = item
        .values
        .iter()
        .any(|value| matches!(value, SigmaValue::String(text) if text.contains_wildcards()));
    if !comparable || !wild || item.field.name.is_none() {
        return item;
    }
    let Some(values) = item
        .values
        .iter()
        .map(|value| pattern(value, modifiers))
        .collect()
    else {
        return item;
    };
    let kept = modifiers
        .iter()
        .copied()
        .filter(|modifier| matches!(modifier, Modifier::All | Modifier::Neq));
    DetectionItem {
        field: FieldSpec::new(
            item.field.name.clone(),
            std::iter::once(Modifier::Re).chain(kept).collect(),
        ),
        values,
    }
}

fn pattern(value: &SigmaValue, modifiers: &[Modifier]) -> Option<SigmaValue> {
    let text = match value {
        SigmaValue::String(text) => text.clone(),
        SigmaValue::Integer(number) => SigmaString::from_raw(&number.to_string()),
        SigmaValue::Float(number) => SigmaString::from_raw(&number.to_string()),
        SigmaValue::Bool(_) | SigmaValue::Null => return None,
    };
    let has = |modifier| modifiers.contains(&modifier);
    let mut expression = String::from(if has(Modifier::Cased) { "(?s)" } else { "(?is)" });
    if !has(Modifier::Contains) && !has(Modifier::EndsWith) {
        expression.push('^');
    }
    for part in &text.parts {
        match part {
            StringPart::Plain(plain) => escape_into(&mut expression, plain),
            StringPart::Special(SpecialChar::WildcardMulti) => expression.push_str(".*"),
            StringPart::Special(SpecialChar::WildcardSingle) => expression.push('.'),
        }
    }
    if !has(Modifier::Contains) && !has(Modifier::StartsWith) {
        expression.push('$');
    }
    Some(SigmaValue::from_raw_string(&expression))
}

/// Writes text so that a regular expression takes it literally.
fn escape_into(expression: &mut String, plain: &str) {
    for character in plain.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(character) {
            expression.push('\\');
        }
        expression.push(character);
    }
}
