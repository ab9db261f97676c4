"""An article drafted from a solved case: its words, without whatever tells whose case it was."""

import re
from collections.abc import Iterable

GONE = "[…]"
SHORTEST_NAME = 2  # characters; a shorter one stands in every other word

PRIVATE = re.compile(
    r"""
    [\w.+-]+@[\w-]+(?:\.[\w-]+)+                                 # an e-mail address
    | (?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\d+)?(?![\w.])     # an address in a network
    | (?<![\w:])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:])       # an address of a device
    | (?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])    # IPv6
    | (?<!\w)[A-Z]{1,4}-\d{8}-\d{4}(?!\w)                        # a case's number
    | (?<![\w-])\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?(?![\w-])  # the number of a bank card
    | (?<![\w-])\d{6}[ -]\d{8}[ -]\d{3}[\dX](?![\w-])           # an identity number with gaps
    | (?<![\w-])(?:\+?\d{1,3}[ -]?)?(?:\(\d{3,4}\)[ -]?|\d{3,4}[ -])\d{3,4}[ -]?\d{4}(?![\w-])  # a telephone
    | (?<![\w-])\+\d{1,3}(?:[ -]?\d{2,4}){2,4}(?![\w-])           # a telephone abroad
    | (?<![\w-])\+?(?:86)?1[3-9]\d{9}(?![\w-])                   # a mobile telephone
    | (?<!\w)\d{15,19}[\dX]?(?!\w)                               # an identity or account number
    | (?<!\w)(?:S/?N|序列号|工号|学号|身份证号?|护照号?|微信号?|QQ号?)\s*(?:是|为|[:：#])?\s*
      [A-Z0-9_-]{4,}(?:[ ]\d{3,}X?)*
    | (?<!\w)(?:密码|口令|password|passwd|pwd)\s*(?:是|为|is|[:：=])\s*(?=[!-~]*\d)[!-~]{3,}
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""What may tell whose case it was by its form alone."""


def scrubbed(text: str, names: Iterable[str]) -> str:
    """Return words without private data: names as given, the longest first, and what looks like such."""
    known = sorted({name for name in names if len(name) >= SHORTEST_NAME}, key=len, reverse=True)
    without = text
    for name in known:
        bounds = (r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])") if name.isascii() else ("", "")
        without = re.sub(f"{bounds[0]}{re.escape(name)}{bounds[1]}", GONE, without, flags=re.IGNORECASE)
    return PRIVATE.sub(GONE, without)
