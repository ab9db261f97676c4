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
from bot.kb.editing import Conflict, Edit
from bot.kb.wanted import Alias, Gap, Todo
from bot.notify.build import para
from bot.notify.scene import Scene
from bot.notify.texts import as_line
from bot.notify.times import date_words, stamp

SHOWN_EDITS = 10
SHOWN_ITEMS = 5
SHOWN_WORDS = 20
SHOWN_QUESTION = 80
MOST_BUTTONS = 8
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


def to_do(scene: Scene, todo: Todo) -> Message:
    """List what the knowledge base lacks, the weightiest first; what one press can do is a button."""
    if todo.nothing:
        return Message(blocks=(para(scene, "kb.nothing_to_do"),))
    return Message(
        title=scene.line("kb.todo"),
        blocks=(
            *_section(scene, "gaps", [_gap(scene, each) for each in todo.gaps]),
            *_section(scene, "aliases", [_alias(scene, each) for each in todo.aliases]),
            *_section(scene, "drafts", [_draft(scene, *each) for each in todo.drafts]),
            *_section(scene, "twins", [as_line(Code(one), " · ", Code(other)) for one, other in todo.twins]),
            *_section(scene, "stale", [_aged(scene, each) for each in todo.stale]),
            *_section(scene, "ending", [_ending(scene, each) for each in todo.ending]),
            *_section(scene, "conflicts", [_conflict(scene, each) for each in todo.conflicts]),
            *_presses(scene, todo),
        ),
    )


def _section(scene: Scene, name: str, lines: Sequence[Line]) -> tuple[Block, ...]:
    if not lines:
        return ()
    more = len(lines) - SHOWN_ITEMS
    rest = (scene.line("kb.more", number=more),) if more > 0 else ()
    return (para(scene, f"kb.todo_{name}"), Bullets((*lines[:SHOWN_ITEMS], *rest)))


def _presses(scene: Scene, todo: Todo) -> tuple[Buttons, ...]:
    drafts = [
        Button(label=scene.say("button.draft", case=each.case), verb=Verb.KB, words=f"add {each.case}")
        for each in todo.gaps[:SHOWN_ITEMS]
        if each.case
    ]
    aliases = [
        Button(
            label=scene.say("button.alias", words=cut(each.words, SHOWN_WORDS)),
            verb=Verb.KB,
            words=f"edit {each.article} {each.language} alias {each.words}",
        )
        for each in todo.aliases[:SHOWN_ITEMS]
    ]
    buttons = (*drafts, *aliases)[:MOST_BUTTONS]
    return (Buttons(buttons),) if buttons else ()


def _gap(scene: Scene, gap: Gap) -> Line:
    counts = {"unanswered": gap.unanswered, "badly": gap.badly, "people": gap.people}
    line = scene.line("kb.gap", times=gap.times, question=Code(cut(gap.question, SHOWN_QUESTION)), **counts)
    given = scene.line("kb.gap_given", articles=Code(scene.say("word.comma").join(gap.given)))
    return (*line, *given) if gap.given else line


def _alias(scene: Scene, alias: Alias) -> Line:
    return scene.line("kb.alias", words=Code(alias.words), article=Code(alias.article), times=alias.times)


def _draft(scene: Scene, number: int, case: str) -> Line:
    return scene.line("kb.draft_of", number=number, case=Code(case))


def _aged(scene: Scene, article: Article) -> Line:
    return scene.line("kb.aged", article=Code(article.id), updated=date_words(scene, article.updated))


def _ending(scene: Scene, article: Article) -> Line:
    until = date_words(scene, article.valid_until) if article.valid_until else ""
    return scene.line("kb.ends", article=Code(article.id), until=until)


def _conflict(scene: Scene, conflict: Conflict) -> Line:
    return scene.line(f"kb.conflict.{conflict.kind}", article=Code(conflict.article))


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
