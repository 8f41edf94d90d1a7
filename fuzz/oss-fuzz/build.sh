#!/bin/bash -eu
# OSS-Fuzz wants this file in its own repository; what it does stays in ours.
exec bash -eu "$SRC/wspec/fuzz/build.sh"
