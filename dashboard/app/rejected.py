"""Why lines were refused: the rules that they broke, counted."""

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator

UNPACKED = 8 * 1024 * 1024
"""Bytes of one file of refused lines that are looked at: some 20,000 lines."""
PACKED = UNPACKED
"""Bytes of it that are read: text that does not shrink is not read further than it is looked at."""

_VALUE = re.compile(r", got |; ")
_ASIDE = re.compile(r" \([^()]*\)$")


def rule_of(reason: str) -> str:
    """The first rule of a reason, without the value that broke it: a line counts once."""
    rule = _VALUE.split(reason, maxsplit=1)[0]
    return _ASIDE.sub("", rule)


def reasons(packed: bytes) -> Counter[str]:
    """Lines by rule, as far as they are whole within the limit."""
    counted: Counter[str] = Counter()
    *whole, _ = _unpacked(packed).split(b"\n")
    for line in whole:
        counted[rule_of(json.loads(line)["reason"])] += 1
    return counted


def _unpacked(packed: bytes) -> bytes:
    return b"".join(_pieces(packed))


def _pieces(packed: bytes) -> Iterator[bytes]:
    """The file's members one after the other; a cut one gives what is there."""
    left = UNPACKED
    while packed and left > 0:
        member = zlib.decompressobj(wbits=31)
        piece = member.decompress(packed, left)
        left -= len(piece)
        yield piece
        if not member.eof:
            return
        packed = member.unused_data
