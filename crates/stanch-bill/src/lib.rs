//! AWS bills: line items read exactly, joined with the attacker's actions, each with its reason.
//!
//! Reads Cost and Usage Reports (legacy CSV and Parquet, CUR 2.0) and FOCUS 1.x exports from given files; sends nothing and
//! writes nothing. It must not know a case or a log: who did what comes as plain values ([`Act`]). Sums are exact decimals.

mod attack;
mod decimal;
mod dispute;
mod judge;
mod line;
mod outcome;
mod read;
mod region;
mod resource;

pub use attack::{Act, Actor, Attack, EventRef};
pub use decimal::{Decimal, NotADecimal};
pub use dispute::{CASE_LIMIT, Call, Containment, Dispute, DisputeFacts, Section};
pub use judge::{Amounts, Claim, CurrencyClaim, Judge, Judgement, Mark, Reason, Row, Survey};
pub use line::{Line, LineKind};
pub use outcome::{Outcome, judge};
pub use read::{Bill, BillFile, Form, Problem, ProblemKind, Reading};
pub use resource::resource_key;
