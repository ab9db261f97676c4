"""Articles out of what Zendesk and Zammad export: one file of JSON each, as their interfaces give it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.errors import ConfigError, Fault
from bot.core.people import Language
from bot.kb.article import Article, cleaned
from bot.kb.changing import language_of
from bot.kb.lines import Lines
from bot.knowledge.markup import plain_text

LOCALES: Mapping[str, Language] = {"zh": Language.ZH, "en": Language.EN}
DRAFT = "a draft there"
EMPTY = "without a title and a text in Chinese or English"


class ZendeskText(BaseModel):
    """An article, or its translation, as the Help Center gives it."""

    model_config = ConfigDict(extra="ignore")

    id: int
    title: str = ""
    body: str | None = None
    locale: str = ""
    draft: bool = False
    updated_at: datetime | None = None
    html_url: str = ""
    source_id: int | None = None
    label_names: tuple[str, ...] = ()
    user_segment_id: int | None = None
    translations: tuple["ZendeskText", ...] = ()


class ZendeskExport(BaseModel):
    """`articles.json`, with translations beside or inside the articles if they were asked for."""

    model_config = ConfigDict(extra="ignore")

    articles: tuple[ZendeskText, ...]
    translations: tuple[ZendeskText, ...] = ()


class ZammadAnswer(BaseModel):
    """What may be read of an answer, and by whom."""

    model_config = ConfigDict(extra="ignore")

    id: int
    published_at: datetime | None = None
    internal_at: datetime | None = None
    archived_at: datetime | None = None
    updated_at: datetime | None = None
    tags: tuple[str, ...] | None = None


class ZammadTranslation(BaseModel):
    """The title of an answer in one language, and where its text is."""

    model_config = ConfigDict(extra="ignore")

    id: int
    answer_id: int
    title: str = ""
    kb_locale_id: int | None = None
    content_id: int | None = None


class ZammadContent(BaseModel):
    """The text of an answer in one language."""

    model_config = ConfigDict(extra="ignore")

    id: int
    body: str | None = None


class ZammadLocale(BaseModel):
    """A language of a knowledge base, or of the system."""

    model_config = ConfigDict(extra="ignore")

    id: int
    system_locale_id: int | None = None
    locale: str = ""


class ZammadExport(BaseModel):
    """What `knowledge_bases/init` gives: tables by id."""

    model_config = ConfigDict(extra="ignore")

    KnowledgeBaseAnswer: dict[str, ZammadAnswer]
    KnowledgeBaseAnswerTranslation: dict[str, ZammadTranslation]
    KnowledgeBaseAnswerTranslationContent: dict[str, ZammadContent] = {}
    KnowledgeBaseLocale: dict[str, ZammadLocale] = {}
    Locale: dict[str, ZammadLocale] = {}


@dataclass(kw_only=True)
class Found:
    """What was in an export: articles, and why others were left out."""

    articles: list[Article] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    locale: str
    title: str
    answer: str


def read_export(file: Path, day: date) -> Found:
    """Return the articles of an export; `day` is that of those which do not say when they were changed.

    Raises:
        ConfigError: it is neither program's.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
        content = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(Fault(str(file), getattr(error, "lineno", 1), "file", "JSON in UTF-8")) from error
    alone = isinstance(content, list)
    if alone:
        content = {"articles": content}
    inside = content.get("assets", content) if isinstance(content, dict) else {}
    try:
        if "KnowledgeBaseAnswer" in inside:
            return _zammad(ZammadExport.model_validate(inside), day)
        return _zendesk(ZendeskExport.model_validate(inside), day)
    except ValidationError as error:
        raise ConfigError(*_faults(file, text, error, alone=alone)) from error


def _faults(file: Path, text: str, error: ValidationError, *, alone: bool) -> Iterator[Fault]:
    """Yield what is wrong, with its line; `alone` says that the articles are the whole file."""
    lines = Lines.of(text)
    for fault in error.errors():
        field = ".".join(map(str, fault["loc"])) or "file"
        inside = field.removeprefix("articles.") if alone else field
        line = max(lines.at(inside), lines.at(f"assets.{inside}"))
        yield Fault(str(file), line, field, fault["msg"])


def _zendesk(export: ZendeskExport, day: date) -> Found:
    found, texts = Found(), dict[int, list[ZendeskText]]()
    for each in (*export.articles, *export.translations):
        texts.setdefault(each.source_id or each.id, []).extend((each, *each.translations))
    originals = {each.id: each for each in export.articles}
    for number, original in originals.items():
        written = [each for each in texts[number] if not each.draft]
        _take(
            found,
            name=f"zendesk-{number}",
            texts=(_Text(locale=t.locale, title=t.title, answer=t.body or "") for t in written),
            tags=original.label_names,
            audience="staff" if original.user_segment_id is not None else "all",
            source=original.html_url or f"Zendesk {number}",
            updated=max((t.updated_at.date() for t in written if t.updated_at), default=day),
            why=EMPTY if written else DRAFT,
        )
    return found


def _zammad(export: ZammadExport, day: date) -> Found:
    found = Found()
    for answer in export.KnowledgeBaseAnswer.values():
        public = answer.published_at is not None
        shown = (public or answer.internal_at is not None) and answer.archived_at is None
        texts = _zammad_texts(export, answer.id) if shown else ()
        _take(
            found,
            name=f"zammad-{answer.id}",
            texts=texts,
            tags=answer.tags or (),
            audience="all" if public else "staff",
            source=f"Zammad {answer.id}",
            updated=answer.updated_at.date() if answer.updated_at else day,
            why=EMPTY if shown else DRAFT,
        )
    return found


def _zammad_texts(export: ZammadExport, answer: int) -> Iterator[_Text]:
    for each in export.KnowledgeBaseAnswerTranslation.values():
        if each.answer_id == answer:
            content = export.KnowledgeBaseAnswerTranslationContent.get(str(each.content_id))
            locale = export.KnowledgeBaseLocale.get(str(each.kb_locale_id))
            system = export.Locale.get(str(locale.system_locale_id)) if locale else None
            yield _Text(
                locale=system.locale if system else "",
                title=each.title,
                answer=content.body or "" if content else "",
            )


def _take(  # noqa: PLR0913 - what an article is made of
    found: Found,
    *,
    name: str,
    texts: Iterable[_Text],
    tags: Iterable[str],
    audience: Literal["all", "staff"],
    source: str,
    updated: date,
    why: str,
) -> None:
    titles, answers = dict[Language, str](), dict[Language, str]()
    for each in texts:
        title = cleaned(plain_text(each.title), lines=False)
        answer = cleaned(plain_text(each.answer), lines=True)
        otherwise = language_of(title + answer, Language.EN)
        lang = LOCALES.get(each.locale[:2].lower()) if each.locale else otherwise
        if title and answer and lang:
            titles[lang], answers[lang] = title, answer
    if not titles:
        found.left_out.append(f"{name}: {why}")
        return
    rests_on = cleaned(source, lines=False)
    found.articles.append(
        Article(
            id=name,
            tags=tuple(word for word in (cleaned(tag, lines=False) for tag in tags) if word),
            audience=audience,
            titles=titles,
            answers=answers,
            aliases=dict.fromkeys(titles, ()),
            sources=dict.fromkeys(titles, rests_on),
            version=1,
            updated=updated,
        )
    )
