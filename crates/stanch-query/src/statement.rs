//! Which statements are let through: those that only read.
//!
//! Files and addresses can't be named either: the session knows the views and has no way to find anything else.

use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::sqlparser::ast::Statement as Sql;
use datafusion::sql::parser::{DFParser, Statement};

use crate::error::QueryError;

/// Reads one statement and refuses what is none of SELECT, EXPLAIN, SHOW and DESCRIBE.
pub(crate) fn read(text: &str) -> Result<Statement, QueryError> {
    let mut statements = DFParser::parse_sql(text).map_err(|error| QueryError::planning(&error))?;
    let first = statements.pop_front().ok_or_else(|| QueryError::Misunderstood {
        reason: "there is nothing to ask in it".to_owned(),
    })?;
    for statement in std::iter::once(&first).chain(&statements) {
        check(statement)?;
    }
    if !statements.is_empty() {
        return Err(refused("more than one statement at a time"));
    }
    Ok(first)
}

fn check(statement: &Statement) -> Result<(), QueryError> {
    match statement {
        Statement::Explain(explain) => check(&explain.statement),
        Statement::CopyTo(_) => Err(refused("COPY")),
        Statement::CreateExternalTable(_) => Err(refused("CREATE EXTERNAL TABLE")),
        Statement::Reset(_) => Err(refused("RESET")),
        Statement::Statement(sql) => match sql.as_ref() {
            Sql::Query(_)
            | Sql::ExplainTable { .. }
            | Sql::ShowTables { .. }
            | Sql::ShowColumns { .. }
            | Sql::ShowFunctions { .. } => Ok(()),
            Sql::Explain { statement, .. } => check(&Statement::Statement(statement.clone())),
            other => Err(refused(&first_words(&other.to_string()))),
        },
    }
}

/// The words a statement begins with, as people know it: `INSERT INTO`, `CREATE TABLE`.
fn first_words(text: &str) -> String {
    let words = text.split_whitespace().take(2);
    words
        .take_while(|word| word.bytes().all(|byte| byte.is_ascii_uppercase()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn refused(what: &str) -> QueryError {
    QueryError::Refused {
        what: what.to_owned(),
    }
}

/// The views that a statement names. SHOW and the information schema need them all.
pub(crate) fn names_of(
    state: &SessionState,
    statement: &Statement,
) -> Result<Option<Vec<String>>, QueryError> {
    let references = state
        .resolve_table_references(statement)
        .map_err(|error| QueryError::planning(&error))?;
    if references.iter().any(|reference| reference.schema().is_some()) {
        return Ok(None);
    }
    Ok(Some(
        references
            .iter()
            .map(|reference| reference.table().to_owned())
            .collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_reads_is_let_through() {
        for text in [
            "SELECT 1",
            "select * from events;",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "EXPLAIN SELECT 1",
            "EXPLAIN ANALYZE SELECT 1",
            "SHOW TABLES",
            "SHOW COLUMNS FROM events",
            "DESCRIBE events",
        ] {
            assert!(read(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_by_its_name() {
        let said: Vec<String> = [
            "COPY events TO 'x.csv'",
            "COPY (SELECT 1) TO 'x.parquet'",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
            "CREATE TABLE t AS SELECT 1",
            "CREATE VIEW v AS SELECT 1",
            "CREATE FUNCTION f(BIGINT) RETURNS BIGINT RETURN $1",
            "INSERT INTO events SELECT * FROM events",
            "UPDATE events SET name = 'x'",
            "DELETE FROM events",
            "DROP TABLE events",
            "SET datafusion.execution.target_partitions = 1",
            "RESET datafusion.execution.target_partitions",
            "PREPARE p AS SELECT 1",
            "EXPLAIN INSERT INTO events SELECT 1",
            "EXPLAIN COPY events TO 'x.csv'",
            "SELECT 1; DROP TABLE events",
            "SELECT 1; SELECT 2",
            "BEGIN",
            "",
        ]
        .into_iter()
        .map(|text| read(text).unwrap_err().to_string())
        .collect();
        insta::assert_snapshot!(said.join("\n"), @r"
        COPY is not allowed: a query only reads the case
        COPY is not allowed: a query only reads the case
        CREATE EXTERNAL TABLE is not allowed: a query only reads the case
        CREATE TABLE is not allowed: a query only reads the case
        CREATE VIEW is not allowed: a query only reads the case
        CREATE FUNCTION is not allowed: a query only reads the case
        INSERT INTO is not allowed: a query only reads the case
        UPDATE is not allowed: a query only reads the case
        DELETE FROM is not allowed: a query only reads the case
        DROP TABLE is not allowed: a query only reads the case
        SET is not allowed: a query only reads the case
        RESET is not allowed: a query only reads the case
        PREPARE is not allowed: a query only reads the case
        INSERT INTO is not allowed: a query only reads the case
        COPY is not allowed: a query only reads the case
        DROP TABLE is not allowed: a query only reads the case
        more than one statement at a time is not allowed: a query only reads the case
        BEGIN is not allowed: a query only reads the case
        the statement can't be understood: there is nothing to ask in it
        ");
    }
}
