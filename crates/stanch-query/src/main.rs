//! `stanch-query`: the query engine, started by `stanch query` with a request on standard input.
//!
//! It reads the files that the request names and nothing else, and asks for the documents of the case when it needs them.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    if std::io::stdin().is_terminal() || std::env::args_os().len() > 1 {
        let about = concat!(
            "stanch-query ",
            env!("CARGO_PKG_VERSION"),
            ": the query engine of Stanch. Run `stanch query` instead; it starts this program."
        );
        drop(writeln!(std::io::stderr(), "{about}"));
        return ExitCode::from(2);
    }
    stanch_query::serve()
}
