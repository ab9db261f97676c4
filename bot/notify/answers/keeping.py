"""What those who keep articles are told: what they wrote, what it was before, what waits for them."""

from collections.abc import Iterable, Sequence

from bot.core.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    Code,
    Line,
    Message,
    Paragraph,
    Quote,
    Span,
    Style,
)
from bot.core.text import cut
from bot.core.verbs import Verb
from bot.kb.article import Article
from bot.kb.editing import Edit
from bot.notify.build import para
from bot.notify.scene import Scene
from bot.notify.times import date_words, stamp

SHOWN_EDITS = 10
SHOWN_ANSWER = 400
"""Characters of an answer that a confirmation repeats."""


def said_anew(scene: Scene, article: Article, version: int, alike: Sequence[Article]) -> Message:
    """Confirm that an article was written: how it reads now, what says nearly the same, and the way back."""
    return Message(
        title=scene.line("kb.written", article=Code(article.id), version=version),
        blocks=(
            *_text(article),
            *_limits(scene, article),
            *_alike(scene, alike),
            Buttons((_undo(scene, article.id, version),)),
        ),
    )


def withdrawn(scene: Scene, name: str, version: int) -> Message:
    """Confirm that an article is in force no more."""
    return Message(
        blocks=(para(scene, "kb.retired", article=Code(name)), Buttons((_undo(scene, name, version),))),
    )


def taken_back(scene: Scene, name: str, article: Article | None) -> Message:
    """Confirm that an edit was taken back, with what is in force now."""
    key = "kb.undone" if article else "kb.undone_to_nothing"
    return Message(
        title=scene.line(key, article=Code(name)),
        blocks=_text(article) if article else (),
    )


def draft_to_check(scene: Scene, number: int, case: str, article: Article) -> Message:
    """Show a draft to whoever is to look it through, before anybody else sees it."""
    return Message(
        title=scene.line("kb.draft", number=number, case=case),
        blocks=(
            *_text(article),
            para(scene, "kb.draft_check", how=Code(scene.say("kb.draft_how", number=number))),
            Buttons(
                (
                    Button(
                        label=scene.say("button.publish"),
                        verb=Verb.KB,
                        words=f"publish {number}",
                        style=Style.PRIMARY,
                    ),
                    Button(label=scene.say("button.drop"), verb=Verb.KB, words=f"drop {number}"),
                )
            ),
        ),
    )


def versions(scene: Scene, name: str, article: Article | None, edits: Sequence[Edit]) -> Message:
    """Show an article as it is, and who changed it when."""
    lines = tuple(_version(scene, edit) for edit in reversed(edits[-SHOWN_EDITS:]))
    blocks: list[Block] = [*_text(article), *_limits(scene, article)] if article else []
    if article is None:
        blocks.append(para(scene, "kb.not_in_force"))
    blocks.append(Bullets(lines) if lines else para(scene, "kb.no_edits"))
    return Message(title=scene.line("kb.versions", article=Code(name)), blocks=tuple(blocks))


def _version(scene: Scene, edit: Edit) -> Line:
    return scene.line(
        f"kb.edit.{edit.kind}",
        version=edit.version,
        at=stamp(scene, edit.at),
        who=scene.name(edit.by) if edit.by else scene.say("kb.erased"),
        note=scene.say("kb.note", note=cut(edit.note, SHOWN_ANSWER)) if edit.note else "",
    )


def _text(article: Article) -> tuple[Quote, ...]:
    return tuple(
        Quote(f"{article.titles[lang]}\n{cut(article.answers[lang], SHOWN_ANSWER)}")
        for lang in article.languages
    )


def _limits(scene: Scene, article: Article) -> tuple[Paragraph, ...]:
    """Say whom an article is for and when, where it is not for everybody always."""
    limits: list[tuple[str, Span]] = [
        (name, Code(scene.say("word.comma").join(values)))
        for name in ("customers", "contracts", "products", "schemes")
        if (values := getattr(article, name))
    ]
    days = (("from", article.valid_from), ("until", article.valid_until))
    limits += [(name, date_words(scene, day)) for name, day in days if day]
    if article.audience == "staff":
        limits.insert(0, ("audience", scene.say("kb.limit.staff")))
    return tuple(para(scene, f"kb.limit.{name}", value=value) for name, value in limits)


def _alike(scene: Scene, alike: Iterable[Article]) -> tuple[Paragraph, ...]:
    return tuple(para(scene, "kb.alike", article=Code(each.id)) for each in alike)


def _undo(scene: Scene, name: str, version: int) -> Button:
    return Button(label=scene.say("button.undo"), verb=Verb.KB, words=f"undo {name} {version}")
