//! One or two plain sentences for a group of calls: who did what to what, how often, with what success.
//!
//! It must not know rules or severities.

use super::facts::Facts;

/// Number of names a sentence lists before it counts the rest.
const NAMES_LIMIT: usize = 3;

/// "user ci-deploy created user svc-backup2 (CreateUser, 1 of 1 succeeded)".
pub(super) fn of_group(principal: &str, facts: &Facts, count: u64, succeeded: u64) -> String {
    let calls: Vec<&str> = facts.get("call").collect();
    let act = match calls.as_slice() {
        [call] => one_call(call, facts),
        [] => "was seen".to_owned(),
        calls => format!("called {}{}", listed(calls), on_target(facts)),
    };
    let outcome = format!("{succeeded} of {count} succeeded");
    match calls.as_slice() {
        [call] => format!("{principal} {act} ({call}, {outcome})"),
        _ => format!("{principal} {act} ({outcome})"),
    }
}

/// Values, the first few by name.
pub(super) fn listed(values: &[&str]) -> String {
    let named = values.len().min(NAMES_LIMIT);
    let (first, rest) = values.split_at(named);
    match (first, rest) {
        ([one], []) => (*one).to_owned(),
        ([init @ .., last], []) => format!("{} and {last}", init.join(", ")),
        (first, rest) => format!("{} and {} more", first.join(", "), rest.len()),
    }
}

pub(super) fn on_target(facts: &Facts) -> String {
    facts.target().map_or_else(String::new, |(label, values)| {
        format!(" on {label} {}", listed(&values))
    })
}

/// Calls as verbs and objects: "created user, attached user policy and created access key".
pub(super) fn acts(calls: &[&str]) -> String {
    let act = |call: &&str| {
        let words = words(call);
        let done = words
            .split_first()
            .and_then(|(verb, object)| Some((past(verb)?, object.join(" "))));
        done.map_or_else(
            || format!("called {call}"),
            |(verb, object)| format!("{verb} {object}"),
        )
    };
    let acts: Vec<String> = calls.iter().map(act).collect();
    listed(&acts.iter().map(String::as_str).collect::<Vec<_>>())
}

fn one_call(call: &str, facts: &Facts) -> String {
    if call == "ConsoleLogin" {
        return "signed in to the console".to_owned();
    }
    let words = words(call);
    let Some((verb, object)) = words.split_first() else {
        return "was seen".to_owned();
    };
    let Some(done) = past(verb) else {
        return format!("called {call}{}", on_target(facts));
    };
    let object = object.join(" ");
    let target = facts.target().map_or_else(String::new, |(label, values)| {
        if object == label {
            format!(" {}", listed(&values))
        } else {
            format!(", {label} {}", listed(&values))
        }
    });
    let space = if object.is_empty() { "" } else { " " };
    format!("{done}{space}{object}{target}")
}

/// `CreateLoginProfile` as `create`, `login`, `profile`; runs of capitals stay together (`MFA`, `DB`).
fn words(call: &str) -> Vec<String> {
    let characters: Vec<char> = call.chars().take(80).collect();
    let mut words: Vec<String> = Vec::new();
    for (place, &character) in characters.iter().enumerate() {
        let after_lower = place > 0 && !characters[place - 1].is_uppercase();
        let before_lower = characters.get(place + 1).is_some_and(|next| next.is_lowercase());
        let starts = character.is_uppercase() && (after_lower || before_lower);
        match words.last_mut() {
            Some(word) if !starts => word.push(character),
            _ => words.push(character.to_string()),
        }
    }
    for word in &mut words {
        let acronym = word.chars().count() > 1 && word.chars().all(char::is_uppercase);
        if !acronym {
            *word = word.to_lowercase();
        }
    }
    words
}

fn past(verb: &str) -> Option<&'static str> {
    const FORMS: &[(&str, &str)] = &[
        ("accept", "accepted"),
        ("add", "added"),
        ("allocate", "allocated"),
        ("assume", "assumed"),
        ("attach", "attached"),
        ("authorize", "authorized"),
        ("cancel", "cancelled"),
        ("change", "changed"),
        ("close", "closed"),
        ("copy", "copied"),
        ("create", "created"),
        ("deactivate", "deactivated"),
        ("delete", "deleted"),
        ("deregister", "deregistered"),
        ("describe", "described"),
        ("detach", "detached"),
        ("disable", "disabled"),
        ("disassociate", "disassociated"),
        ("associate", "associated"),
        ("enable", "enabled"),
        ("export", "exported"),
        ("get", "got"),
        ("import", "imported"),
        ("invite", "invited"),
        ("invoke", "invoked"),
        ("leave", "left"),
        ("list", "listed"),
        ("modify", "modified"),
        ("publish", "published"),
        ("purchase", "purchased"),
        ("put", "put"),
        ("reboot", "rebooted"),
        ("register", "registered"),
        ("remove", "removed"),
        ("replace", "replaced"),
        ("request", "requested"),
        ("reset", "reset"),
        ("restore", "restored"),
        ("resume", "resumed"),
        ("revoke", "revoked"),
        ("run", "ran"),
        ("schedule", "scheduled"),
        ("send", "sent"),
        ("set", "set"),
        ("share", "shared"),
        ("start", "started"),
        ("stop", "stopped"),
        ("suspend", "suspended"),
        ("terminate", "terminated"),
        ("update", "updated"),
        ("upload", "uploaded"),
    ];
    FORMS
        .iter()
        .find(|(form, _)| *form == verb)
        .map(|(_, past)| *past)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pairs: &[(&str, &str)]) -> Facts {
        let mut facts = Facts::default();
        for (label, value) in pairs {
            facts.add(label, value);
        }
        facts
    }

    #[test]
    fn sentences_are_plain() {
        let one = facts(&[("call", "CreateUser"), ("user", "svc-backup2")]);
        assert_eq!(
            of_group("user ci-deploy", &one, 1, 1),
            "user ci-deploy created user svc-backup2 (CreateUser, 1 of 1 succeeded)"
        );
        let other = facts(&[("call", "DeactivateMFADevice"), ("user", "ann")]);
        assert_eq!(
            of_group("user x", &other, 2, 0),
            "user x deactivated MFA device, user ann (DeactivateMFADevice, 0 of 2 succeeded)"
        );
        let several = facts(&[("call", "StopLogging"), ("call", "DeleteTrail"), ("name", "main")]);
        assert_eq!(
            of_group("role a", &several, 3, 2),
            "role a called DeleteTrail and StopLogging on name main (2 of 3 succeeded)"
        );
    }

    #[test]
    fn long_lists_are_counted() {
        assert_eq!(listed(&["a", "b", "c", "d", "e"]), "a, b, c and 2 more");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
    }
}
