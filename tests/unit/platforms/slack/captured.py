"""What Slack sends, as captured: one file a kind."""

import json
from pathlib import Path

from bot.platforms.slack.intake import Us

FOLDER = Path(__file__).parents[3] / "payloads" / "slack"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
US = Us(team="T0CASEBELL", bot="U0BELL")


def captured(name: str) -> dict[str, object]:
    """Return one body, for the test alone."""
    body: dict[str, object] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return body
