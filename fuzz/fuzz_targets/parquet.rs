//! See `stanch_hostile::targets::parquet`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_hostile::targets::parquet(bytes));
