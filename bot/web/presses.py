"""Buttons of the chat: the forms they open and what is pressed."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict

from bot.core.message import Button
from bot.core.people import CaseKey, Language, Place
from bot.web import seen
from bot.web.desk import FieldKind, FormField
from bot.web.site import Site


class Pressing(BaseModel):
    """A button as a page sends it back: what it was drawn with."""

    model_config = ConfigDict(extra="ignore")

    verb: str
    label: str = ""
    case: str = ""
    words: str = ""
    as_of: str = ""
    line: str = ""
    thread: str = ""

    def button(self, answers: str = "") -> Button:
        """Return the button, `answers` added to the words it had."""
        return Button(
            label=self.label,
            verb=self.verb,
            case=CaseKey(self.case) if self.case else None,
            words=" ".join(filter(None, (self.words, answers))),
            as_of=int(self.as_of) if self.as_of.isdecimal() else None,
        )


class PressPages:
    """What a button opens and does."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._desk = site.desk

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        there = "/chat/{person}/c/{conversation}"
        router.add_api_route(there + "/form", self.form)
        router.add_api_route(there + "/press", self.press, methods=["POST"])
        return router

    async def form(
        self, request: Request, person: str, conversation: str, pressing: Annotated[Pressing, Query()]
    ) -> HTMLResponse:
        """Draw the form a button opens."""
        viewer = self._site.person(person)
        self._site.conversation(viewer, conversation)
        return self._site.page(
            "_form.html",
            self._site.look(request, viewer),
            address=f"/chat/{viewer.id}/c/{conversation}",
            pressing=pressing,
            fields=self._desk.form(pressing.button(), staff=viewer.is_staff),
            staff=tuple(each for each in seen.people(self._desk.directory()) if each.is_staff),
            kinds=FieldKind,
        )

    async def press(self, request: Request, person: str, conversation: str) -> Response:
        """Press a button, with what its form asked."""
        viewer = self._site.person(person)
        self._site.conversation(viewer, conversation)
        sent = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        if "verb" not in sent:
            raise HTTPException(422, "A button has a verb.")
        pressing = Pressing.model_validate(sent)
        fields = self._desk.form(pressing.button(), staff=viewer.is_staff)
        look = self._site.look(request, viewer)
        if missing := _missing(fields, sent, look.language):
            raise HTTPException(
                422, look.texts("form.missing", fields=look.texts("form.comma").join(missing))
            )
        place = Place(self._site.demo.chat.name, conversation, pressing.thread or None)
        await self._site.demo.chat.press(
            viewer.id,
            place,
            pressing.button(_answers(fields, sent)),
            line=int(pressing.line) if pressing.line.isdecimal() else None,
        )
        return Response(status_code=204)


def _missing(fields: tuple[FormField, ...], sent: dict[str, str], language: Language) -> list[str]:
    """Return the labels of what must be answered and was not."""
    return [
        each.label.to(language)
        for each in fields
        if each.required and not sent.get(f"answer-{each.name}", "").strip()
    ]


def _answers(fields: tuple[FormField, ...], sent: dict[str, str]) -> str:
    """Put what a form asked into words, in the form's order."""
    given = ((field.before.strip(), sent.get(f"answer-{field.name}", "").strip()) for field in fields)
    return " ".join(" ".join(filter(None, (before, value))) for before, value in given if value)
