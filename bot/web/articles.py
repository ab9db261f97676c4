"""The pages of the knowledge base: articles as text to be changed, their versions, drafts to look through."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.core.errors import ConfigError, UserError
from bot.core.people import Language, PersonId
from bot.handlers.usage import refusal
from bot.kb.article import Article
from bot.kb.editing import Edit
from bot.kb.markdown import dump, parse
from bot.notify.plain import plain
from bot.ports import Unit
from bot.services import articles, drafts
from bot.web.faults import Told, told
from bot.web.seen import find_person, may_keep
from bot.web.site import Look, Site

OPERATOR = PersonId("operator")
"""Who keeps articles where the page has no people: whoever is at the machine."""

NEW = "new"
LONGEST = 100_000
"""Characters of an article that the page takes."""

EMPTY = """---
id: {id}
tags: []
audience: all
titles:
  zh: ""
  en: ""
aliases:
  zh: []
  en: []
source:
  zh: ""
  en: ""
version: 1
updated: {day}
---

## zh



## en

"""

Text = Annotated[str, Form(max_length=LONGEST)]
Version = Annotated[str, Form()]
Act = Callable[[Unit, PersonId], str]
"""Does something and returns the article to show then; empty for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What the page of one article shows: its text, as it is or as somebody typed it, and what is wrong."""

    name: str
    text: str
    article: Article | None = None
    edits: tuple[Edit, ...] = ()
    wrong: tuple[Told, ...] = ()
    refused: str = ""
    alike: tuple[Article, ...] = ()
    draft: str = ""


class ArticlePages:
    """Lists, shows and changes articles, as somebody who may."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._desk = site.desk

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False, prefix="/articles")
        router.add_api_route("", self.every)
        router.add_api_route("/drafts/{number}", self.draft)
        router.add_api_route("/drafts/{number}", self.publish, methods=["POST"])
        router.add_api_route("/drafts/{number}/drop", self.drop, methods=["POST"])
        router.add_api_route("/{name}", self.one)
        router.add_api_route("/{name}", self.save, methods=["POST"])
        router.add_api_route("/{name}/retire", self.retire, methods=["POST"])
        router.add_api_route("/{name}/undo", self.undo, methods=["POST"])
        return router

    async def every(self, request: Request, q: str = "") -> HTMLResponse:
        """List the articles in force, drafts and contradictions; `q` is what they must hold."""
        look = self._look(request)
        inside, words = self._desk.inside, q.casefold().split()
        found, waiting, conflicts = await self._desk.read(
            lambda unit: (
                inside.shelf.articles(unit),
                tuple(drafts.titled(unit, look.language)),
                inside.shelf.conflicts(unit),
            )
        )
        shown = [each for each in found.values() if all(word in dump(each).casefold() for word in words)]
        rows = [(each, each.titles[each.spoken_to(look.language)]) for each in shown]
        return self._site.page(
            "articles.html",
            look,
            title=look.texts("articles.title"),
            rows=rows,
            total=len(found),
            drafts=waiting,
            conflicts=conflicts,
            q=q,
        )

    async def one(self, request: Request, name: str) -> HTMLResponse:
        """Show an article to be changed, with its versions; `new` is an empty one."""
        look = self._look(request)
        sheet = await self._desk.read(lambda unit: self._kept(unit, name))
        if sheet.article is None and not sheet.edits and name != NEW:
            raise HTTPException(404)
        return self._form(look, sheet)

    async def save(self, request: Request, name: str, text: Text) -> Response:
        """Put an article into force as it was typed; what is wrong is told beside it."""
        return await self._written(request, name, text, partial(self._write, new=name == NEW))

    async def retire(self, request: Request, name: str) -> Response:
        """Take an article out of force."""
        return await self._done(
            request, lambda unit, by: articles.retire(unit, self._desk.inside, name, by=by).id
        )

    async def undo(self, request: Request, name: str, version: Version) -> Response:
        """Take the last edit back, if it is still this one."""
        return await self._done(
            request,
            lambda unit, by: articles.undo(unit, self._desk.inside, name, by=by, version=version).id,
        )

    async def draft(self, request: Request, number: str) -> HTMLResponse:
        """Show a draft to be looked through."""
        look = self._look(request)
        try:
            found, article = await self._desk.read(lambda unit: drafts.drafted(unit, number))
        except UserError:
            raise HTTPException(404) from None
        sheet = _Sheet(name=article.id, text=dump(article), article=article, draft=str(found.number))
        return self._form(look, sheet)

    async def publish(self, request: Request, number: str, text: Text) -> Response:
        """Put a draft into force as it was typed."""

        def work(unit: Unit, by: PersonId, article: Article) -> str:
            draft, _ = drafts.drafted(unit, number)
            return drafts.publish(unit, self._desk.inside, draft, article, by=by).id

        return await self._written(request, "", text, work, draft=number)

    async def drop(self, request: Request, number: str) -> Response:
        """Forget a draft."""

        def work(unit: Unit, _by: PersonId) -> str:
            draft, _ = drafts.drafted(unit, number)
            unit.articles.drop(draft.number)
            return ""

        return await self._done(request, work)

    def _write(self, unit: Unit, by: PersonId, article: Article, *, new: bool) -> str:
        """Write an article unless somebody was faster: it must be of the version that was shown."""
        present = self._desk.inside.shelf.articles(unit).get(article.id)
        if present is not None and new:
            raise UserError("article_exists", article=article.id)
        if present is not None and present.version != article.version:
            raise UserError("article_changed_since", article=article.id)
        return articles.write(unit, self._desk.inside, article, by=by).id

    async def _written(
        self,
        request: Request,
        name: str,
        text: str,
        work: Callable[[Unit, PersonId, Article], str],
        *,
        draft: str = "",
    ) -> Response:
        """Do something with what was typed, or show it again with what is wrong."""
        look, by = self._look(request), self._who(request)
        sheet = _Sheet(name=name, text=text.replace("\r\n", "\n"), draft=draft)
        try:
            article = parse(sheet.text, "")
        except ConfigError as error:
            wrong = tuple(
                told(fault, sheet.text, look.texts)
                for fault in sorted(error.faults, key=lambda fault: fault.line)
            )
            return self._form(look, replace(sheet, wrong=wrong), status=422)
        if name not in ("", NEW, article.id):
            refused = look.texts("articles.other_id", id=name)
            return self._form(look, replace(sheet, refused=refused), status=422)
        try:
            return _to(await self._desk.call(lambda unit: work(unit, by, article)))
        except UserError as error:
            refused = await self._refusal(error, look)
            return self._form(look, replace(sheet, refused=refused), status=409)

    async def _done(self, request: Request, act: Act) -> Response:
        look, by = self._look(request), self._who(request)
        try:
            return _to(await self._desk.call(lambda unit: act(unit, by)))
        except UserError as error:
            raise HTTPException(409, await self._refusal(error, look)) from None

    async def _refusal(self, error: UserError, look: Look) -> str:
        inside = self._desk.inside
        message = await self._desk.read(
            lambda unit: refusal(inside.scene(unit, look.language, staff=True), error, staff=True)
        )
        return " ".join(plain(message))

    def _kept(self, unit: Unit, name: str) -> _Sheet:
        inside = self._desk.inside
        article = inside.shelf.articles(unit).get(name)
        empty = EMPTY.format(id="" if name == NEW else name, day=articles.today(unit, inside))
        return _Sheet(
            name=name,
            text=dump(article) if article else empty,
            article=article,
            edits=unit.articles.edits_of(name),
            alike=articles.like(unit, inside, article) if article else (),
        )

    def _form(self, look: Look, sheet: _Sheet, *, status: int = 200) -> HTMLResponse:
        article, fresh = sheet.article, sheet.name in ("", NEW)
        title = article.titles[article.spoken_to(look.language)] if article else sheet.name
        return self._site.page(
            "article.html",
            look,
            status=status,
            title=look.texts("articles.new") if fresh else title,
            id="" if fresh else sheet.name,
            name=quote(sheet.name or NEW),
            text=sheet.text,
            article=article,
            alike=sheet.alike,
            refused=sheet.refused,
            versions=[self._version(edit, look.language) for edit in reversed(sheet.edits)],
            wrong=sheet.wrong,
            draft=sheet.draft,
        )

    def _version(self, edit: Edit, language: Language) -> tuple[Edit, str, str]:
        known = self._desk.directory().person(edit.by) if edit.by else None
        who = known.name_to(language) if known else edit.by or ""
        return edit, self._site.moment(edit.at, language), who

    def _look(self, request: Request) -> Look:
        self._who(request)
        return self._site.look(request)

    def _who(self, request: Request) -> PersonId:
        """Return who keeps articles here: in the demo whom this browser is; who may not ends the request."""
        if self._desk.demo is None:
            return OPERATOR
        person = find_person(self._desk.directory(), request.cookies.get("person", ""))
        if person is None or not may_keep(person):
            raise HTTPException(404)
        return person.id


def _to(name: str) -> RedirectResponse:
    return RedirectResponse(f"/articles/{quote(name)}" if name else "/articles", status_code=303)
