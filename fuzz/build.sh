#!/bin/bash -eu
# Builds the fuzz targets into $OUT, each with its seeds and the dictionary, as OSS-Fuzz and
# ClusterFuzzLite want them: TARGET, TARGET_seed_corpus.zip, TARGET.dict.

cd "$(dirname "$0")/.."
seeds=$(mktemp -d)

# The seeds come from a plain build: the engines' compiler flags are for the targets.
env -u RUSTFLAGS cargo run --quiet --bin wspec -- corpus "$seeds"
cargo fuzz build --release

# The kinds of seeds that a target takes.
kinds() {
    case "$1" in
        case_file) echo case-files ;;
        deflate) echo deflate ;;
        extensions) echo extensions ;;
        request) echo requests ;;
        response) echo responses ;;
        *) echo client-frames server-frames ;;
    esac
}

for file in fuzz/fuzz_targets/*.rs; do
    target=$(basename "$file" .rs)
    cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
    cp "$seeds/websocket.dict" "$OUT/$target.dict"
    for kind in $(kinds "$target"); do
        # Seeds of two kinds may have the same name.
        (cd "$seeds" && find "$kind" -type f -print | zip -q -@ "$OUT/${target}_seed_corpus.zip")
    done
done
