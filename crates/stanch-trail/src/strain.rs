//! What the layers of one input share while they are read through each other: how much may still be
//! unpacked, and which flaws the bytes below have shown so far.
//!
//! A decompressor is read from inside the parser that also reports, so flaws are left here and collected by
//! `delivery`. It must not know any format.

use std::cell::{Cell, RefCell};

use stanch_core::ProblemKind;

/// Shared by all layers of one input file.
#[derive(Debug)]
pub(crate) struct Strain {
    left: Cell<u64>,
    cut: Cell<bool>,
    flaws: RefCell<Vec<(ProblemKind, String)>>,
}

impl Strain {
    /// With this many bytes to unpack at most.
    pub(crate) fn new(allowance: u64) -> Self {
        Self {
            left: Cell::new(allowance),
            cut: Cell::new(false),
            flaws: RefCell::default(),
        }
    }

    /// Bytes that may still be unpacked.
    pub(crate) fn left(&self) -> u64 {
        self.left.get()
    }

    /// Notes that this many bytes were unpacked.
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

    /// Whether the content now read was cut short below.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut.get()
    }

    /// The same, and forgets it: the next content is another.
    pub(crate) fn take_cut(&self) -> bool {
        self.cut.take()
    }
}
