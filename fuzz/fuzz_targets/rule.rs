//! See `stanch_hostile::targets::rule`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_hostile::targets::rule(bytes));
