//! See `stanch_hostile::targets::table`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_hostile::targets::table(bytes));
