//! See `stanch_hostile::targets::bill`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_hostile::targets::bill(bytes));
