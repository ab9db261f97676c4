"""What DingTalk pushes, as captured: one file a kind."""

import json
from pathlib import Path

from pydantic import JsonValue

FOLDER = Path(__file__).parents[3] / "payloads" / "dingtalk"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))

GROUP = "cid6KeBBLoveMJOGXoYKF5x7EeiodoA=="
SPEAKER = "452523285939877041"
LIN = "user123"
ROBOT = "ding1fakerobot"


def captured(name: str, **changes: JsonValue) -> dict[str, JsonValue]:
    """Return one push, changed for the test; what is changed to None is left out."""
    data: dict[str, JsonValue] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return {key: value for key, value in (data | changes).items() if value is not None}
