#!/bin/bash -eu
# ClusterFuzzLite wants this file here; what it does is shared with OSS-Fuzz.
exec bash -eu "$SRC/wspec/fuzz/build.sh"
