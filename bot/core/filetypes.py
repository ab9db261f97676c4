"""Which files are carried from one side of a case to the other: by their name and, above all, their bytes."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath

LONGEST_NAME = 200
"""Characters of a file's name, its ending included."""

NAMELESS = "file"

SNIFFED = 4096
"""How many bytes decide what text is."""

CERTAIN = 3
"""How many bytes at the beginning of a file say what it is, without an ending to agree with."""

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"

Signature = tuple[bytes, ...]

BINARY: Mapping[str, tuple[str, Signature]] = {
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF????WEBP",)),
    "bmp": ("image/bmp", (b"BM",)),
    "tif": ("image/tiff", (b"II*\0", b"MM\0*")),
    "tiff": ("image/tiff", (b"II*\0", b"MM\0*")),
    "heic": ("image/heic", (b"????ftyphei", b"????ftypmif1", b"????ftypmsf1")),
    "pdf": ("application/pdf", (b"%PDF-",)),
    "docx": (f"{OFFICE}.wordprocessingml.document", ZIP),
    "xlsx": (f"{OFFICE}.spreadsheetml.sheet", ZIP),
    "pptx": (f"{OFFICE}.presentationml.presentation", ZIP),
    "odt": (f"{OPEN}.text", ZIP),
    "ods": (f"{OPEN}.spreadsheet", ZIP),
    "odp": (f"{OPEN}.presentation", ZIP),
    "doc": ("application/msword", OLE),
    "xls": ("application/vnd.ms-excel", OLE),
    "ppt": ("application/vnd.ms-powerpoint", OLE),
    "wps": ("application/vnd.ms-works", OLE),
    "msg": ("application/vnd.ms-outlook", OLE),
    "rtf": ("application/rtf", (b"{\\rtf",)),
    "zip": ("application/zip", ZIP),
    "gz": ("application/gzip", (b"\x1f\x8b",)),
    "tgz": ("application/gzip", (b"\x1f\x8b",)),
    "7z": ("application/x-7z-compressed", (b"7z\xbc\xaf\x27\x1c",)),
    "rar": ("application/vnd.rar", (b"Rar!\x1a\x07",)),
    "pcap": ("application/vnd.tcpdump.pcap", (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4")),
    "pcapng": ("application/x-pcapng", (b"\x0a\x0d\x0d\x0a",)),
    "mp3": ("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "m4a": ("audio/mp4", (b"????ftyp",)),
    "wav": ("audio/wav", (b"RIFF????WAVE",)),
    "ogg": ("audio/ogg", (b"OggS",)),
    "amr": ("audio/amr", (b"#!AMR",)),
    "mp4": ("video/mp4", (b"????ftyp",)),
    "mov": ("video/quicktime", (b"????ftyp", b"????moov", b"????mdat", b"????wide")),
    "avi": ("video/x-msvideo", (b"RIFF????AVI ",)),
    "webm": ("video/webm", (b"\x1a\x45\xdf\xa3",)),
    "mkv": ("video/x-matroska", (b"\x1a\x45\xdf\xa3",)),
}
"""What a file with this ending is, and how it must begin; `?` stands for any byte."""

TEXT: Mapping[str, str] = {
    **dict.fromkeys(("txt", "log", "out", "err", "trace", "conf", "cfg", "ini", "properties"), "text/plain"),
    **dict.fromkeys(("sql", "md", "yml", "yaml", "toml", "eml", "diff", "patch"), "text/plain"),
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "xml": "application/xml",
}
"""What a file of words with this ending is."""

ENCODINGS = ("utf-8", "gb18030")
WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Marks at the beginning of UTF-16."""

PROGRAM = re.compile(
    rb"MZ|\x7fELF|#!(?!AMR)|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|\xfe\xed\xfa[\xce\xcf]|L\0\0\0\x01\x14\x02"
)
PAGE = re.compile(
    rb"(?>\xef\xbb\xbf|\s|<\?[^>]*>|<!--.*?-->|<!doctype(?!\s+html)[^>]*>)*+"
    rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|svg|\w+:svg)\b",
    re.IGNORECASE | re.DOTALL,
)
"""What runs, or what a browser would run: carried under no name."""


def kind_of(name: str, data: bytes) -> str | None:
    """Return what a file is (its MIME type) where name and bytes agree on something that is carried."""
    ending = ending_of(name)
    if _runs(data):
        return None
    if ending in TEXT:
        return TEXT[ending] if _is_text(data) else None
    if ending in BINARY:
        mime, signature = BINARY[ending]
        return mime if _begins(data, signature) else None
    return None if ending else _by_bytes(data)


def ending_of(name: str) -> str:
    """Return a name's ending in small letters, without the dot; empty if it has none."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def with_ending(name: str, mime: str) -> str:
    """Return a file's name with the ending of what it is, where it has none: people open files by it."""
    if ending_of(name):
        return name
    ending = next((ending for ending, (kind, _) in BINARY.items() if kind == mime), "")
    return f"{name}.{ending}" if ending else name


def safe_name(name: str) -> str:
    """Return a file's name without a path, without signs that hide or reverse a part of it, not too long."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" or sign == "\u200d")
    words = " ".join(shown.split()).lstrip(". ")
    ending = PurePosixPath(words).suffix
    short = words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - len(ending)] + ending
    return short[:LONGEST_NAME] or NAMELESS


def _begins(data: bytes, signature: Signature) -> bool:
    return any(
        len(data) >= len(each)
        and all(wanted in (ord("?"), found) for wanted, found in zip(each, data, strict=False))
        for each in signature
    )


def _runs(data: bytes) -> bool:
    begins = data[:SNIFFED].removeprefix(WIDE[0]).removeprefix(WIDE[1]).replace(b"\0", b"")
    return bool(PROGRAM.match(data) or PAGE.match(begins))


def _is_text(data: bytes) -> bool:
    if data.startswith(WIDE):
        return True
    if b"\0" in data[:SNIFFED]:
        return False
    return any(_decodes(data, encoding) for encoding in ENCODINGS)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _by_bytes(data: bytes) -> str | None:
    """Return what a file without an ending is: only what its beginning alone makes certain."""
    certain = (row for row in BINARY.values() if min(map(len, row[1])) >= CERTAIN)
    found = (mime for mime, signature in certain if _begins(data, signature))
    return next(found, "text/plain" if data and _is_text(data) else None)
