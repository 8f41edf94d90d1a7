# syntax=docker/dockerfile:1
#
# wspec, and Autobahn's wstest, in a small image.
#
#   docker build --tag wspec .                    runs as nobody in particular
#   docker build --tag wspec:wstest --target wstest .
#                                                 runs as root, as Autobahn's image does: folders
#                                                 that Docker makes for its mounts are root's
#
# Everything else is the same in both: wspec and wstest on the PATH, wstest at /opt/pypy/bin, /config
# and /reports, port 9001, and fuzzingserver where no other command is given.

FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
# On Alpine what Rust links is static.
RUN CARGO_PROFILE_RELEASE_STRIP=symbols cargo build --release --locked --bin wspec

FROM alpine:3.22 AS wstest
# Scripts that were written for Autobahn's image start theirs with either shell.
RUN apk add --no-cache bash \
    && install -d -m 1777 /config /reports \
    && install -d /opt/pypy/bin
COPY --from=build /source/target/release/wspec /usr/local/bin/wspec
RUN ln -s wspec /usr/local/bin/wstest \
    && ln -s /usr/local/bin/wspec /opt/pypy/bin/wstest
COPY docker/config/ /config/
# For those who give no spec: in the working directory wstest would make these itself.
COPY docker/config/ /
WORKDIR /
VOLUME ["/config", "/reports"]
# Of fuzzingserver, and of its page for browsers.
EXPOSE 9001 8080
CMD ["wstest", "--mode", "fuzzingserver", "--spec", "/config/fuzzingserver.json"]

FROM wstest AS wspec
# Whoever mounts a folder for reports gives his own: docker run --user "$(id -u):$(id -g)" …
USER 10001:10001
