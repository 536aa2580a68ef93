//! Users of whom an intruder holds some credentials and not the rest: what was stolen is shut, and the user goes on.
//!
//! Whoever is in doubt is not honest: a user is denied unless something of it is certainly not the intruder's. It must not draft
//! anything.

use stanch_core::assessment::{AccountFinding, MadeBy, Standing};
use stanch_core::dossier::BearerKind;
use stanch_core::text::shown;

use super::PUT_BACK;
use super::reach::{Held, Hold, Reach};
use super::situation::Situation;
use super::state::{Extra, State};
use crate::principal_name::one_name;

/// Whether a user who is held is an honest one: held as the owner of a credential alone, with an active key that is not held,
/// its password not held, and nothing that is hostile in itself done with any other credential of it.
pub(super) fn is_honest(
    id: &str,
    held: &Held,
    situation: &Situation<'_>,
    state: &State<'_>,
    reach: &Reach,
) -> bool {
    held.kind == BearerKind::User
        && held.hold == Hold::Owner
        && honest_keys(id, state, reach).next().is_some()
        && !reach.holds(&format!("password of {id}"))
        && !is_hostile(id, situation, reach)
}

/// A user's active keys that are not held, and when each was last used, where that is known.
fn honest_keys<'s>(
    id: &str,
    state: &'s State<'_>,
    reach: &'s Reach,
) -> impl Iterator<Item = (&'s str, Option<&'s str>)> {
    let known = state.principals.get(id);
    let keys = known.into_iter().flat_map(|known| &known.keys);
    keys.filter(|(key, known)| known.is_active && !reach.holds(key))
        .map(|(key, known)| (key.as_str(), known.last_used.as_deref()))
}

/// Whether something speaks against the user beyond the credentials that are held. What is hostile only because of who made it
/// says nothing of the maker: it may be called so for what the stolen credential did.
fn is_hostile(id: &str, situation: &Situation<'_>, reach: &Reach) -> bool {
    let in_itself =
        |finding: &&AccountFinding| finding.standing == Standing::Hostile && finding.because.is_empty();
    let findings = situation
        .assessment
        .into_iter()
        .flat_map(|assessment| &assessment.findings);
    findings.filter(in_itself).any(|finding| match &finding.made_by {
        MadeBy::Event(event) if one_name(&event.principal.key) == id => {
            let key = event.access_key.as_deref();
            !key.is_some_and(|key| reach.holds(key))
        }
        _ => {
            let is_of_a_credential = finding.facts.iter().any(|fact| reach.holds(&fact.value));
            one_name(&finding.resource.id) == id && !is_of_a_credential
        }
    })
}

/// Sentences about what ending an honest user's sessions breaks.
pub(super) fn breaks(id: &str, state: &State<'_>, reach: &Reach) -> Vec<String> {
    let of_key = |(key, used): (&str, Option<&str>)| {
        let used = used.map_or_else(
            || "no use of it is known".to_owned(),
            |last| format!("last used at {}", shown(last, 40)),
        );
        format!(
            "sessions that its other key {} opened must be asked for again; the key itself goes on ({used})",
            shown(key, 40)
        )
    };
    let mut said: Vec<String> = honest_keys(id, state, reach).map(of_key).collect();
    let known = state.principals.get(id);
    if known.is_some_and(|known| known.extras.iter().any(|(kind, _)| *kind == Extra::Password)) {
        said.push("whoever is signed in to the console as this user must sign in again".to_owned());
    }
    if let Some(stack) = known.and_then(|known| known.stack.as_ref()) {
        said.push(format!("made by {stack}{PUT_BACK}"));
    }
    said
}
