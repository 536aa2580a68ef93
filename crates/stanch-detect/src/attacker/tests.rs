//! Attribution over events made by hand.
