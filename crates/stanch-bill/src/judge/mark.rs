//! Marks and reasons of lines, as types.

use serde::Serialize;

use crate::attack::EventRef;
use crate::decimal::Decimal;

/// Judgement of a line item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// The attacker's: in the claim.
    Unauthorised,
    /// The attacker's and the owner's use in one line: the measured part is in the claim.
    Shared,
    /// Probably the attacker's: not in the claim until a person confirms it.
    Likely,
    /// Not judged for lack of evidence: not in the claim.
    Unknown,
    /// The owner's.
    Legitimate,
}

impl Mark {
    /// Word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unauthorised => "unauthorised",
            Self::Shared => "shared",
            Self::Likely => "likely",
            Self::Unknown => "unknown",
            Self::Legitimate => "legitimate",
        }
    }
}

/// Reason of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// An event of the attacker created the resource.
    CreatedByAttacker,
    /// Part of a resource of the attacker, by a snapshot of the account, a reply, or a tag that AWS sets.
    PartOfAttackerResource,
    /// Savings Plan, reservation or capacity that the attacker bought.
    BoughtByAttacker,
    /// Part of an instance in a region where only the attacker's instances are billed.
    OnlyAttackerInRegion,
    /// Called by a principal that the attacker created.
    AttackersPrincipal,
    /// Part of the line that the attacker's calls are, by number or bytes.
    MeasuredCalls,
    /// Tax on claimed charges.
    TaxOnClaim,
    /// The attacker started or changed a resource that existed, or it was billed before the event.
    ChangedByAttacker,
    /// A call that is probably the attacker's created the resource.
    ProbablyCreatedByAttacker,
    /// Called by a principal that the attacker took over, after that.
    CompromisedPrincipal,
    /// New use in a region where the attacker created resources.
    NewInAttackedRegion,
    /// New product of AWS Marketplace after the attacker accepted an agreement.
    MarketplaceAfterAgreement,
    /// Use that was never billed before, in an hour in which the attacker called the service.
    NewUseWithAttackerCalls,
    /// Usual use to which the attacker's calls added an amount that events don't have.
    MixedNotMeasured,
    /// Resource that was not billed before the attack, with no event of its creation.
    NewResource,
    /// Use that was not billed before the attack, with no event that explains it.
    NewUse,
    /// The case has no logs of the account.
    AccountNotLogged,
    /// The case has no attack.
    NoAttack,
    /// Credit or refund: it lowers the bill.
    CreditOrRefund,
    /// Credit that the attacker's use consumed.
    CreditUsedByAttacker,
    /// The period ended before the attacker's first event, or the fee began before it.
    BeforeAttack,
    /// The resource was billed before the attack.
    BilledBefore,
    /// Somebody else created the resource.
    CreatedByOther,
    /// No event of the attacker in this account.
    NoAttackerInAccount,
    /// The same use was billed before the attack.
    UsualUse,
    /// Tax on charges that are not in the claim.
    TaxOnOther,
}

impl Reason {
    /// Words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::CreatedByAttacker => "the attacker created this resource",
            Self::PartOfAttackerResource => "part of a resource that the attacker created",
            Self::BoughtByAttacker => "the attacker bought this commitment",
            Self::OnlyAttackerInRegion => {
                "part of an instance; only the attacker's instances are billed in this region"
            }
            Self::AttackersPrincipal => "called by a principal that the attacker created",
            Self::MeasuredCalls => "share of the attacker's logged calls in this line",
            Self::TaxOnClaim => "tax on the claimed charges",
            Self::ChangedByAttacker => "existed before; the attacker started or changed it",
            Self::ProbablyCreatedByAttacker => "created by a call that is probably the attacker's",
            Self::CompromisedPrincipal => "called by a compromised principal",
            Self::NewInAttackedRegion => "new use in a region where the attacker created resources",
            Self::MarketplaceAfterAgreement => {
                "new Marketplace product after the attacker accepted an agreement"
            }
            Self::NewUseWithAttackerCalls => {
                "never billed before; the attacker called this service in this hour"
            }
            Self::MixedNotMeasured => "the attacker used this too; the events don't have the amount",
            Self::NewResource => "not billed before the attack; no event of its creation in the case",
            Self::NewUse => "not billed before the attack; no event explains it",
            Self::AccountNotLogged => "no logs of this account in the case",
            Self::NoAttack => "no attacker in the case",
            Self::CreditOrRefund => "credit or refund",
            Self::CreditUsedByAttacker => "credit that the attacker's use consumed",
            Self::BeforeAttack => "before the attack",
            Self::BilledBefore => "billed before the attack",
            Self::CreatedByOther => "created by another principal",
            Self::NoAttackerInAccount => "no event of the attacker in this account",
            Self::UsualUse => "the same use was billed before the attack",
            Self::TaxOnOther => "tax on charges outside the claim",
        }
    }
}

/// Mark of a line, its reason, and the amount that is claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// Mark.
    pub mark: Mark,
    /// Reason.
    pub reason: Reason,
    /// Event that the reason rests on.
    pub event: Option<EventRef>,
    /// Amount in the claim: the cost of an unauthorised line, the part of a shared one, nothing else.
    pub claimed: Decimal,
}

impl Judgement {
    pub(super) const fn of(mark: Mark, reason: Reason) -> Self {
        Self {
            mark,
            reason,
            event: None,
            claimed: Decimal::ZERO,
        }
    }

    pub(super) const fn whole(reason: Reason, cost: Decimal) -> Self {
        Self {
            mark: Mark::Unauthorised,
            reason,
            event: None,
            claimed: cost,
        }
    }

    pub(super) fn with(mut self, event: &EventRef) -> Self {
        self.event = Some(event.clone());
        self
    }
}
