//! The view `events`: the rows of all parts, each event once, at its earliest place.
//!
//! Mostly every row is one event. Where an earlier copy of an event was found after its row had been written, that copy
//! got a row of its own, marked; then, of all rows with its key, the one that lies first counts.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::{Constraint, Constraints};
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::DataFusionError;
use datafusion::parquet::arrow::parquet_to_arrow_schema;
use datafusion::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use datafusion::prelude::SessionContext;

use crate::error::QueryError;

/// The column and the footer's entry that tell of rows written for earlier copies.
const COPY: &str = "copy";
/// The name the rows have while the view is put together.
const ROWS: &str = "stanch_rows";

/// Makes the view.
pub(crate) async fn register(context: &SessionContext, parts: &[PathBuf]) -> Result<(), QueryError> {
    let mut copies = 0;
    let mut schema = None;
    for part in parts {
        let footer = footer(part)?;
        copies += copies_in(&footer);
        if schema.is_none() {
            schema = Some(schema_of(&footer)?);
        }
    }
    let schema = schema.unwrap_or_else(|| Arc::new(Schema::empty()));
    if copies == 0 {
        let kept = schema
            .fields()
            .iter()
            .filter(|field| field.name() != COPY)
            .cloned();
        let table = table(
            context,
            parts,
            Arc::new(Schema::new(kept.collect::<Vec<_>>())),
            true,
        )?;
        context
            .register_table("events", table)
            .map_err(|error| QueryError::planning(&error))?;
        return Ok(());
    }
    let rows = table(context, parts, Arc::clone(&schema), false)?;
    merged(context, rows, &schema)
        .await
        .map_err(|error| QueryError::planning(&error))
}

/// The view where some events have several rows.
async fn merged(
    context: &SessionContext,
    rows: Arc<dyn TableProvider>,
    schema: &Schema,
) -> Result<(), DataFusionError> {
    let columns: Vec<String> = schema
        .fields()
        .iter()
        .filter(|field| field.name() != COPY)
        .map(|field| format!("\"{}\"", field.name()))
        .collect();
    let columns = columns.join(", ");
    context.register_table(ROWS, rows)?;
    // Copies are few, rows are many: only the keys of the copies are held, and only copies are ordered by place, with the rows
    // they compete with. The left side of a join is the one that is held.
    let copies = format!("(SELECT key AS copied FROM {ROWS} WHERE \"copy\") AS copies");
    let view = format!(
        "SELECT {columns} FROM {copies} RIGHT ANTI JOIN (SELECT * FROM {ROWS} WHERE NOT \"copy\") AS first ON copied = key \
         UNION ALL \
         SELECT {columns} FROM (SELECT *, row_number() OVER (PARTITION BY key ORDER BY input, member, \"offset\") AS place \
           FROM {copies} RIGHT SEMI JOIN {ROWS} ON copied = key) AS competing WHERE place = 1"
    );
    let view = context.sql(&view).await?.into_view();
    context.deregister_table(ROWS)?;
    context.register_table("events", view)?;
    Ok(())
}

fn table(
    context: &SessionContext,
    parts: &[PathBuf],
    schema: SchemaRef,
    is_unique: bool,
) -> Result<Arc<dyn TableProvider>, QueryError> {
    let mut urls = Vec::with_capacity(parts.len());
    for part in parts {
        let url = url::Url::from_file_path(part).map_err(|()| QueryError::Damaged {
            reason: format!("{} is no whole path", part.display()),
        })?;
        // Not parsed as text: a folder's name may hold what would be taken for a pattern.
        urls.push(ListingTableUrl::try_new(url, None).map_err(|error| QueryError::planning(&error))?);
    }
    let key = schema.index_of("key").ok().filter(|_| is_unique);
    let format =
        ParquetFormat::default().with_options(context.state_ref().read().default_table_options().parquet);
    let options = ListingOptions::new(Arc::new(format)).with_file_extension("");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(schema);
    let table = ListingTable::try_new(config).map_err(|error| QueryError::planning(&error))?;
    let constraints = key.map_or_else(Constraints::default, |key| {
        Constraints::new_unverified(vec![Constraint::PrimaryKey(vec![key])])
    });
    Ok(Arc::new(table.with_constraints(constraints)))
}

fn footer(part: &PathBuf) -> Result<ParquetMetaData, QueryError> {
    let damaged = |error: &dyn std::fmt::Display| QueryError::Damaged {
        reason: format!("{}: {error}", part.display()),
    };
    let file = std::fs::File::open(part).map_err(|error| damaged(&error))?;
    ParquetMetaDataReader::new()
        .parse_and_finish(&file)
        .map_err(|error| damaged(&error))
}

fn copies_in(footer: &ParquetMetaData) -> u64 {
    let name = format!("stanch.{COPY}");
    let entries = footer.file_metadata().key_value_metadata().into_iter().flatten();
    entries
        .filter(|entry| entry.key == name)
        .filter_map(|entry| entry.value.as_deref()?.parse::<u64>().ok())
        .sum()
}

/// The columns as they are read. Text is copied out of the pages: views into them would keep whole pages of other rows
/// alive wherever rows are held, to be sorted or joined.
fn schema_of(footer: &ParquetMetaData) -> Result<SchemaRef, QueryError> {
    let metadata = footer.file_metadata();
    let schema =
        parquet_to_arrow_schema(metadata.schema_descr(), metadata.key_value_metadata()).map_err(|error| {
            QueryError::Damaged {
                reason: error.to_string(),
            }
        })?;
    Ok(Arc::new(Schema::new(schema.fields().clone())))
}
