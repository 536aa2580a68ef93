//! See `stanch_hostile::targets::ocsf`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_hostile::targets::ocsf(bytes));
