#!/usr/bin/env python3
"""A parser of WebSocket frames behind `wspec fuzz parser`:

    wspec fuzz parser -- python3 examples/parser.py
    wspec fuzz parser --sender server -- python3 examples/parser.py

Put your own parser in the place of `parse`; all else can stay.
"""

import json
import os
import struct
import sys

FROM_CLIENT = os.environ["WSPEC_SENDER"] == "client"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Refused(Exception):
    """The octets break RFC 6455, so the connection has to be failed."""


def parse(octets):
    """Yields the complete frames: FIN, reserved bits, opcode, payload."""
    while True:
        if len(octets) < 2:
            return
        first, second = octets[0], octets[1]
        fin, rsv, opcode = first >= 0x80, first >> 4 & 7, first & 0xF
        masked, length, at = second >= 0x80, second & 0x7F, 2
        if rsv:
            raise Refused("a reserved bit is set")
        if opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise Refused("the opcode is reserved")
        if masked != FROM_CLIENT:
            raise Refused("masked" if masked else "not masked")
        if opcode >= 8 and not fin:
            raise Refused("a control frame in fragments")
        if opcode >= 8 and length > 125:
            raise Refused("a control frame of more than 125 octets")
        if length >= 126:
            form, size = (">H", 2) if length == 126 else (">Q", 8)
            if len(octets) < at + size:
                return
            (length,) = struct.unpack_from(form, octets, at)
            at += size
        key = bytes(4)
        if masked:
            key = octets[at : at + 4]
            at += 4
        if len(octets) < at + length:
            return
        payload = bytes(o ^ key[i % 4] for i, o in enumerate(octets[at : at + length]))
        yield fin, rsv, opcode, payload
        octets = octets[at + length :]


def answer(octets):
    """What the parser makes of the octets, as wspec reads it."""
    answer = {"frames": []}
    try:
        for fin, rsv, opcode, payload in parse(octets):
            frame = {"fin": fin, "rsv": rsv, "opcode": opcode, "payload": payload.hex()}
            answer["frames"].append(frame)
    except Refused as refused:
        answer["error"] = str(refused)
    return answer


def main():
    while head := sys.stdin.buffer.read(4):
        (length,) = struct.unpack(">I", head)
        print(json.dumps(answer(sys.stdin.buffer.read(length))), flush=True)


if __name__ == "__main__":
    main()
