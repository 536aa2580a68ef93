//! Budget of one input: how many bytes may still be unpacked, and which flaws the layers below have shown.
//!
//! A decompressor is read from inside the parser that also reports, so flaws are left here and collected by
//! `output`. It must not know any format.

use std::cell::{Cell, RefCell};

use stanch_core::ProblemKind;

/// Budget shared by all layers of one input file.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Cell<u64>,
    cut: Cell<bool>,
    flaws: RefCell<Vec<(ProblemKind, String)>>,
}

impl Budget {
    /// Creates a budget of this many bytes to unpack at most.
    pub(crate) fn new(allowance: u64) -> Self {
        Self {
            left: Cell::new(allowance),
            cut: Cell::new(false),
            flaws: RefCell::default(),
        }
    }

    /// Returns the bytes that may still be unpacked.
    pub(crate) fn left(&self) -> u64 {
        self.left.get()
    }

    /// Counts bytes that were unpacked.
    pub(crate) fn spend(&self, bytes: u64) {
        self.left.set(self.left.get().saturating_sub(bytes));
    }

    /// Notes a flaw that ends the content early.
    pub(crate) fn cut_short(&self, kind: ProblemKind, detail: impl Into<String>) {
        self.cut.set(true);
        self.flaw(kind, detail);
    }

    /// Notes a flaw.
    pub(crate) fn flaw(&self, kind: ProblemKind, detail: impl Into<String>) {
        self.flaws.borrow_mut().push((kind, detail.into()));
    }

    /// Takes the flaws noted since the last call.
    pub(crate) fn take_flaws(&self) -> Vec<(ProblemKind, String)> {
        self.flaws.take()
    }

    /// Returns whether the content being read was cut short by a layer below.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut.get()
    }

    /// Returns the same and resets it for the next content.
    pub(crate) fn take_cut(&self) -> bool {
        self.cut.take()
    }
}
