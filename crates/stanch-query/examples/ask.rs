//! Measures a query: `cargo run --release --example ask -- "SELECT …" PART…` asks parts and tells how long it took.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use stanch_query::{Database, Inputs, Options};
use stanch_query_api::{Format, TableOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let sql = arguments.next().ok_or("give a statement and parts")?;
    let parts = arguments
        .map(|part| PathBuf::from(part).canonicalize())
        .collect::<Result<_, _>>()?;
    let inputs = Inputs {
        parts,
        analysis: Box::new(|| Err("there is no case here".into())),
        sources: Box::new(|| Err("there is no case here".into())),
    };
    let begun = Instant::now();
    let database = Database::open(inputs, Options::default())?;
    let mut out = std::io::stdout();
    let format = Format::Table(TableOptions { width: 120, rows: 20 });
    let shown = database.run(&sql, &[], &format, &mut out)?;
    writeln!(
        out,
        "\n{} rows in {:.3} s",
        shown.rows,
        begun.elapsed().as_secs_f64()
    )?;
    Ok(())
}
