//! Puts the cheap questions of a rule before the dear ones.
//!
//! Everything a rule asks is pure, so the order of what is joined by "and" or "or" changes only the cost: a call
//! that a service made is out after one look at the caller, before any request is parsed. It must not change
//! what a rule means.

use rsigma_parser::{ConditionExpr, Detection, DetectionItem, Detections};

/// Orders a rule's items and conditions.
pub(super) fn cheapest_first(detections: &mut Detections) {
    for detection in detections.named.values_mut() {
        sort_detection(detection);
    }
    let mut conditions = std::mem::take(&mut detections.conditions);
    for condition in &mut conditions {
        sort_condition(condition, detections);
    }
    detections.conditions = conditions;
}

fn sort_detection(detection: &mut Detection) {
    match detection {
        Detection::AllOf(items) => items.sort_by_key(of_item),
        Detection::And(parts) | Detection::AnyOf(parts) => {
            parts.iter_mut().for_each(sort_detection);
            parts.sort_by_key(of_detection);
        }
        Detection::ArrayMatch { .. } | Detection::Conditional { .. } | Detection::Keywords(_) => {}
    }
}

fn sort_condition(condition: &mut ConditionExpr, detections: &Detections) {
    match condition {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => {
            parts.iter_mut().for_each(|part| sort_condition(part, detections));
            parts.sort_by_key(|part| of_condition(part, detections));
        }
        ConditionExpr::Not(part) => sort_condition(part, detections),
        ConditionExpr::Identifier(_) | ConditionExpr::Selector { .. } => {}
    }
}

fn of_condition(condition: &ConditionExpr, detections: &Detections) -> u32 {
    match condition {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => {
            parts.iter().map(|part| of_condition(part, detections)).sum()
        }
        ConditionExpr::Not(part) => of_condition(part, detections),
        ConditionExpr::Identifier(name) => detections.named.get(name).map_or(0, of_detection),
        ConditionExpr::Selector { pattern, .. } => detections
            .named
            .iter()
            .filter(|(name, _)| pattern.matches_detection_name(name))
            .map(|(_, detection)| of_detection(detection))
            .sum(),
    }
}

fn of_detection(detection: &Detection) -> u32 {
    match detection {
        Detection::AllOf(items) => items.iter().map(of_item).sum(),
        Detection::And(parts) | Detection::AnyOf(parts) => parts.iter().map(of_detection).sum(),
        Detection::ArrayMatch { .. } | Detection::Conditional { .. } => 40,
        Detection::Keywords(_) => 200,
    }
}

/// What an item costs, roughly, compared with a look at a flag. Name and source come late although they are
/// cheap: the index has mostly answered them.
fn of_item(item: &DetectionItem) -> u32 {
    let Some(field) = item.field.name.as_deref() else {
        return 200;
    };
    match field {
        "stanch.outcome" | "stanch.mfa" => 1,
        _ if field.starts_with("stanch.caller.") || field.starts_with("stanch.sign_in.") => 1,
        "awsRegion" | "eventType" | "sourceIPAddress" | "userAgent" | "stanch.address.kind" => 2,
        "eventName" | "eventSource" | "stanch.name" | "stanch.service" => 4,
        "stanch.agent" | "errorCode" | "errorMessage" => 5,
        _ if field.starts_with("userIdentity.") => 3,
        _ if field.starts_with("requestParameters") || field.starts_with("additionalEventData") => 20,
        _ if field.starts_with("responseElements") => 25,
        _ if field.starts_with("stanch.") => 30,
        _ => 50,
    }
}
