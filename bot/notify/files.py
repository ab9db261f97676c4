"""Files in words: by their names, and why one does not come."""

from collections.abc import Iterable

from bot.core.message import Attachment, Message, Paragraph
from bot.notify.build import para
from bot.notify.scene import Scene

MEGABYTE = 1024 * 1024


def named(scene: Scene, files: Iterable[Attachment]) -> tuple[Paragraph, ...]:
    """Return one line a file."""
    return tuple(para(scene, "file.one", name=each.name) for each in files)


def what_about(scene: Scene, names: Iterable[str]) -> Message:
    """Ask what files are about that came without words."""
    return Message(blocks=(para(scene, "file.what", names=scene.say("word.comma").join(names)),))


def not_carried(scene: Scene, name: str, reason: str, *, limit: int) -> Message:
    """Say that a file does not come, and why: `reason` is the key of the sentence, `limit` is in bytes."""
    return Message(blocks=(para(scene, reason, name=name, limit=limit // MEGABYTE),))
