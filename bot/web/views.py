"""What the chat's templates draw: lines, list entries and faces, worked out."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from babel.dates import format_skeleton
from markupsafe import Markup

from bot.core.filetypes import ending_of
from bot.core.message import Attachment, Button
from bot.core.people import Language, PersonId
from bot.core.text import cut
from bot.directory.lookup import Directory
from bot.directory.model import Person
from bot.notify import plain
from bot.ports import ChatLine
from bot.web.render import blocks_html, line_html
from bot.web.seen import Conversation, Kind, role_of
from bot.web.site import LOCALES, Look, Site
from bot.web.typed import typed_html

HUES = 12
"""How many avatar colours the style sheet has."""
SHORT = 120
"""How many characters of a reply stand below the line it answers."""
TOGETHER = timedelta(minutes=5)
"""Lines of one author this close together share a face."""
# A button syncs with itself: it would inherit the list's queue, where the next refresh replaces what waits.
ACTING = Markup(
    '<button type="button" class="button {style}" hx-post="{address}/press" hx-vals="{values}" '
    'hx-swap="none" hx-sync="this:drop" hx-disabled-elt="this">{label}</button>'
)
ASKING = Markup(
    '<button type="button" class="button {style}" hx-get="{address}/form" hx-vals="{values}" '
    'hx-target="#dialog" hx-swap="innerHTML" hx-sync="this:drop" aria-haspopup="dialog">{label}…</button>'
)
FILE = Markup('<p class="file"><a href="{address}/files/{line}" download="{name}">📎 {name}</a></p>')
PICTURE = Markup(
    '<p class="file"><a href="{address}/files/{line}" target="_blank" rel="noopener">'
    '<img src="{address}/files/{line}" alt="{name}" loading="lazy"></a></p>'
)
PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "bmp"})
"""Endings of files that are shown instead of named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """How an author is shown; the bot has no initials but its own sign."""

    name: str
    role: str
    initials: str
    hue: int
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Newest:
    """The last reply below a line: who, what in a few words, and when."""

    author: str
    words: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line, ready to draw; `day` is set where a new day begins, `newest` where there are replies."""

    line: ChatLine
    face: Face
    own: bool
    joined: bool
    time: str
    moment: str
    day: str | None
    title: Markup
    body: Markup
    newest: Newest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One conversation in the list."""

    conversation: Conversation
    title: str
    subtitle: str
    unread: int
    current: bool


def face_of(person: Person, language: Language, role: str) -> Face:
    """Return how a person is shown."""
    name = person.name_to(language)
    return Face(name=name, role=role, initials=initials(name), hue=crc32(person.id.encode()) % HUES)


def initials(name: str) -> str:
    """Return what stands in a face: first and last initial, or the last two characters of a Chinese name."""
    words = name.split()
    if not words:
        return "?"
    if not name.isascii() and len(words) == 1:
        return name[-2:]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def title_of(conversation: Conversation, look: Look) -> str:
    """Return what a conversation is called."""
    if conversation.title:
        return conversation.title.to(look.language)
    return look.texts(f"chat.{conversation.kind}")


def subtitle_of(conversation: Conversation, look: Look) -> str:
    """Return the small words below a conversation's name."""
    if conversation.subtitle:
        return conversation.subtitle.to(look.language)
    return "" if conversation.kind is Kind.CUSTOMER else look.texts(f"chat.{conversation.kind}_hint")


def entries(
    seen: tuple[Conversation, ...], unread: Mapping[str, int], look: Look, *, current: str | None
) -> tuple[Entry, ...]:
    """Return the list of conversations."""
    return tuple(
        Entry(
            conversation=each,
            title=title_of(each, look),
            subtitle=subtitle_of(each, look),
            unread=unread.get(each.id, 0),
            current=each.id == current,
        )
        for each in seen
    )


class LineDrawer:
    """Draws the lines of one conversation as one person sees them."""

    def __init__(self, site: Site, look: Look, viewer: Person, address: str) -> None:
        self._site = site
        self._look = look
        self._viewer = viewer
        self._address = address
        self._directory: Directory = site.desk.directory()
        self._zone = self._directory.desk.zone
        self._names = _names(site, self._directory)

    def all(self, lines: tuple[ChatLine, ...], newest: Mapping[int, ChatLine]) -> tuple[LineView, ...]:
        """Draw lines in order, each beside the one before; `newest` are the last replies below them."""
        before = (None, *lines[:-1])
        return tuple(
            self.one(line, earlier, newest.get(line.seq))
            for earlier, line in zip(before, lines, strict=False)
        )

    def one(self, line: ChatLine, before: ChatLine | None = None, newest: ChatLine | None = None) -> LineView:
        """Draw one line; `before` is the one above it, `newest` the last of its replies."""
        new_day = before is None or self._local(before).date() != self._local(line).date()
        joined = (
            before is not None
            and not new_day
            and before.author == line.author
            and not (before.message or line.message)
            and line.said_at - before.said_at < TOGETHER
        )
        return LineView(
            line=line,
            face=self._face(line.author),
            own=line.author == self._viewer.id,
            joined=joined,
            time=self._local(line).strftime("%H:%M"),
            moment=self._site.moment(line.said_at, self._look.language),
            day=self._site.day(line.said_at, self._look.language) if new_day else None,
            title=line_html(line.message.title) if line.message else Markup(""),
            body=blocks_html(line.message, self._button(line), self._file(line))
            if line.message
            else typed_html(line.text, self._names),
            newest=self._newest(line, newest) if newest else None,
        )

    def _newest(self, line: ChatLine, reply: ChatLine) -> Newest:
        at = self._local(reply)
        time = at.strftime("%H:%M")
        if at.date() != self._local(line).date():
            time = f"{format_skeleton('MMMd', at, at.tzinfo, locale=LOCALES[self._look.language])} {time}"
        return Newest(author=self._face(reply.author).name, words=in_short(reply), time=time)

    def _local(self, line: ChatLine) -> datetime:
        return line.said_at.astimezone(self._zone)

    def _face(self, author: str) -> Face:
        t = self._look.texts
        person = self._directory.person(PersonId(author))
        if person is None:
            return Face(name=t("app.name"), role=t("chat.bot"), initials="", hue=0, bot=True)
        return face_of(person, self._look.language, t(f"role.{role_of(person)}"))

    def _button(self, line: ChatLine) -> Callable[[Button], Markup]:
        def draw(button: Button) -> Markup:
            values = button_values(button) | {"line": str(line.seq), "thread": line.thread or ""}
            template = ASKING if self._site.desk.form(button, staff=self._viewer.is_staff) else ACTING
            return template.format(
                style=button.style,
                address=self._address,
                values=json.dumps(values, ensure_ascii=False),
                label=button.label,
            )

        return draw

    def _file(self, line: ChatLine) -> Callable[[Attachment], Markup]:
        def draw(file: Attachment) -> Markup:
            template = PICTURE if ending_of(file.name) in PICTURES else FILE
            return template.format(address=self._address, line=line.seq, name=file.name)

        return draw


def in_short(line: ChatLine) -> str:
    """Return a line's first words: a card's title, or the beginning of what was said."""
    written = plain.plain(line.message, buttons=False) if line.message else line.text.splitlines()
    first = next((words for words in written if words.strip()), "")
    return cut(first, SHORT)


def button_values(button: Button) -> dict[str, str]:
    """Return a button as the values of a form."""
    return {
        "label": button.label,
        "verb": button.verb,
        "case": button.case or "",
        "words": button.words,
        "as_of": "" if button.as_of is None else str(button.as_of),
    }


def _names(site: Site, directory: Directory) -> tuple[str, ...]:
    """Return every name that can be mentioned: the bot's and everybody's."""
    bots = [texts("app.name") for texts in site.texts.values()]
    people = [name for each in directory.people.values() for name in (each.name, each.name_en) if name]
    return (*bots, "bot", *people)
