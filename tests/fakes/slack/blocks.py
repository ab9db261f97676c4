"""Block Kit's rules as tables: what may stand in a message and in a view, and how long it may be."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
"""Finds what is wrong with a value that stands at a path."""

MOST_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
MOST_BLOCK_TEXT = 13_200
MOST_VIEW_BYTES = 250_000


def words(least: int, most: int) -> Check:
    """Expect a string of this length."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{path}: must be a string"
        elif not least <= len(value) <= most:
            yield f"{path}: must be {least} to {most} characters, has {len(value)}"

    return check


def shaped(pattern: str) -> Check:
    """Expect a string of this form."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield f"{path}: must look like {pattern}"

    return check


def one_of(*values: str) -> Check:
    """Expect one of these words."""

    def check(value: Any, path: str) -> Iterator[str]:
        if value not in values:
            yield f"{path}: must be one of {', '.join(values)}"

    return check


def flag(value: Any, path: str) -> Iterator[str]:
    """Expect true or false."""
    if not isinstance(value, bool):
        yield f"{path}: must be true or false"


def number(least: int, most: int) -> Check:
    """Expect a whole number within bounds."""

    def check(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield f"{path}: must be a number from {least} to {most}"

    return check


def thing(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Expect an object with these fields and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path}: must be an object"
            return
        for name in required.keys() - value.keys():
            yield f"{path}.{name}: is missing"
        for name, inner in value.items():
            if name not in known:
                yield f"{path}.{name}: is not known"
            else:
                yield from known[name](inner, f"{path}.{name}")

    return check


def many(inner: Check, least: int, most: int) -> Check:
    """Expect a list of so many."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path}: must be a list"
            return
        if not least <= len(value) <= most:
            yield f"{path}: must have {least} to {most} elements, has {len(value)}"
        for index, each in enumerate(value):
            yield from inner(each, f"{path}[{index}]")

    return check


def kind(table: Mapping[str, Check]) -> Check:
    """Expect an object whose `type` is one of the table's."""

    def check(value: Any, path: str) -> Iterator[str]:
        found = value.get("type") if isinstance(value, dict) else None
        inner = table.get(str(found))
        if inner is None:
            yield f"{path}: unsupported type {found!r}"
        else:
            yield from inner({name: each for name, each in value.items() if name != "type"}, path)

    return check


def plain_text(most: int) -> Check:
    """Expect a plain text object."""
    return kind({"plain_text": thing({"text": words(1, most)}, {"emoji": flag})})


def any_text(most: int) -> Check:
    """Expect a text object of either kind."""
    return kind(
        {
            "plain_text": thing({"text": words(1, most)}, {"emoji": flag}),
            "mrkdwn": thing({"text": words(1, most)}, {"verbatim": flag}),
        }
    )


URL = shaped(r"(?:https?|mailto|slack|tel):\S{1,3000}")
USER = shaped(r"[UW][A-Z0-9]+")
ID = words(1, 255)
OPTION = thing({"text": any_text(75), "value": words(1, 150)}, {"description": plain_text(75)})
CONFIRM = thing(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)
PLACEHOLDER = plain_text(150)
SELECT: Mapping[str, Check] = {"action_id": ID}
SELECT_OPTIONAL: Mapping[str, Check] = {"placeholder": PLACEHOLDER, "confirm": CONFIRM, "focus_on_load": flag}
ELEMENTS: Mapping[str, Check] = {
    "button": thing(
        {"text": plain_text(75), "action_id": ID},
        {
            "value": words(1, 2000),
            "url": URL,
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": words(1, 75),
        },
    ),
    "static_select": thing(
        {**SELECT, "options": many(OPTION, 1, 100)}, {**SELECT_OPTIONAL, "initial_option": OPTION}
    ),
    "users_select": thing(SELECT, {**SELECT_OPTIONAL, "initial_user": USER}),
    "datepicker": thing(SELECT, {**SELECT_OPTIONAL, "initial_date": shaped(r"\d{4}-\d\d-\d\d")}),
    "timepicker": thing(
        SELECT, {**SELECT_OPTIONAL, "initial_time": shaped(r"\d\d:\d\d"), "timezone": words(1, 64)}
    ),
    "overflow": thing({**SELECT, "options": many(OPTION, 1, 5)}, {"confirm": CONFIRM}),
    "radio_buttons": thing(
        {**SELECT, "options": many(OPTION, 1, 10)}, {"initial_option": OPTION, "focus_on_load": flag}
    ),
}
INPUTS: Mapping[str, Check] = {
    **{name: check for name, check in ELEMENTS.items() if name not in {"button", "overflow"}},
    "plain_text_input": thing(
        {"action_id": ID},
        {
            "multiline": flag,
            "initial_value": words(0, 3000),
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
            "placeholder": PLACEHOLDER,
            "focus_on_load": flag,
        },
    ),
}
STYLE = thing({}, dict.fromkeys(("bold", "italic", "strike", "code", "highlight", "client_highlight"), flag))
INLINE: Mapping[str, Check] = {
    "text": thing({"text": words(1, MOST_BLOCK_TEXT)}, {"style": STYLE}),
    "link": thing({"url": URL}, {"text": words(1, 3000), "unsafe": flag, "style": STYLE}),
    "user": thing({"user_id": USER}, {"style": STYLE}),
    "usergroup": thing({"usergroup_id": shaped(r"S[A-Z0-9]+")}, {"style": STYLE}),
    "channel": thing({"channel_id": shaped(r"[CGD][A-Z0-9]+")}, {"style": STYLE}),
    "broadcast": thing({"range": one_of("here", "channel", "everyone")}, {"style": STYLE}),
    "emoji": thing({"name": words(1, 100)}, {"unicode": words(1, 100), "style": STYLE}),
    "date": thing({"timestamp": number(0, 2**40), "format": words(1, 200)}, {"fallback": words(1, 200)}),
}
LINES = many(kind(INLINE), 0, 10_000)
SECTION = thing({"elements": LINES})
RICH: Mapping[str, Check] = {
    "rich_text_section": SECTION,
    "rich_text_quote": thing({"elements": LINES}, {"border": number(0, 1)}),
    "rich_text_preformatted": thing({"elements": LINES}, {"border": number(0, 1), "language": words(1, 50)}),
    "rich_text_list": thing(
        {
            "style": one_of("bullet", "ordered"),
            "elements": many(kind({"rich_text_section": SECTION}), 1, 10_000),
        },
        {"indent": number(0, 8), "offset": number(0, 10_000), "border": number(0, 1)},
    ),
}
BLOCK_ID: Mapping[str, Check] = {"block_id": ID}
IMAGE = thing(
    {"alt_text": words(1, 2000)}, {"image_url": URL, "slack_file": thing({}, {"id": ID, "url": URL})}
)
SHARED_BLOCKS: Mapping[str, Check] = {
    "section": thing(
        {},
        {
            **BLOCK_ID,
            "text": any_text(3000),
            "fields": many(any_text(2000), 1, 10),
            "accessory": kind({**ELEMENTS, "image": IMAGE}),
            "expand": flag,
        },
    ),
    "header": thing({"text": plain_text(150)}, BLOCK_ID),
    "divider": thing({}, BLOCK_ID),
    "actions": thing({"elements": many(kind(ELEMENTS), 1, 25)}, BLOCK_ID),
    "context": thing(
        {
            "elements": many(
                kind(
                    {
                        "plain_text": thing({"text": words(1, 3000)}, {"emoji": flag}),
                        "mrkdwn": thing({"text": words(1, 3000)}, {"verbatim": flag}),
                        "image": IMAGE,
                    }
                ),
                1,
                10,
            )
        },
        BLOCK_ID,
    ),
    "rich_text": thing({"elements": many(kind(RICH), 1, 10_000)}, BLOCK_ID),
    "image": thing(
        {"alt_text": words(1, 2000)},
        {
            **BLOCK_ID,
            "image_url": URL,
            "title": plain_text(2000),
            "slack_file": thing({}, {"id": ID, "url": URL}),
        },
    ),
}
VIEW_BLOCKS: Mapping[str, Check] = {
    **SHARED_BLOCKS,
    "input": thing(
        {"label": plain_text(2000), "element": kind(INPUTS)},
        {**BLOCK_ID, "hint": plain_text(2000), "optional": flag, "dispatch_action": flag},
    ),
}
MODAL = {
    "modal": thing(
        {"title": plain_text(24), "blocks": many(kind(VIEW_BLOCKS), 1, MOST_VIEW_BLOCKS)},
        {
            "submit": plain_text(24),
            "close": plain_text(24),
            "private_metadata": words(0, 3000),
            "callback_id": words(1, 255),
            "external_id": words(1, 255),
            "clear_on_close": flag,
            "notify_on_close": flag,
        },
    )
}
HOME = {
    "home": thing(
        {"blocks": many(kind(VIEW_BLOCKS), 0, MOST_VIEW_BLOCKS)},
        {"private_metadata": words(0, 3000), "callback_id": words(1, 255), "external_id": words(1, 255)},
    )
}


def faults_of_blocks(blocks: Any) -> list[str]:
    """Find what is wrong with a message's blocks."""
    return [
        *many(kind(SHARED_BLOCKS), 1, MOST_BLOCKS)(blocks, "blocks"),
        *_ids(blocks),
        *(
            f"blocks[{index}]: a section needs text or fields"
            for index, block in enumerate(blocks if isinstance(blocks, list) else ())
            if isinstance(block, dict)
            and block.get("type") == "section"
            and not {"text", "fields"} & block.keys()
        ),
    ]


def faults_of_view(view: Any, *, home: bool = False) -> list[str]:
    """Find what is wrong with a modal or a home."""
    faults = [*kind(HOME if home else MODAL)(view, "view"), *_ids(view.get("blocks", ()))]
    inputs = [block for block in view.get("blocks", ()) if block.get("type") == "input"]
    if inputs and not home and "submit" not in view:
        faults.append("view: inputs need a submit")
    if len(json.dumps(view)) > MOST_VIEW_BYTES:
        faults.append("view: is too large")
    return faults


def amount_of_text(value: Any) -> int:
    """Count the characters of all texts in blocks."""
    if isinstance(value, list):
        return sum(map(amount_of_text, value))
    if isinstance(value, dict):
        own = value["text"] if isinstance(value.get("text"), str) else ""
        return len(own) + sum(amount_of_text(each) for each in value.values())
    return 0


def _ids(blocks: Any) -> Iterator[str]:
    """Find ids that stand twice: of blocks in a surface, of elements in a block."""
    if not isinstance(blocks, list | tuple):
        return
    named = [block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block]
    yield from (f"block_id {name} stands twice" for name in {each for each in named if named.count(each) > 1})
    for block in blocks:
        elements = block.get("elements", ()) if isinstance(block, dict) else ()
        actions = [each["action_id"] for each in elements if isinstance(each, dict) and "action_id" in each]
        yield from (f"action_id {name} stands twice" for name in {a for a in actions if actions.count(a) > 1})
