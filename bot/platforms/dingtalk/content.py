"""What a bot message of DingTalk says: its words, its files, and what it answers."""

import json
from collections.abc import Callable, Mapping

from bot.core.inbound import Sent
from bot.core.people import Language
from bot.core.text import cut
from bot.notify.texts import Texts
from bot.platforms.dingtalk.raw import Table, rows, table, words

OVER_QUOTA = "20001"
QUOTED_LENGTH = 500

Content = tuple[str, tuple[Sent, ...]]


def is_over_quota(data: Table) -> bool:
    """Tell whether a message came without its words because the organisation's month is used up."""
    return words(data, "errorCode") == OVER_QUOTA


def content(data: Table, texts: Texts, lang: Language) -> Content:
    """Return the words of a message and its files; words that stand for it where it can not be read."""
    read = READERS.get(words(data, "msgtype"), _anything)
    found = read(data)
    if found is None:
        lost = is_over_quota(data) or words(data, "msgtype") in READERS
        return texts.say("carried.unread" if lost else "carried.unknown", lang), ()
    text, files = found
    if words(data, "msgtype") == "audio":
        text = texts.say("carried.voice" if text else "carried.unheard", lang, words=text)
    return text.strip(), files


def quote(data: Table) -> str:
    """Return what a message answers, as lines marked as somebody else's; empty if nothing can be read."""
    replied = table(data, "text", "repliedMsg")
    rich = "".join(words(each, "text") for each in rows(replied, "content", "richText"))
    body = words(replied, "content", "text") or words(replied, "content", "content") or rich
    return "\n".join(f"> {line}" for line in cut(body, QUOTED_LENGTH).strip().splitlines())


def _text(data: Table) -> Content | None:
    """Words; none at all, as somebody who only calls the bot writes them, can be read too."""
    return (words(data, "text", "content"), ()) if "content" in table(data, "text") else None


def _rich(data: Table) -> Content | None:
    parts = tuple(rows(data, "content", "richText"))
    codes = filter(None, map(_code, parts))
    files = tuple(_sent(data, code, f"picture-{number}") for number, code in enumerate(codes, 1))
    return ("".join(words(each, "text") for each in parts), files) if parts else None


def _picture(data: Table) -> Content | None:
    return _file(data, "picture")


def _voice(data: Table) -> Content | None:
    recognised = words(data, "content", "recognition").strip()
    found = _file(data, "voice")
    return (recognised, found[1] if found else ()) if recognised or found else None


def _video(data: Table) -> Content | None:
    return _file(data, f"video.{words(data, 'content', 'videoType') or 'mp4'}")


def _any_file(data: Table) -> Content | None:
    return _file(data, words(data, "content", "fileName") or "file")


def _anything(data: Table) -> Content | None:
    """Read what this version does not know: whatever of it is words, else a file."""
    text = next(filter(None, (words(data, *path).strip() for path in WORDS_ANYWHERE)), "")
    return (text, ()) if text else _any_file(data)


READERS: Mapping[str, Callable[[Table], Content | None]] = {
    "text": _text,
    "richText": _rich,
    "picture": _picture,
    "audio": _voice,
    "video": _video,
    "file": _any_file,
}
"""By msgtype; of these a robot gets only the first three in a group."""

WORDS_ANYWHERE = (
    ("text", "content"),
    ("content", "text"),
    ("content", "content"),
    ("content", "title"),
    ("content",),
)


def _file(data: Table, name: str) -> Content | None:
    code = _code(table(data, "content"))
    return ("", (_sent(data, code, name),)) if code else None


def _code(part: Table) -> str:
    return words(part, "downloadCode") or words(part, "pictureDownloadCode")


def _sent(data: Table, code: str, name: str) -> Sent:
    """Return a file; DingTalk asks for the code it came with and for the robot it came to."""
    return Sent(ref=json.dumps({"downloadCode": code, "robotCode": words(data, "robotCode")}), name=name)
