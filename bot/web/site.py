"""What every page shares: words, looks, templates, and who is asking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from babel.dates import format_date, format_datetime
from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.core.people import Language
from bot.directory.model import Person
from bot.notify.alarms import in_language
from bot.notify.texts import Texts as Sentences
from bot.web.desk import Demo, WebDesk
from bot.web.seen import Conversation, find_conversation, find_person, may_keep
from bot.web.texts import Texts, load_texts

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
REMEMBERED = 365 * 24 * 3600  # seconds a browser keeps a choice
LOCALES = {Language.ZH: "zh_CN", Language.EN: "en_GB"}


class Theme(StrEnum):
    """Whether a page is light or dark; AUTO follows the system."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Look:
    """How a reader wants pages, and whether they keep the knowledge base."""

    texts: Texts
    theme: Theme
    path: str
    keeps: bool

    @property
    def language(self) -> Language:
        """The language of the page."""
        return self.texts.language


class Site:
    """The desk, drawn as pages."""

    def __init__(self, desk: WebDesk) -> None:
        self.desk = desk
        self.texts: Mapping[Language, Texts] = load_texts()
        self._sentences = Sentences.load()
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @property
    def demo(self) -> Demo:
        """What exists in the demo only."""
        if self.desk.demo is None:
            raise HTTPException(404)
        return self.desk.demo

    def look(
        self, request: Request, person: Person | None = None, *, language: Language | None = None
    ) -> Look:
        """Return how a reader wants pages.

        Args:
            request: whose cookies and headers are looked at.
            person: whom the page is for; whom this browser was last, if left out.
            language: the language of the page a fragment is for.
        """
        directory = self.desk.directory()
        reader = person or find_person(directory, request.cookies.get("person", ""))
        chosen = request.cookies.get("language", "")
        theme = request.cookies.get("theme", "")
        if language is None and chosen in set(Language):
            language = Language(chosen)
        if language is None:
            language = reader.language if reader else _accepted(request) or directory.desk.language
        return Look(
            texts=self.texts[language],
            theme=Theme(theme) if theme in set(Theme) else Theme.AUTO,
            path=request.url.path,
            keeps=self.desk.demo is None or (reader is not None and may_keep(reader)),
        )

    def page(self, template: str, look: Look, *, status: int = 200, **values: object) -> HTMLResponse:
        """Draw a template."""
        html = self._templates.get_template(template).render(
            t=look.texts,
            look=look,
            themes=tuple(Theme),
            language=look.language,
            demo=self.desk.demo is not None,
            desk_name=self.desk.directory().desk.name.to(look.language),
            **values,
        )
        return HTMLResponse(html, status_code=status)

    def person(self, person: str) -> Person:
        """Return somebody of the local chat, or end the request."""
        found = find_person(self.desk.directory(), person)
        if found is None:
            raise HTTPException(404, f"There is no person {person!r} in this chat.")
        return found

    def conversation(self, person: Person, conversation: str) -> Conversation:
        """Return a conversation this person may open, or end the request."""
        found = find_conversation(self.desk.directory(), person, conversation)
        if found is None:
            raise HTTPException(404, f"{person.id} sees no conversation {conversation!r}.")
        return found

    def moment(self, at: datetime, language: Language) -> str:
        """Write an instant with its day and weekday, in the desk's zone."""
        local = at.astimezone(self.desk.directory().desk.zone)
        pattern = "y年M月d日 EEEE HH:mm" if language is Language.ZH else "EEE d MMM y HH:mm"
        return format_datetime(local, pattern, tzinfo=local.tzinfo, locale=LOCALES[language])

    def alarm(self, said: str, language: Language) -> str:
        """Write what is known in the log's words."""
        return in_language(self._sentences, language, said)

    def day(self, at: datetime, language: Language) -> str:
        """Write the day of an instant, in the desk's zone."""
        local = at.astimezone(self.desk.directory().desk.zone)
        pattern = "y年M月d日 EEEE" if language is Language.ZH else "EEEE d MMMM y"
        return format_date(local.date(), pattern, locale=LOCALES[language])


def _accepted(request: Request) -> Language | None:
    """Find the first of our languages among those the browser asks for, in its order."""
    asked = (part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(","))
    return next((Language(code) for code in asked if code in set(Language)), None)
