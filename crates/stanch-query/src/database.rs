//! A case as a database: opened, asked, closed.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_functions_json::udfs::json_union_to_text_udf;
use stanch_core::{Analysis, SourceReport};
use stanch_query_api::{Format, Shown};

use crate::error::QueryError;
use crate::output;
use crate::views;
use crate::{events, order, statement};

/// How a document of the case is had when a statement needs it.
pub type Loader<T> = Box<dyn Fn() -> Result<T, Box<dyn Error + Send + Sync>> + Send + Sync>;

/// What can be asked.
pub struct Inputs {
    /// The parts with the events.
    pub parts: Vec<PathBuf>,
    /// Findings and principals.
    pub analysis: Loader<Analysis>,
    /// What became of each input.
    pub sources: Loader<Vec<SourceReport>>,
}

/// Bounds of a query.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Number of threads that work. The result does not depend on it.
    pub threads: usize,
    /// Bytes that a query may hold; what sorts and groups beyond that goes to temporary files.
    pub memory: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            memory: 1 << 30,
        }
    }
}

/// Rows that are worked on at once. Whoever sorts takes room for a whole batch of them, and rows may be wide.
const ROWS_AT_ONCE: usize = 2048;

/// A case that can be asked.
pub struct Database {
    runtime: tokio::runtime::Runtime,
    context: SessionContext,
    inputs: Inputs,
}

impl Database {
    /// Makes what runs queries; nothing of the case is read yet.
    ///
    /// # Errors
    /// When threads or the engine can't be had.
    pub fn open(inputs: Inputs, options: Options) -> Result<Self, QueryError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let failed = |error: DataFusionError| QueryError::running(&error);
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(options.memory)))
            .build_arc()
            .map_err(failed)?;
        let mut context = SessionContext::new_with_config_rt(config(options.threads.max(1)), environment);
        datafusion_functions_json::register_all(&mut context).map_err(failed)?;
        Ok(Self {
            runtime,
            context,
            inputs,
        })
    }

    /// Runs one statement and writes what it gives. `parameters` are bound to `$name` as text, never pasted.
    ///
    /// # Errors
    /// When the statement is refused or wrong, the store is damaged, or `out` does not take the bytes.
    pub fn run(
        &self,
        sql: &str,
        parameters: &[(String, String)],
        format: &Format,
        out: &mut (dyn Write + Send),
    ) -> Result<Shown, QueryError> {
        let statement = statement::read(sql)?;
        self.runtime.block_on(async {
            let state = self.context.state();
            let names = statement::names_of(&state, &statement)?;
            self.register(names.as_deref()).await?;
            let planning = |error: DataFusionError| QueryError::planning(&error);
            let state = self.context.state();
            let plan = state.statement_to_plan(statement).await.map_err(planning)?;
            let reading = SQLOptions::new()
                .with_allow_ddl(false)
                .with_allow_dml(false)
                .with_allow_statements(false);
            reading.verify_plan(&plan).map_err(planning)?;
            let plan = prepared(plan, parameters).map_err(planning)?;
            let plan = order::ordered(plan).map_err(planning)?;
            let result = self.context.execute_logical_plan(plan).await.map_err(planning)?;
            let stream = result.execute_stream().await.map_err(planning)?;
            output::write(stream, format, out).await
        })
    }

    /// Makes the views that are named, or all.
    async fn register(&self, names: Option<&[String]>) -> Result<(), QueryError> {
        let is_needed = |view: &str| names.is_none_or(|names| names.iter().any(|name| name == view));
        let is_there = |view: &str| self.context.table_exist(view).unwrap_or(false);
        if is_needed("events") && !is_there("events") {
            events::register(&self.context, &self.inputs.parts).await?;
        }
        let mut analysis = None;
        for view in ["findings", "finding_events", "principals"] {
            if is_needed(view) && !is_there(view) {
                if analysis.is_none() {
                    analysis = Some((self.inputs.analysis)().map_err(QueryError::Document)?);
                }
                if let Some(analysis) = &analysis {
                    self.hold(view, views::analysis_view(view, analysis)?)?;
                }
            }
        }
        if is_needed("sources") && !is_there("sources") {
            let sources = (self.inputs.sources)().map_err(QueryError::Document)?;
            self.hold("sources", views::sources(&sources)?)?;
        }
        Ok(())
    }

    fn hold(&self, name: &str, rows: RecordBatch) -> Result<(), QueryError> {
        let table = MemTable::try_new(rows.schema(), vec![vec![rows]]);
        table
            .and_then(|table| self.context.register_table(name, Arc::new(table)))
            .map_err(|error| QueryError::planning(&error))?;
        Ok(())
    }
}

impl From<datafusion::arrow::error::ArrowError> for QueryError {
    fn from(error: datafusion::arrow::error::ArrowError) -> Self {
        Self::running(&error.into())
    }
}

fn config(threads: usize) -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_target_partitions(threads)
        .with_batch_size(ROWS_AT_ONCE)
        .with_information_schema(true);
    let options = config.options_mut();
    // A filter is applied while a column is read, so that the wide columns of other rows are not unpacked.
    options.execution.parquet.pushdown_filters = true;
    options.execution.parquet.reorder_filters = true;
    config
}

/// Binds parameters, shows JSON values as text.
fn prepared(plan: LogicalPlan, parameters: &[(String, String)]) -> Result<LogicalPlan, DataFusionError> {
    let values: Vec<(String, ScalarValue)> = parameters
        .iter()
        .map(|(name, value)| (name.clone(), ScalarValue::Utf8(Some(value.clone()))))
        .collect();
    let plan = if values.is_empty() {
        plan
    } else {
        plan.with_param_values(values)?
    };
    shown_as_text(plan)
}

/// `json_get` gives values of several types in one column, which no format can show: they become JSON text.
fn shown_as_text(plan: LogicalPlan) -> Result<LogicalPlan, DataFusionError> {
    let is_union = |data_type: &DataType| matches!(data_type, DataType::Union(..));
    if !plan
        .schema()
        .fields()
        .iter()
        .any(|field| is_union(field.data_type()))
    {
        return Ok(plan);
    }
    let columns = plan.schema().columns().into_iter().zip(plan.schema().fields());
    let shown: Vec<Expr> = columns
        .map(|(column, field)| {
            let name = column.name.clone();
            let value = Expr::Column(column);
            if is_union(field.data_type()) {
                json_union_to_text_udf().call(vec![value]).alias(name)
            } else {
                value
            }
        })
        .collect();
    LogicalPlanBuilder::from(plan).project(shown)?.build()
}
