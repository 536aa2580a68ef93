//! A total order for every result, so that the same question gives the same bytes on any number of threads.
//!
//! A statement's own ORDER BY comes first; what it leaves open is settled by the columns, from the first to the last.
//! The same is done beneath every LIMIT, because which rows it takes must not depend on chance either. Once a column
//! that is unique has been compared, nothing is left open.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, Dependency, Result};
use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::{Expr, Limit, LogicalPlan, LogicalPlanBuilder, Sort};
use datafusion_functions_json::udfs::json_union_to_text_udf;

/// Orders a plan.
pub(crate) fn ordered(plan: LogicalPlan) -> Result<LogicalPlan> {
    let plan = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Limit(Limit { skip, fetch, input }) => {
            let input = total(std::sync::Arc::unwrap_or_clone(input))?.into();
            Ok(Transformed::yes(LogicalPlan::Limit(Limit { skip, fetch, input })))
        }
        other => Ok(Transformed::no(other)),
    })?;
    total(plan.data)
}

/// Orders the rows that a plan gives, unless they are ordered already.
fn total(plan: LogicalPlan) -> Result<LogicalPlan> {
    match plan {
        // Its input was ordered before.
        LogicalPlan::Limit(_)
        | LogicalPlan::Explain(_)
        | LogicalPlan::Analyze(_)
        | LogicalPlan::DescribeTable(_) => Ok(plan),
        LogicalPlan::Sort(Sort {
            mut expr,
            input,
            fetch,
        }) => {
            complete(&mut expr, input.schema());
            Ok(LogicalPlan::Sort(Sort { expr, input, fetch }))
        }
        LogicalPlan::Projection(_) | LogicalPlan::SubqueryAlias(_) if keeps_an_order(&plan) => {
            let inputs = plan
                .inputs()
                .into_iter()
                .cloned()
                .map(total)
                .collect::<Result<_>>()?;
            plan.with_new_exprs(plan.expressions(), inputs)
        }
        other => {
            let mut expr = Vec::new();
            complete(&mut expr, other.schema());
            if expr.is_empty() {
                return Ok(other);
            }
            LogicalPlanBuilder::from(other).sort(expr)?.build()
        }
    }
}

/// Returns true when what lies beneath some projections has an order of its own, which they keep.
fn keeps_an_order(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Sort(_) | LogicalPlan::Limit(_) => true,
        LogicalPlan::Projection(projection) => keeps_an_order(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => keeps_an_order(&alias.input),
        _ => false,
    }
}

/// Adds the columns that are not compared yet, until nothing is left open.
fn complete(expr: &mut Vec<SortExpr>, schema: &DFSchema) {
    let columns = schema.columns();
    let mut compared: Vec<bool> = columns
        .iter()
        .map(|column| expr.iter().any(|sort| sort.expr == Expr::Column(column.clone())))
        .collect();
    for (place, column) in columns.into_iter().enumerate() {
        if is_settled(&compared, schema) {
            return;
        }
        if !compared[place]
            && let Some(value) = comparable(column, schema.field(place).data_type())
        {
            expr.push(value.sort(true, false));
            compared[place] = true;
        }
    }
}

/// Returns true when no two rows can be alike in what is compared.
fn is_settled(compared: &[bool], schema: &DFSchema) -> bool {
    schema.functional_dependencies().iter().any(|dependence| {
        dependence.mode == Dependency::Single
            && !dependence.nullable
            && dependence.source_indices.iter().all(|place| compared[*place])
    })
}

/// What a column is compared by: itself, or its text where values of several types stand in it (`json_get`).
fn comparable(column: Column, data_type: &DataType) -> Option<Expr> {
    match data_type {
        DataType::Map(..) => None,
        DataType::Union(..) => Some(json_union_to_text_udf().call(vec![Expr::Column(column)])),
        _ => Some(Expr::Column(column)),
    }
}
