//! The mark of each line: unauthorised, shared, likely, legitimate or unknown, with its reason and the event it rests on.
//!
//! Two passes over the bill: the first ([`Survey`]) learns what was billed before the attack and where the attacker's
//! resources are billed; the second judges. It must not print, and no mark depends on the order of lines.

mod claim;
mod mark;
mod shares;
mod survey;

use std::borrow::Cow;

use stanch_core::Timestamp;

use crate::attack::{Attack, HOUR, Relation};
use crate::decimal::Decimal;
use crate::line::{Line, LineKind};
use crate::resource::{is_part_of_instance, resource_key};
pub use claim::{Amounts, Claim, CurrencyClaim, Row};
pub use mark::{Judgement, Mark, Reason};
pub use survey::Survey;

/// Baseline that an unused region needs before the attack, for a mark without doubt.
const BASELINE: i64 = 24 * HOUR;

/// Judges lines, knowing the attack and the survey of the bill.
#[derive(Debug)]
pub struct Judge<'a> {
    attack: &'a Attack,
    survey: &'a Survey,
}

impl<'a> Judge<'a> {
    /// Returns a judge.
    #[must_use]
    pub const fn new(attack: &'a Attack, survey: &'a Survey) -> Self {
        Self { attack, survey }
    }

    /// Judges a line. Taxes are judged by [`Claim`] at the end, since they are a share of all other lines.
    #[must_use]
    pub fn line(&self, line: &Line) -> Judgement {
        let key = resource_key(&line.resource);
        if let Some(judgement) = self.by_resource(line, &key) {
            return judgement;
        }
        if matches!(line.kind, LineKind::Credit | LineKind::Refund) {
            return Judgement::of(Mark::Legitimate, Reason::CreditOrRefund);
        }
        if let Some(judgement) = self.by_principal(line) {
            return judgement;
        }
        let Some((first, _)) = self.attack.period() else {
            return Judgement::of(Mark::Unknown, Reason::NoAttack);
        };
        // A fee for a month is no use within it: where it began, and that AWS charged it before, decides.
        if line.end <= first
            || (line.kind != LineKind::Usage && line.start < first && line.seconds() > 2 * 86_400)
        {
            return Judgement::of(Mark::Legitimate, Reason::BeforeAttack);
        }
        if let Some(event) = self.attack.of_others.get(&key) {
            return Judgement::of(Mark::Legitimate, Reason::CreatedByOther).with(event);
        }
        if let Some(judgement) = self.measured(line) {
            return judgement;
        }
        if !line.resource.is_empty() && self.survey.was_billed(&key) {
            return self.or_mixed(line, Judgement::of(Mark::Legitimate, Reason::BilledBefore));
        }
        if !self.attack.accounts.contains(&line.account) {
            return if self.attack.logged.contains(&line.account) {
                Judgement::of(Mark::Legitimate, Reason::NoAttackerInAccount)
            } else {
                Judgement::of(Mark::Unknown, Reason::AccountNotLogged)
            };
        }
        if let Some(judgement) = self.by_region(line, &key) {
            return judgement;
        }
        if let Some(judgement) = self.by_agreement(line) {
            return judgement;
        }
        self.rest(line)
    }

    fn by_resource(&self, line: &Line, key: &str) -> Option<Judgement> {
        let commitment = resource_key(&line.commitment);
        let is_purchase = line.kind == LineKind::Purchase && !commitment.is_empty();
        let found = Some(key)
            .filter(|key| !key.is_empty())
            .and_then(|key| self.attack.resources.get(key))
            .or_else(|| {
                is_purchase
                    .then(|| self.attack.resources.get(&commitment))
                    .flatten()
            });
        let (relation, event) = match found {
            Some((relation, event)) => (*relation, event),
            None => {
                let group = line.aws_tags.iter().find_map(|tag| self.attack.groups.get(tag))?;
                (Relation::Part, group)
            }
        };
        if line.end <= event.time {
            return None;
        }
        let doubt = if relation == Relation::Probable {
            Some(Reason::ProbablyCreatedByAttacker)
        } else {
            (!relation.is_proven() || self.survey.is_contradicted(key)).then_some(Reason::ChangedByAttacker)
        };
        if let Some(reason) = doubt {
            return Some(Judgement::of(Mark::Likely, reason).with(event));
        }
        if line.kind == LineKind::Credit {
            return Some(Judgement::of(Mark::Legitimate, Reason::CreditUsedByAttacker).with(event));
        }
        let reason = match (relation, line.kind) {
            (_, LineKind::Purchase) => Reason::BoughtByAttacker,
            (Relation::Part, _) => Reason::PartOfAttackerResource,
            _ => Reason::CreatedByAttacker,
        };
        Some(Judgement::whole(reason, line.cost).with(event))
    }

    fn by_principal(&self, line: &Line) -> Option<Judgement> {
        let principal = role_of(&line.principal);
        let (is_created, since) = self
            .attack
            .principals
            .get(principal.as_ref())
            .filter(|_| !principal.is_empty())?;
        if line.end <= *since {
            return None;
        }
        Some(if *is_created {
            Judgement::whole(Reason::AttackersPrincipal, line.cost)
        } else {
            Judgement::of(Mark::Likely, Reason::CompromisedPrincipal)
        })
    }

    /// A region in which the attacker created something, and nobody else runs instances.
    fn by_region(&self, line: &Line, key: &str) -> Option<Judgement> {
        let place = (line.account.clone(), line.region.clone());
        let launch = self.attack.launches.get(&place)?;
        let hour = Timestamp(launch.time.0.div_euclid(HOUR) * HOUR);
        let is_new = line.start >= hour && !self.survey.is_usual(line) && self.survey.is_unused(&place);
        if !is_new || line.region.is_empty() || is_background(&line.service) {
            return None;
        }
        let is_while = self
            .survey
            .attackers_hours(&place)
            .is_some_and(|(from, to)| line.start >= from && line.start < to);
        let has_baseline = self.survey.first.is_some_and(|first| {
            self.attack
                .first
                .is_some_and(|attack| attack.since(first) >= BASELINE)
        });
        Some(if is_part_of_instance(key) && is_while && has_baseline {
            Judgement::whole(Reason::OnlyAttackerInRegion, line.cost).with(launch)
        } else {
            Judgement::of(Mark::Likely, Reason::NewInAttackedRegion).with(launch)
        })
    }

    fn by_agreement(&self, line: &Line) -> Option<Judgement> {
        let event = self.attack.agreements.get(&line.account)?;
        let is_new = line.is_marketplace() && line.end > event.time && !self.survey.is_usual(line);
        is_new.then(|| Judgement::of(Mark::Likely, Reason::MarketplaceAfterAgreement).with(event))
    }

    fn rest(&self, line: &Line) -> Judgement {
        if is_background(&line.service) || self.survey.is_usual(line) {
            let is_own = line.resource.is_empty() || is_background(&line.service) || line.cost.is_zero();
            return if is_own {
                self.or_mixed(line, Judgement::of(Mark::Legitimate, Reason::UsualUse))
            } else {
                Judgement::of(Mark::Unknown, Reason::NewResource)
            };
        }
        if let Some(event) = self.uses_of(line).map(|(_, each)| &each.event).min() {
            return Judgement::of(Mark::Likely, Reason::NewUseWithAttackerCalls).with(event);
        }
        Judgement::of(Mark::Unknown, Reason::NewUse)
    }

    /// Usual use to which the attacker's calls added an amount that events don't have: tokens, messages.
    fn or_mixed(&self, line: &Line, usual: Judgement) -> Judgement {
        if !shares::is_priced_by_content(line) {
            return usual;
        }
        match self.uses_of(line).map(|(_, each)| &each.event).min() {
            Some(event) => Judgement::of(Mark::Unknown, Reason::MixedNotMeasured).with(event),
            None => usual,
        }
    }
}

/// The role of a session's ARN; else the ARN as it is.
fn role_of(arn: &str) -> Cow<'_, str> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let role = parts
        .get(5)
        .and_then(|rest| rest.strip_prefix("assumed-role/"))
        .and_then(|rest| rest.split('/').next());
    match role {
        Some(role) => Cow::Owned(format!("arn:{}:iam::{}:role/{role}", parts[1], parts[4])),
        None => Cow::Borrowed(arn),
    }
}

/// Services that AWS bills in every region, also in those that nobody uses.
fn is_background(service: &str) -> bool {
    matches!(
        service,
        "AmazonGuardDuty"
            | "AWSCloudTrail"
            | "AWSConfig"
            | "awskms"
            | "AmazonCloudWatch"
            | "AWSSecurityHub"
            | "AmazonInspectorV2"
            | "AmazonMacie"
            | "AWSSystemsManager"
            | "AmazonDetective"
            | "AWSSupportBusiness"
            | "AWSSupportEnterprise"
            | "AWSDeveloperSupport"
    )
}

/// Sum that tells a cost by its month: the tax of a service follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TaxBase {
    pub(crate) all: Decimal,
    pub(crate) claimed: Decimal,
}
