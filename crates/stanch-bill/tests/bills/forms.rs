//! The five forms of a bill, written as AWS writes them.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;

use crate::world::{ACCOUNT, Made, PAYER};

/// Column by its name in a legacy report, and in CUR 2.0.
const CUR: [(&str, &str); 19] = [
    ("identity/LineItemId", "identity_line_item_id"),
    ("bill/InvoiceId", "bill_invoice_id"),
    ("bill/BillingEntity", "bill_billing_entity"),
    ("bill/PayerAccountId", "bill_payer_account_id"),
    ("bill/BillingPeriodStartDate", "bill_billing_period_start_date"),
    ("lineItem/UsageAccountId", "line_item_usage_account_id"),
    ("lineItem/LineItemType", "line_item_line_item_type"),
    ("lineItem/UsageStartDate", "line_item_usage_start_date"),
    ("lineItem/UsageEndDate", "line_item_usage_end_date"),
    ("lineItem/ProductCode", "line_item_product_code"),
    ("lineItem/UsageType", "line_item_usage_type"),
    ("lineItem/Operation", "line_item_operation"),
    ("lineItem/ResourceId", "line_item_resource_id"),
    ("lineItem/UsageAmount", "line_item_usage_amount"),
    ("lineItem/CurrencyCode", "line_item_currency_code"),
    ("lineItem/UnblendedCost", "line_item_unblended_cost"),
    ("product/regionCode", "product_region_code"),
    ("pricing/unit", "pricing_unit"),
    ("savingsPlan/SavingsPlanARN", "savings_plan_savings_plan_a_r_n"),
];

fn cur_row(number: usize, line: &Made) -> Vec<String> {
    let id = format!("line-{number}-{}-{}", line.start.0, line.cost);
    [
        &*id,
        "",
        line.seller,
        PAYER,
        "2026-03-01T00:00:00Z",
        ACCOUNT,
        line.kind,
        &line.start.to_string(),
        &line.end.to_string(),
        line.service,
        &line.usage_type,
        line.operation,
        &line.resource,
        &line.amount.to_string(),
        "USD",
        &line.cost.to_string(),
        line.region,
        line.unit,
        &line.commitment,
    ]
    .map(str::to_owned)
    .to_vec()
}

fn csv(path: &Path, header: &[&str], rows: &[Vec<String>]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut text = csv::Writer::from_writer(Vec::new());
    text.write_record(header).unwrap();
    for row in rows {
        text.write_record(row).unwrap();
    }
    let mut packed = GzEncoder::new(fs::File::create(path).unwrap(), Compression::fast());
    packed.write_all(&text.into_inner().unwrap()).unwrap();
    packed.finish().unwrap();
}

/// A legacy report as one file of the lines given, without a manifest.
pub(crate) fn legacy_file(path: &Path, lines: &[(usize, &Made)]) {
    let mut header: Vec<&str> = CUR.iter().map(|(name, _)| *name).collect();
    header.push("resourceTags/aws:autoscaling:groupName");
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|(number, line)| {
            let mut row = cur_row(*number, line);
            row.push(line.tag.clone());
            row
        })
        .collect();
    csv(path, &header, &rows);
}

/// Writes a legacy report: one month, one assembly.
pub(crate) fn legacy(root: &Path, lines: &[Made], assembly: &str) {
    let numbered: Vec<(usize, &Made)> = lines.iter().enumerate().collect();
    let folder = "cur/hourly/20260301-20260401";
    let keys: Vec<String> = numbered
        .chunks(500)
        .enumerate()
        .map(|(part, chunk)| {
            let key = format!("{folder}/{assembly}/hourly-{:05}.csv.gz", part + 1);
            legacy_file(&root.join(&key), chunk);
            key
        })
        .collect();
    let manifest = serde_json::json!({
        "assemblyId": assembly, "account": PAYER, "reportName": "hourly",
        "billingPeriod": {"start": "20260301T000000.000Z", "end": "20260401T000000.000Z"}, "reportKeys": keys,
    });
    for place in [
        format!("{folder}/hourly-Manifest.json"),
        format!("{folder}/{assembly}/hourly-Manifest.json"),
    ] {
        fs::write(root.join(place), manifest.to_string()).unwrap();
    }
}

fn export(root: &Path, name: &str, file: &str) {
    let folder = root.join(format!("exports/{name}/metadata/BILLING_PERIOD=2026-03"));
    fs::create_dir_all(&folder).unwrap();
    let manifest = serde_json::json!({
        "executionId": "execution", "exportArn": format!("arn:aws:bcm-data-exports:us-east-1:{PAYER}:export/{name}"),
        "dataFiles": [format!("s3://bucket/exports/{name}/data/BILLING_PERIOD=2026-03/{file}")],
    });
    fs::write(folder.join(format!("{name}-Manifest.json")), manifest.to_string()).unwrap();
}

fn tags(line: &Made) -> String {
    if line.tag.is_empty() {
        "{}".to_owned()
    } else {
        serde_json::json!({"aws:autoscaling:groupName": line.tag}).to_string()
    }
}

/// Writes CUR 2.0 as CSV.
pub(crate) fn cur2_csv(root: &Path, lines: &[Made]) {
    let mut header: Vec<&str> = CUR.iter().map(|(_, name)| *name).collect();
    header.extend(["line_item_iam_principal", "resource_tags"]);
    let rows: Vec<Vec<String>> = lines
        .iter()
        .enumerate()
        .map(|(number, line)| {
            let mut row = cur_row(number, line);
            row.extend([line.principal.to_owned(), tags(line)]);
            row
        })
        .collect();
    csv(
        &root.join("exports/second/data/BILLING_PERIOD=2026-03/second-00001.csv.gz"),
        &header,
        &rows,
    );
    export(root, "second", "second-00001.csv.gz");
}

/// Writes CUR 2.0 as Parquet, with doubles for amounts as AWS does.
pub(crate) fn cur2_parquet(root: &Path, lines: &[Made]) {
    let rows: Vec<Vec<String>> = lines
        .iter()
        .enumerate()
        .map(|(number, line)| cur_row(number, line))
        .collect();
    let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
    for (place, (_, name)) in CUR.iter().enumerate() {
        let texts = rows.iter().map(|row| row[place].as_str());
        let column: ArrayRef = match *name {
            "line_item_usage_amount" | "line_item_unblended_cost" => Arc::new(
                texts
                    .map(|text| text.parse::<f64>().unwrap())
                    .collect::<Float64Array>(),
            ),
            "line_item_usage_start_date" => Arc::new(
                lines
                    .iter()
                    .map(|line| Some(line.start.0))
                    .collect::<TimestampMillisecondArray>(),
            ),
            _ => Arc::new(
                texts
                    .map(|text| (!text.is_empty()).then_some(text))
                    .collect::<StringArray>(),
            ),
        };
        columns.push((name, column));
    }
    columns.push((
        "resource_tags",
        Arc::new(lines.iter().map(|line| Some(tags(line))).collect::<StringArray>()),
    ));
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    )
    .unwrap();
    let path = root.join("exports/columns/data/BILLING_PERIOD=2026-03/columns-00001.snappy.parquet");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut writer = ArrowWriter::try_new(fs::File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    export(root, "columns", "columns-00001.snappy.parquet");
}

const FOCUS: [&str; 18] = [
    "BillingAccountId",
    "SubAccountId",
    "BillingPeriodStart",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ChargeCategory",
    "PricingCategory",
    "x_ServiceCode",
    "x_Operation",
    "RegionId",
    "ResourceId",
    "PricingQuantity",
    "PricingUnit",
    "BilledCost",
    "BillingCurrency",
    "PublisherName",
    "CommitmentDiscountId",
    "Tags",
];

/// Writes FOCUS 1.0, or 1.2, which has no usage type.
pub(crate) fn focus(root: &Path, lines: &[Made], has_usage_type: bool) {
    let mut header = FOCUS.to_vec();
    if has_usage_type {
        header.push("x_UsageType");
    }
    let rows: Vec<Vec<String>> = lines.iter().map(|line| focus_row(line, has_usage_type)).collect();
    csv(
        &root.join("exports/focus/data/BILLING_PERIOD=2026-03/focus-00001.csv.gz"),
        &header,
        &rows,
    );
    export(root, "focus", "focus-00001.csv.gz");
}

fn focus_row(line: &Made, has_usage_type: bool) -> Vec<String> {
    let category = match line.kind {
        "Tax" => "Tax",
        "Credit" => "Credit",
        "Fee" | "SavingsPlanUpfrontFee" => "Purchase",
        _ => "Usage",
    };
    let kind = if line.resource.starts_with("i-") {
        "instance"
    } else {
        "volume"
    };
    let resource = if line.resource.starts_with("i-") || line.resource.starts_with("vol-") {
        format!("arn:aws:ec2:{}:{ACCOUNT}:{kind}/{}", line.region, line.resource)
    } else {
        line.resource.clone()
    };
    let mut row = [
        PAYER,
        ACCOUNT,
        "2026-03-01 00:00:00",
        &line.start.to_string(),
        &line.end.to_string(),
        category,
        "NULL",
        line.service,
        line.operation,
        line.region,
        &resource,
        &line.amount.to_string(),
        line.unit,
        &line.cost.to_string(),
        "USD",
        line.seller,
        &line.commitment,
        &tags(line),
    ]
    .map(str::to_owned)
    .to_vec();
    if has_usage_type {
        row.push(line.usage_type.clone());
    }
    row
}
