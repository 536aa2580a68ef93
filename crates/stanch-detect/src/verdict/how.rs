//! The initial access: what the earliest event of the attack says of it, what speaks for it, and what is not excluded.

use stanch_core::event::IdentityKind;
use stanch_core::finding::Finding;
use stanch_core::principal::{is_instance_id, session_name};
use stanch_core::text::shown;
use stanch_core::verdict::InitialAccess;
use stanch_core::{Attribution, Principal, Timestamp};

use super::Evidence;
use crate::attacker::{Act, Attributed};

/// The initial access that the earliest event speaks for.
pub(super) fn access(
    evidence: &Evidence<'_>,
    own: &[&Act],
    findings: &[&Finding],
    attributed: &Attributed,
) -> InitialAccess {
    let Some(first) = own.iter().find(|act| !act.by_aws) else {
        return InitialAccess::Unknown;
    };
    let words = |number: u32| evidence.tracker.words.text(number);
    let principal = words(first.principal);
    let of_first = |id: &str| {
        findings
            .iter()
            .any(|finding| finding.detection.as_str() == id && finding.principal.key == principal)
    };
    if of_first("login-failures-then-success") {
        return InitialAccess::GuessedPassword;
    }
    let key = own
        .iter()
        .filter(|act| act.principal == first.principal)
        .map(|act| words(act.access_key))
        .find(|key| !key.is_empty());
    match Principal::from_key(principal).kind {
        IdentityKind::IamUser if key.is_some_and(|key| key.starts_with("AKIA")) && !first.from_console => {
            InitialAccess::LeakedKey
        }
        IdentityKind::IamUser => InitialAccess::StolenSession,
        IdentityKind::Root => InitialAccess::Root,
        IdentityKind::AwsAccount => InitialAccess::ThirdParty,
        IdentityKind::WebIdentityUser => InitialAccess::WebIdentity,
        IdentityKind::SamlUser | IdentityKind::IdentityCenterUser => InitialAccess::IdentityCenter,
        IdentityKind::AssumedRole | IdentityKind::Role => of_role(evidence, principal, first, attributed),
        _ => InitialAccess::Unknown,
    }
}

/// Initial access by a role's session: what it is named after, and who opened it.
fn of_role(evidence: &Evidence<'_>, principal: &str, first: &Act, attributed: &Attributed) -> InitialAccess {
    let words = |number: u32| evidence.tracker.words.text(number);
    if is_instance_id(session_name(principal)) || !words(first.instance).is_empty() {
        return InitialAccess::InstanceMetadata;
    }
    if words(first.owner).contains("/AWSReservedSSO_") {
        return InitialAccess::IdentityCenter;
    }
    let openings = evidence
        .family
        .links_to(words(first.access_key))
        .filter_map(|link| evidence.tracker.acts.get(&link.event?));
    for opening in openings {
        match words(opening.name) {
            "AssumeRoleWithWebIdentity" => return InitialAccess::WebIdentity,
            "AssumeRoleWithSAML" => return InitialAccess::IdentityCenter,
            _ if Principal::from_key(words(opening.principal)).kind == IdentityKind::AwsAccount => {
                return InitialAccess::ThirdParty;
            }
            _ => {}
        }
    }
    if attributed.openers.iter().any(|id| id.starts_with("AKIA")) {
        InitialAccess::LeakedKey
    } else {
        InitialAccess::RoleSession
    }
}

/// Sentences, the most likely way first.
pub(super) fn sentences(
    evidence: &Evidence<'_>,
    own: &[&Act],
    findings: &[&Finding],
    attributed: &Attributed,
) -> Vec<String> {
    let words = |number: u32| evidence.tracker.words.text(number);
    let Some(first) = own.iter().find(|act| !act.by_aws) else {
        return Vec::new();
    };
    let found = |id: &str| findings.iter().find(|finding| finding.detection.as_str() == id);
    let mut sentences = Vec::new();
    let from_instance = found("instance-credentials-used-elsewhere")
        .filter(|finding| finding.principal.key == words(first.principal));
    if let Some(finding) = from_instance {
        sentences.push(format!(
            "Most likely credentials of an EC2 instance, taken on the instance or through its metadata service. {}",
            finding.summary
        ));
        sentences.push(
            "Not excluded: a shell on the instance. Would settle it: the instance's own logs.".to_owned(),
        );
    } else if let Some(finding) = found("login-failures-then-success") {
        sentences.push(format!(
            "Most likely a guessed or stolen password. {}",
            finding.summary
        ));
    } else {
        let access = access(evidence, own, findings, attributed);
        sentences.extend(by_identity(evidence, first, own, access));
    }
    sentences.extend(opened_by(evidence, attributed));
    let signs = [
        "first-seen-country",
        "first-seen-network",
        "first-seen-agent",
        "key-used-from-two-places",
    ];
    sentences.extend(
        signs
            .iter()
            .find_map(|id| found(id))
            .map(|finding| finding.summary.clone()),
    );
    sentences.extend(not_separable(evidence, attributed));
    sentences.iter().map(|sentence| shown(sentence, 400)).collect()
}

fn by_identity(evidence: &Evidence<'_>, first: &Act, own: &[&Act], access: InitialAccess) -> Vec<String> {
    let words = |number: u32| evidence.tracker.words.text(number);
    let principal = Principal::from_key(words(first.principal));
    let key = own
        .iter()
        .filter(|act| act.principal == first.principal)
        .map(|act| words(act.access_key))
        .find(|key| !key.is_empty());
    let earlier = history(evidence, &principal, first.time);
    match (principal.kind, key) {
        (IdentityKind::IamUser, Some(key)) if key.starts_with("AKIA") && !first.from_console => vec![
            format!("Most likely the long-term key {key} was leaked or stolen: the first malicious call used it{earlier}."),
            "Not excluded: theft from a host that stored the key. Would settle it: a scan of code and build servers for the \
             key."
            .to_owned(),
        ],
        (IdentityKind::IamUser, _) => {
            vec![format!(
                "Most likely a stolen console password or session: the first malicious call came without a long-term key{earlier}."
            )]
        }
        (IdentityKind::Root, _) => {
            vec![format!(
                "The root user acted{earlier}. If its owner did not, its password, mailbox or one of its keys is compromised."
            )]
        }
        (IdentityKind::AssumedRole | IdentityKind::Role, _) => vec![by_session(access, &principal.name, &earlier)],
        (IdentityKind::AwsAccount, _) => vec![format!(
            "Another account ({}) acted, by rights that this account gave it{earlier}.",
            principal.name
        )],
        _ => vec!["The initial access is not known from these logs.".to_owned()],
    }
}

/// The way in by a session of a role.
fn by_session(access: InitialAccess, name: &str, earlier: &str) -> String {
    match access {
        InitialAccess::InstanceMetadata => format!(
            "Most likely credentials of an EC2 instance, taken on the instance or through its metadata service: a session of \
             {name} acted{earlier}."
        ),
        InitialAccess::WebIdentity => format!(
            "Most likely the trust of {name} in an OIDC provider: the first session was opened with a web identity token{earlier}. \
             Would settle it: the condition on the subject in the trust policy, and the jobs of the repository."
        ),
        InitialAccess::ThirdParty => format!(
            "Most likely an account outside that may assume {name}: it opened the first session{earlier}. Would settle it: a \
             question to the owner of that account."
        ),
        InitialAccess::IdentityCenter => format!(
            "Most likely a stolen session or password of the identity provider: {name} acted{earlier}. Would settle it: the \
             provider's sign-in log."
        ),
        _ => format!("A session of {name} acted{earlier}."),
    }
}

/// The credentials that opened the sessions which the attacker used.
fn opened_by(evidence: &Evidence<'_>, attributed: &Attributed) -> Vec<String> {
    let keys: Vec<&String> = attributed
        .openers
        .iter()
        .filter(|id| id.starts_with("AKIA"))
        .collect();
    let Some(key) = keys.first() else {
        return Vec::new();
    };
    let owner = evidence
        .family
        .links_to(key)
        .map(|link| Principal::from_key(link.from).name)
        .next()
        .map_or_else(String::new, |name| format!(" of {name}"));
    let opened_only = attributed
        .acts
        .values()
        .any(|reason| *reason == Attribution::OpenedSession);
    let mut text = format!(
        "The long-term key {key}{owner} opened a session that the attacker used: disable the key too"
    );
    text.push_str(if opened_only {
        "; cutting off the session alone leaves the way in open."
    } else {
        "."
    });
    vec![text]
}

fn not_separable(evidence: &Evidence<'_>, attributed: &Attributed) -> Option<String> {
    let holder = attributed.not_separable.first()?;
    Some(format!(
        "Owner and attacker of {} can't be told apart: same network and client. Events close to the malicious calls are \
         counted as the attacker's, with low confidence.",
        evidence.tracker.words.text(*holder)
    ))
}

/// What the principal did before, as a clause.
fn history(evidence: &Evidence<'_>, principal: &Principal, since: Timestamp) -> String {
    const DAY: i64 = 86_400_000;
    let Some(span) = evidence.activity.span_of(&principal.key) else {
        return String::new();
    };
    let days = since.since(span.first) / DAY;
    if since <= span.first {
        ", and these logs hold nothing of it from before".to_owned()
    } else if days == 0 {
        ", and these logs hold less than a day of it from before".to_owned()
    } else {
        format!(
            ", after {days} day{} of other use in these logs",
            if days == 1 { "" } else { "s" }
        )
    }
}
