//! One line item of a bill, whatever the form of the file: the columns that a claim needs.
//!
//! It must not know how a file is read.

use serde::Serialize;
use stanch_core::Timestamp;

use crate::decimal::Decimal;

/// Kind of a line item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// Use, at its price.
    #[default]
    Usage,
    /// Use that a Savings Plan or a reservation covers.
    Covered,
    /// Reversal of covered use.
    Negation,
    /// Fee, subscription or commitment: Savings Plan, reservation, Marketplace, support, domain.
    Purchase,
    /// Tax.
    Tax,
    /// Promotional or other credit.
    Credit,
    /// Refund, or a correction of an earlier bill.
    Refund,
    /// Discount: bundled, private rate, Enterprise Discount Program.
    Discount,
    /// A kind that this program does not know.
    Other,
}

impl LineKind {
    /// Parses `LineItemType` of a Cost and Usage Report.
    #[must_use]
    pub fn of_cur(text: &str) -> Self {
        match text {
            "Usage" => Self::Usage,
            "DiscountedUsage" | "SavingsPlanCoveredUsage" => Self::Covered,
            "SavingsPlanNegation" => Self::Negation,
            "Fee" | "RIFee" | "SavingsPlanRecurringFee" | "SavingsPlanUpfrontFee" => Self::Purchase,
            "Tax" => Self::Tax,
            "Credit" => Self::Credit,
            "Refund" => Self::Refund,
            "Discount" | "BundledDiscount" | "EdpDiscount" | "PrivateRateDiscount" | "RiVolumeDiscount" => {
                Self::Discount
            }
            _ => Self::Other,
        }
    }

    /// Parses `ChargeCategory`, `ChargeClass` and `PricingCategory` of FOCUS.
    #[must_use]
    pub fn of_focus(category: &str, class: &str, pricing: &str) -> Self {
        match category {
            _ if class == "Correction" => Self::Refund,
            "Usage" if pricing == "Committed" => Self::Covered,
            "Usage" => Self::Usage,
            "Purchase" => Self::Purchase,
            "Tax" => Self::Tax,
            "Credit" => Self::Credit,
            "Adjustment" => Self::Discount,
            _ => Self::Other,
        }
    }
}

/// One line item. Texts are as written by AWS and by the account's users: escape them where they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Line {
    /// Account that used it.
    pub account: String,
    /// Account that pays.
    pub payer: String,
    /// Begin of the period that the line covers.
    pub start: Timestamp,
    /// End of the period, exclusive.
    pub end: Timestamp,
    /// Kind.
    pub kind: LineKind,
    /// Code of the service: `AmazonEC2`.
    pub service: String,
    /// Usage type; empty in FOCUS 1.2.
    pub usage_type: String,
    /// Operation: `RunInstances`.
    pub operation: String,
    /// Region; empty when the bill names none.
    pub region: String,
    /// Resource: an id or an ARN; empty for lines without one.
    pub resource: String,
    /// Quantity.
    pub amount: Decimal,
    /// Unit of the quantity.
    pub unit: String,
    /// Unblended cost (FOCUS: billed cost).
    pub cost: Decimal,
    /// Cost at the rate of the commitment that covers it, where there is one.
    pub effective_cost: Decimal,
    /// Currency.
    pub currency: String,
    /// Description.
    pub description: String,
    /// `AWS`, `AWS Marketplace`, or another seller.
    pub seller: String,
    /// ARN of the Savings Plan or reservation.
    pub commitment: String,
    /// IAM principal that made the call (CUR 2.0, where switched on).
    pub principal: String,
    /// Invoice; empty while the month is open.
    pub invoice: String,
    /// Tags that AWS itself sets (`aws:…`): key in lower case without punctuation, and value.
    pub aws_tags: Vec<(String, String)>,
}

impl Line {
    /// Returns the seconds of the period.
    #[must_use]
    pub const fn seconds(&self) -> i64 {
        self.end.since(self.start) / 1000
    }

    /// Returns whether a third-party seller bills it through AWS Marketplace.
    #[must_use]
    pub fn is_marketplace(&self) -> bool {
        self.seller == "AWS Marketplace"
    }
}
