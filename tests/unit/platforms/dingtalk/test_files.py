"""Pictures and documents go as they are; what DingTalk does not show is packed and arrives all the same."""

import io
import random
import zipfile

import pytest

from bot.core.errors import PermanentDeliveryError
from bot.platforms.dingtalk.files import sendable
from bot.ports import FILE_LIMIT


@pytest.mark.parametrize(
    ("name", "mime", "sent_as"),
    [("shot.png", "image/png", "shot.png"), ("picture", "image/jpeg", "picture.jpg")],
)
def test_a_picture_is_shown_as_one(name: str, mime: str, sent_as: str) -> None:
    file = sendable(name, mime, b"data")

    assert (file.kind, file.name, file.data) == ("image", sent_as, b"data")
    assert file.message("@lAD1") == ("sampleImageMsg", {"photoURL": "@lAD1"})


@pytest.mark.parametrize("name", ["报告.PDF", "a.docx", "b.zip", "c.xlsx"])
def test_a_document_is_a_file(name: str) -> None:
    file = sendable(name, "application/octet-stream", b"data")

    kind, message = file.message("@lAD1")
    assert (file.name, file.data, kind) == (name, b"data", "sampleFile")
    assert message == {
        "mediaId": "@lAD1",
        "fileName": name,
        "fileType": name.rsplit(".", maxsplit=1)[-1].lower(),
    }


@pytest.mark.parametrize(("name", "mime"), [("错误.log", "text/plain"), ("a.webp", "image/webp"), ("x", "")])
def test_anything_else_is_packed(name: str, mime: str) -> None:
    file = sendable(name, mime, b"data" * 100)

    assert file.name == f"{name}.zip"
    assert file.message("@lAD1")[1]["fileType"] == "zip"
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert archive.namelist() == [name]
        assert archive.read(name) == b"data" * 100


@pytest.mark.parametrize(("mime", "ending"), [("audio/amr", ".amr"), ("image/webp", ".webp"), ("", "")])
def test_what_has_no_ending_gets_that_of_what_it_is(mime: str, ending: str) -> None:
    assert sendable("voice", mime, b"data").name == f"voice{ending}.zip"


def test_the_same_file_is_packed_alike() -> None:
    assert sendable("a.log", "", b"1") == sendable("a.log", "", b"1")


def test_what_is_too_large_packed_is_given_up() -> None:
    noise = random.Random(1).randbytes(FILE_LIMIT)

    with pytest.raises(PermanentDeliveryError):
        sendable("a.log", "", noise)
