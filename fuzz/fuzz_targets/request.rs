#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| wspec_fuzz::request::run(octets));
