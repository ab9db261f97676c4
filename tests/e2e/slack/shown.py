"""What a person reads of Slack's messages and forms, as plain text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

ONE_LINE = frozenset({"rich_text_section", "rich_text_quote"})
NO_WORDS = frozenset({"actions", "input"})


@dataclass(frozen=True)
class Post:
    """A message as it stands; `text` is what its blocks show, else its plain text."""

    channel: str
    ts: str
    user: str
    text: str
    thread: str | None
    buttons: tuple[Json, ...]
    files: tuple[Json, ...]


@dataclass(frozen=True)
class Form:
    """A modal somebody has open; its inputs by their labels."""

    title: str
    text: str
    inputs: Mapping[str, Json]


def post(message: Json) -> Post:
    blocks = message.get("blocks") or []
    return Post(
        channel=message["channel"],
        ts=message["ts"],
        user=message.get("user", ""),
        text=_text(blocks) or message.get("text", ""),
        thread=message.get("thread_ts"),
        buttons=tuple(_buttons(blocks)),
        files=tuple(message.get("files", ())),
    )


def form(view: Json) -> Form:
    return Form(
        title=view["title"]["text"],
        text=_text(view["blocks"]),
        inputs={block["label"]["text"]: block for block in view["blocks"] if block["type"] == "input"},
    )


def given(element: Json, value: str) -> Json:
    """Return the state of a form's element that was given a value."""
    kind = element["type"]
    match kind:
        case "static_select" | "radio_buttons":
            chosen = (each for each in element["options"] if value in (each["value"], each["text"]["text"]))
            return {"type": kind, "selected_option": next(chosen)}
        case "users_select":
            return {"type": kind, "selected_user": value}
        case "timepicker":
            return {"type": kind, "selected_time": value}
        case _:
            return {"type": kind, "value": value}


def _text(blocks: Sequence[Json]) -> str:
    return "\n".join("".join(_words(block)).strip() for block in blocks if block["type"] not in NO_WORDS)


def _words(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _words(each)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("text"), str):
        yield node["text"]
    elif node.get("type") == "user":
        yield f"<@{node['user_id']}>"
    else:
        for each in node.values():
            yield from _words(each)
    if node.get("type") in ONE_LINE:
        yield "\n"


def _buttons(blocks: Sequence[Json]) -> Iterator[Json]:
    for block in blocks:
        if block["type"] == "actions":
            for element in block["elements"]:
                yield {**element, "block_id": block.get("block_id")}
