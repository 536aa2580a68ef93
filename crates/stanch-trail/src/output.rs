//! Output of one input: the emitter of its events, its problems, and its budget, made and finished together.
//!
//! It must not know what is read.

use std::rc::Rc;

use stanch_core::{Event, ProblemKind, SourceReport};

use crate::budget::Budget;
use crate::context::Context;
use crate::emitter::{Emitter, Understood};
use crate::limits::Limits;
use crate::problems::Problems;

/// Output of one input.
pub(crate) struct Output<'d> {
    pub(crate) limits: Limits,
    pub(crate) context: &'d Context,
    pub(crate) emitter: Emitter<'d>,
    pub(crate) problems: Problems,
    pub(crate) budget: Rc<Budget>,
    /// Lines that fit no known format, before any other line did.
    pub(crate) strange_lines: StrangeLines,
}

/// Lines that make no sense.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct StrangeLines {
    pub(crate) count: u64,
    pub(crate) first: Option<u64>,
    /// Lines that look like a flow log in a custom format.
    pub(crate) flows: u64,
    /// Records stood within lines: other lines are what an exporter writes around them.
    pub(crate) frames_records: bool,
    /// The last of them has no end.
    pub(crate) is_unfinished: bool,
}

impl<'d> Output<'d> {
    /// Creates the output of the input that this blank report is of.
    pub(crate) fn new(
        limits: Limits,
        context: &'d Context,
        report: &SourceReport,
        sink: &'d mut dyn FnMut(&Event<'_>),
    ) -> Self {
        Self {
            limits,
            context,
            emitter: Emitter::new(report, sink),
            problems: Problems::default(),
            budget: Rc::new(Budget::new(limits.allowance(report.size))),
            strange_lines: StrangeLines::default(),
        }
    }

    /// Adds a problem.
    pub(crate) fn problem(&mut self, kind: ProblemKind, offset: Option<u64>, detail: &str) {
        self.problems.add(kind, offset, detail);
    }

    /// Adds as problems the flaws that the layers below have noted.
    pub(crate) fn collect_flaws(&mut self) {
        for (kind, detail) in self.budget.take_flaws() {
            self.problem(kind, None, &detail);
        }
    }

    /// Returns whether the content just read was cut short by a layer below, which has reported it.
    pub(crate) fn was_cut_below(&mut self) -> bool {
        self.collect_flaws();
        self.budget.take_cut()
    }

    /// Returns the counts of everything that was found or reported.
    pub(crate) fn understood(&self) -> (Understood, u64) {
        (self.emitter.understood(), self.problems.count())
    }

    /// Enters the next archive member; reports when there are too many, and returns whether it was entered.
    pub(crate) fn enter_member(&mut self, name: &str) -> bool {
        if self.emitter.member_count() >= self.limits.members as usize {
            let detail = "the archives have too many members; the rest was not read";
            self.problem(ProblemKind::TooMany, None, detail);
            return false;
        }
        let name = self.emitter.enter_member(name);
        self.problems.set_member(&name);
        true
    }

    /// Returns to an archive that is itself a member.
    pub(crate) fn return_to(&mut self, member: Option<u32>) {
        self.emitter.return_to(member);
        let name = self.emitter.member_name(member);
        self.problems.set_member(name);
    }

    /// Reports a member that made no sense, and leaves it.
    pub(crate) fn leave_member(&mut self, before: (Understood, u64)) {
        let nothing_else = before == self.understood();
        self.report_strange_lines(nothing_else);
        self.emitter.leave_member(before.0);
    }

    fn report_strange_lines(&mut self, nothing_else: bool) {
        let strange = std::mem::take(&mut self.strange_lines);
        let is_framing =
            strange.frames_records && !strange.is_unfinished && self.emitter.has_found_anything();
        if strange.count == 0 || strange.flows == 0 && is_framing {
            return;
        }
        if strange.flows > 0 {
            let detail = format!(
                "{} lines look like a VPC flow log in a custom format; name its fields with --flow-format",
                strange.flows
            );
            self.problem(ProblemKind::UnknownFlowFormat, strange.first, &detail);
        } else if nothing_else {
            let detail = "not an AWS log that is known here";
            self.problem(ProblemKind::NotAnEvent, strange.first, detail);
        } else {
            let detail = format!("{} lines that fit no known format", strange.count);
            self.problem(ProblemKind::MalformedLine, strange.first, &detail);
        }
    }

    /// Moves everything into the report.
    pub(crate) fn finish(mut self, report: &mut SourceReport) {
        self.collect_flaws();
        let nothing_else = self.emitter.found_nothing() && !self.emitter.has_found_anything();
        self.report_strange_lines(nothing_else);
        self.problems.finish(report);
        self.emitter.finish(report);
    }
}
