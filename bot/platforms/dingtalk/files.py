"""Pictures and files as DingTalk takes them: what it does not show is packed into an archive."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import JsonValue

from bot.core.errors import PermanentDeliveryError
from bot.ports import FILE_LIMIT

PICTURES: Mapping[str, str] = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
}
"""What is shown as a picture, by what it is."""

DOCUMENTS = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})
"""What is shown as a file, by the end of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sendable:
    """A picture or file to upload, and how it is shown."""

    kind: str
    name: str
    data: bytes

    def message(self, media: str) -> tuple[str, dict[str, JsonValue]]:
        """Return the kind of message that shows it, and the message."""
        if self.kind == "image":
            return "sampleImageMsg", {"photoURL": media}
        return "sampleFile", {"mediaId": media, "fileName": self.name, "fileType": _ending(self.name)}


def sendable(name: str, mime: str, data: bytes) -> Sendable:
    """Return a picture or file as DingTalk takes it.

    Raises:
        PermanentDeliveryError: it has to be packed, and is too large packed.
    """
    if mime in PICTURES:
        shown = name if PurePath(name).suffix else f"{name}{PICTURES[mime]}"
        return Sendable(kind="image", name=shown, data=data)
    if _ending(name) in DOCUMENTS:
        return Sendable(kind="file", name=name, data=data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    if packed.tell() > FILE_LIMIT:
        raise PermanentDeliveryError("the file is too large to be packed for DingTalk")
    return Sendable(kind="file", name=f"{name}.zip", data=packed.getvalue())


def _ending(name: str) -> str:
    return PurePath(name).suffix.removeprefix(".").lower()
