//! Columns of the five forms of a bill, by one set of names, and a row of texts as a line item.
//!
//! It must not know how a file is unpacked.

use stanch_core::Timestamp;
use stanch_core::text::bounded;

use super::problem::RowProblem;
use crate::decimal::Decimal;
use crate::line::{Line, LineKind};
use crate::region;

/// Form of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Form {
    /// FOCUS 1.x.
    #[serde(rename = "focus")]
    Focus,
    /// Cost and Usage Report, legacy.
    #[serde(rename = "cur")]
    Cur,
    /// CUR 2.0.
    #[serde(rename = "cur-2")]
    Cur2,
}

/// Meaning of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Account,
    Payer,
    Start,
    End,
    Kind,
    Class,
    Pricing,
    Service,
    ServiceName,
    UsageType,
    Operation,
    RegionCode,
    Region,
    Resource,
    Amount,
    ConsumedAmount,
    Unit,
    Cost,
    EffectiveCost,
    Currency,
    Description,
    Seller,
    SavingsPlan,
    Reservation,
    Principal,
    Invoice,
    Tags,
    LineId,
    BillingPeriod,
}

/// Number of fields.
pub(crate) const FIELDS: usize = Field::BillingPeriod as usize + 1;

#[rustfmt::skip]
const CUR: &[(&str, Field)] = &[
    ("line_item_usage_account_id", Field::Account), ("bill_payer_account_id", Field::Payer),
    ("line_item_usage_start_date", Field::Start), ("line_item_usage_end_date", Field::End),
    ("line_item_line_item_type", Field::Kind), ("line_item_product_code", Field::Service),
    ("product_product_name", Field::ServiceName),
    ("line_item_usage_type", Field::UsageType), ("line_item_operation", Field::Operation),
    ("product_region_code", Field::RegionCode), ("product_region", Field::Region),
    ("line_item_resource_id", Field::Resource), ("line_item_usage_amount", Field::Amount),
    ("pricing_unit", Field::Unit), ("line_item_unblended_cost", Field::Cost),
    ("savings_plan_savings_plan_effective_cost", Field::EffectiveCost), ("line_item_currency_code", Field::Currency),
    ("line_item_line_item_description", Field::Description), ("bill_billing_entity", Field::Seller),
    ("savings_plan_savings_plan_a_r_n", Field::SavingsPlan), ("reservation_reservation_a_r_n", Field::Reservation),
    ("line_item_iam_principal", Field::Principal), ("bill_invoice_id", Field::Invoice),
    ("resource_tags", Field::Tags), ("identity_line_item_id", Field::LineId),
    ("bill_billing_period_start_date", Field::BillingPeriod),
];

#[rustfmt::skip]
const FOCUS: &[(&str, Field)] = &[
    ("subaccountid", Field::Account), ("billingaccountid", Field::Payer), ("chargeperiodstart", Field::Start),
    ("chargeperiodend", Field::End), ("chargecategory", Field::Kind), ("chargeclass", Field::Class),
    ("pricingcategory", Field::Pricing), ("x_servicecode", Field::Service), ("servicename", Field::ServiceName),
    ("x_usagetype", Field::UsageType), ("x_operation", Field::Operation), ("regionid", Field::RegionCode),
    ("resourceid", Field::Resource), ("pricingquantity", Field::Amount), ("consumedquantity", Field::ConsumedAmount),
    ("pricingunit", Field::Unit), ("billedcost", Field::Cost), ("effectivecost", Field::EffectiveCost),
    ("billingcurrency", Field::Currency), ("chargedescription", Field::Description), ("publishername", Field::Seller),
    ("commitmentdiscountid", Field::SavingsPlan), ("invoiceid", Field::Invoice), ("tags", Field::Tags),
    ("billingperiodstart", Field::BillingPeriod),
];

/// Columns of one file.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    pub(crate) form: Form,
    /// Place of each field in a row.
    pub(crate) places: [Option<usize>; FIELDS],
    /// Places of columns of AWS's own tags, with their keys.
    pub(crate) tags: Vec<(String, usize)>,
}

/// `lineItem/UsageAccountId` as `line_item_usage_account_id`.
fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 8);
    let mut previous = '_';
    for letter in name.chars().take(256) {
        if letter.is_ascii_uppercase() && previous != '_' {
            text.push('_');
        }
        previous = if letter == '/' { '_' } else { letter };
        text.push(previous.to_ascii_lowercase());
    }
    text
}

/// A key of a tag in lower case without punctuation: `aws:autoscaling:groupName`, `aws_autoscaling_group_name`.
pub(crate) fn tag_key(key: &str) -> String {
    key.chars()
        .take(160)
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

impl Columns {
    /// Recognises a bill by the names of its columns; none when it is none.
    pub(crate) fn of<'n>(names: impl Iterator<Item = &'n str>) -> Option<Self> {
        let names: Vec<&str> = names
            .take(4096)
            .map(|name| name.trim_start_matches('\u{feff}'))
            .collect();
        let is_legacy_csv = names.iter().any(|name| name.starts_with("lineItem/"));
        let low: Vec<String> = names
            .iter()
            .map(|name| {
                if is_legacy_csv {
                    snake(name)
                } else {
                    name.to_ascii_lowercase()
                }
            })
            .collect();
        let has = |name: &str| low.iter().any(|each| each == name);
        let (form, table) = if has("chargeperiodstart") && has("billedcost") {
            (Form::Focus, FOCUS)
        } else if has("line_item_unblended_cost") && has("line_item_usage_start_date") {
            let is_second =
                has("resource_tags") || has("bill_payer_account_name") || has("line_item_iam_principal");
            (if is_second { Form::Cur2 } else { Form::Cur }, CUR)
        } else {
            return None;
        };
        let mut places = [None; FIELDS];
        for (name, field) in table {
            places[*field as usize] = low.iter().position(|each| each == name);
        }
        let tags = low
            .iter()
            .enumerate()
            .filter_map(|(place, name)| {
                let key = tag_key(name.strip_prefix("resource_tags_")?);
                key.starts_with("aws").then_some((key, place))
            })
            .collect();
        Some(Self { form, places, tags })
    }

    /// Makes a line of the texts of a row.
    pub(crate) fn line<'r>(&self, cell: &dyn Fn(usize) -> &'r str) -> Result<Line, RowProblem> {
        let text = |field: Field| {
            let text = self.places[field as usize].map_or("", cell);
            if text.eq_ignore_ascii_case("null") {
                ""
            } else {
                text
            }
        };
        let kept = |field: Field, limit: usize| bounded(text(field), limit);
        let number = |field: Field| match text(field) {
            "" => Ok(Decimal::ZERO),
            text => text.parse().map_err(|_| RowProblem::Number),
        };
        let time = |field: Field| time(text(field)).ok_or(RowProblem::Time);
        let kind = self.kind(&text);
        let first = |one: Field, other: Field| {
            if text(one).is_empty() {
                text(other)
            } else {
                text(one)
            }
        };
        let cost = match text(Field::Cost) {
            "" => return Err(RowProblem::Number),
            text => text.parse().map_err(|_| RowProblem::Number)?,
        };
        let service = bounded(first(Field::Service, Field::ServiceName), 256);
        let usage_type = kept(Field::UsageType, 256);
        let region = region(first(Field::RegionCode, Field::Region), &service, &usage_type);
        let amount = match number(Field::Amount)? {
            amount if amount.is_zero() => number(Field::ConsumedAmount)?,
            amount => amount,
        };
        Ok(Line {
            account: kept(Field::Account, 32),
            payer: kept(Field::Payer, 32),
            start: time(Field::Start)?,
            end: time(Field::End)?,
            kind,
            service,
            usage_type,
            operation: kept(Field::Operation, 256),
            region,
            resource: kept(Field::Resource, 1024),
            amount,
            unit: kept(Field::Unit, 64),
            cost,
            effective_cost: number(Field::EffectiveCost)?,
            currency: kept(Field::Currency, 8),
            description: kept(Field::Description, 512),
            seller: kept(Field::Seller, 128),
            commitment: bounded(first(Field::SavingsPlan, Field::Reservation), 512),
            principal: kept(Field::Principal, 1024),
            invoice: kept(Field::Invoice, 64),
            aws_tags: self.aws_tags(cell),
        })
    }

    fn kind<'r>(&self, text: &dyn Fn(Field) -> &'r str) -> LineKind {
        if self.form == Form::Focus {
            LineKind::of_focus(text(Field::Kind), text(Field::Class), text(Field::Pricing))
        } else {
            LineKind::of_cur(text(Field::Kind))
        }
    }

    fn aws_tags<'r>(&self, cell: &dyn Fn(usize) -> &'r str) -> Vec<(String, String)> {
        let mut tags: Vec<(String, String)> = self
            .tags
            .iter()
            .map(|(key, place)| (key.clone(), bounded(cell(*place), 512)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let json = self.places[Field::Tags as usize].map_or("", cell);
        if json.contains("aws") && json.len() <= 64 * 1024 {
            let parsed: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(json).unwrap_or_default();
            tags.extend(parsed.iter().filter_map(|(key, value)| {
                let key = tag_key(key);
                let value = bounded(value.as_str()?, 512);
                key.starts_with("aws").then_some((key, value))
            }));
        }
        tags
    }

    /// Returns the place of a field.
    pub(crate) const fn place(&self, field: Field) -> Option<usize> {
        self.places[field as usize]
    }
}

/// The region that is named, else that of the usage type.
fn region(named: &str, service: &str, usage_type: &str) -> String {
    if named.is_empty() {
        region::of_usage_type(service, usage_type).to_owned()
    } else {
        bounded(named, 64)
    }
}

/// Parses a time: RFC 3339, or with a space, as some exports write it.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| {
        let text = text.trim().trim_end_matches(" UTC").trim_end_matches('Z');
        let (day, clock) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
        Timestamp::parse(&format!("{day}T{clock}Z"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_a_legacy_report_become_those_of_its_parquet_files() {
        for (name, column) in [
            ("lineItem/UsageAccountId", "line_item_usage_account_id"),
            ("savingsPlan/SavingsPlanARN", "savings_plan_savings_plan_a_r_n"),
            ("product/regionCode", "product_region_code"),
            ("bill/InvoiceId", "bill_invoice_id"),
        ] {
            assert_eq!(snake(name), column);
        }
    }

    #[test]
    fn a_form_is_known_by_its_columns() {
        let form = |names: &[&str]| Columns::of(names.iter().copied()).map(|columns| columns.form);
        assert_eq!(
            form(&["lineItem/UnblendedCost", "lineItem/UsageStartDate"]),
            Some(Form::Cur)
        );
        assert_eq!(
            form(&[
                "line_item_unblended_cost",
                "line_item_usage_start_date",
                "resource_tags"
            ]),
            Some(Form::Cur2)
        );
        assert_eq!(form(&["BilledCost", "ChargePeriodStart"]), Some(Form::Focus));
        assert_eq!(form(&["eventTime", "eventName"]), None);
    }

    #[test]
    fn times_of_all_forms_are_read() {
        let at = Timestamp::parse("2026-03-01T00:00:00Z");
        for text in [
            "2026-03-01T00:00:00Z",
            "2026-03-01T00:00:00.000Z",
            "2026-03-01 00:00:00",
            "2026-03-01 00:00:00 UTC",
            "2026-03-01",
        ] {
            assert_eq!(time(text), at, "{text}");
        }
        assert_eq!(time("yesterday"), None);
    }
}
