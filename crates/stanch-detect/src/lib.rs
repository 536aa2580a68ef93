//! Judge, purely: events in, findings and a verdict out.
//!
//! Pass 1 (`Engine::observe`) sees events in any order, on any thread, and folds them into mergeable state.
//! Pass 2 (`Engine::judge`) turns the merged state into findings. This crate never sees a network, a file, a
//! clock or a thread; what it needs of the outside is handed to it as bytes.

pub mod activity;
mod attacker;
mod cited;
mod declared;
pub mod derived;
pub mod detector;
pub mod detectors;
pub mod engine;
pub mod network;
mod numbers;
pub mod observation;
#[cfg(test)]
mod reference_page;
pub mod rules;
pub mod sample;
pub mod sigma;
mod thinned;
mod verdict;

pub use attacker::{Following, Tracker};
pub use cited::{Cited, Keep};
pub use declared::{BadStatement, Declared, Statement};
pub use detector::{Detector, Found, Interest};
pub use engine::{Engine, EngineConfig, Frame, Judged, State};
pub use network::Networks;
pub use observation::Observation;
pub use sample::Sample;
