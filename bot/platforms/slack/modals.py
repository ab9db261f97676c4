"""Forms: what a verb still needs is asked for in a window, which changes no case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.access import Actor, Where, may_at_all
from bot.core.people import Language
from bot.core.text import cut, storable
from bot.core.verbs import Verb
from bot.directory.lookup import Directory
from bot.handlers.forms import FieldKind, FormChoice, FormField, fields, join
from bot.handlers.parser import NUMBER, head
from bot.handlers.people import actor_of, where_of
from bot.handlers.reading import SEPARATORS, half_width
from bot.handlers.registry import BY_VERB, Number
from bot.handlers.usage import VERBS, name_of
from bot.notify.texts import Texts
from bot.platforms.slack.payload import Ordered, Pressed, Stored
from bot.platforms.slack.raw import RawSubmission, RawView
from bot.platforms.slack.render import Element, quote
from bot.platforms.slack.text import escape

TYPED = frozenset({Verb.NEW, Verb.SOLVE, Verb.LEVEL, Verb.REPLY})
"""Verbs that open their form when they are typed without their words."""

PREVIEWED = frozenset({Verb.REPLY})
"""Verbs whose words a customer reads: shown as they will be, before they go."""

FORM, PREVIEW = "form", "preview"
"""What our windows are called."""

ANSWER = "answer"
NUMBER_FIELD = "number"
TITLE_LIMIT = 24
OPTION_LIMIT = 75
OPTIONS_LIMIT = 100
WORDS_LIMIT = 3000
PREVIEWED_LIMIT = 2000
"""Characters; a window carries 3,000 of its own from one page to the next, the form's own among them."""


class Form(Stored):
    """What a form is for: it goes along with the window and comes back with its answers."""

    kind: Literal["action", "command"]
    bot: str = ""
    channel: str
    direct: bool = False
    message: str | None = None
    thread: str | None = None
    verb: Verb
    case: str | None = None
    as_of: int | None = None
    number: str = ""

    def asks_number(self) -> bool:
        """Return whether the form asks for the case too: it was typed, and without one."""
        numbered = BY_VERB[self.verb].number is not Number.NONE
        return self.kind == "command" and numbered and not self.number


@dataclass(frozen=True, slots=True)
class Forms:
    """Draws forms in the language of whoever is asked, and reads their answers."""

    texts: Texts
    directory: Callable[[], Directory]

    def for_press(self, press: Pressed) -> Form | None:
        """Return the form of a button that still needs words; None where it acts at once, or may not."""
        verb = VERBS.get(press.verb)
        if press.words or verb is None:
            return None
        actor, where = self._who(press)
        if not may_at_all(actor, verb, where) or not self._fields(verb, actor):
            return None
        return Form(
            kind="action",
            bot=press.bot,
            channel=press.channel,
            direct=press.direct,
            message=press.message,
            thread=press.thread,
            verb=verb,
            case=press.case,
            as_of=press.as_of,
        )

    def for_command(self, command: Ordered) -> Form | None:
        """Return the form of a verb typed without its words; None where they are there, or it has none."""
        asked = bare(command.read(command.text).text)
        if asked is None:
            return None
        verb, number = asked
        actor, where = self._who(command)
        if not may_at_all(actor, verb, where):
            return None
        return Form(
            kind="command",
            bot=command.bot,
            channel=command.channel,
            direct=command.direct,
            verb=verb,
            number=number,
        )

    def window(self, form: Form, happening: Pressed | Ordered) -> Element:
        """Draw a form for whoever caused it."""
        actor, _ = self._who(happening)
        asked = self._asked(form, actor)
        return {
            **self._frame(form, actor.language, close="cancel"),
            "callback_id": FORM,
            "private_metadata": form.model_dump_json(exclude_defaults=True),
            "blocks": [self._input(each, form.verb, actor.language) for each in asked],
        }

    def answer(self, sent: RawSubmission, at: datetime) -> Element | Pressed | Ordered | None:
        """Return what a form sent comes to: what Slack is to show instead, or what is done; None if not ours.

        Raises:
            ValueError: it is ours, in a shape this version does not know.
        """
        view = sent.view
        if view.callback_id not in (FORM, PREVIEW):
            return None
        metadata, _, previewed = view.private_metadata.partition("\n")
        form = Form.model_validate_json(metadata)
        blank = _happening(form, sent, "", at)
        actor, _ = self._who(blank)
        given = {name: _given(view, name) for name in view.state.values}
        if view.callback_id == FORM:
            if errors := self._faults(form, actor, given):
                return {"response_action": "errors", "errors": errors}
            form = form.model_copy(update={"number": given.get(NUMBER_FIELD, form.number)})
            words = join(form.verb, given, staff=actor.staff)
            if form.verb in PREVIEWED:
                return {"response_action": "push", "view": self._preview(form, words, actor.language)}
        else:
            words = previewed
        return _happening(form, sent, words, at)

    def _preview(self, form: Form, words: str, lang: Language) -> Element:
        return {
            **self._frame(form, lang, close="back"),
            "callback_id": PREVIEW,
            "private_metadata": f"{form.model_dump_json(exclude_defaults=True)}\n{words}",
            "blocks": [
                {"type": "section", "text": _plain(self.texts.say("modal.preview", lang))},
                quote(words),
            ],
        }

    def _frame(self, form: Form, lang: Language, *, close: str) -> Element:
        title = f"{name_of(form.verb, lang).capitalize()} {form.case or form.number}".strip()
        return {
            "type": "modal",
            "title": _plain(cut(title, TITLE_LIMIT)),
            "submit": _plain(self.texts.say("modal.send", lang)),
            "close": _plain(self.texts.say(f"modal.{close}", lang)),
        }

    def _faults(self, form: Form, actor: Actor, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return what is wrong with answers, field by field."""
        say, lang, most = self.texts.say, actor.language, _limit(form.verb)
        faults = {}
        for field in self._asked(form, actor):
            count = len(given.get(field.name, ""))
            if field.required and not count:
                faults[field.name] = say("modal.required", lang)
            elif count > most:
                faults[field.name] = say("modal.too_long", lang, most=most, count=count)
        return faults

    def _input(self, field: FormField, verb: Verb, lang: Language) -> Element:
        return {
            "type": "input",
            "block_id": field.name,
            "label": _plain(field.label),
            "optional": not field.required,
            "element": {"action_id": ANSWER, **self._element(field, verb, lang)},
        }

    def _element(self, field: FormField, verb: Verb, lang: Language) -> Element:
        match field.kind:
            case FieldKind.TEXT:
                lines = field.name != NUMBER_FIELD
                return {"type": "plain_text_input", "multiline": lines, "max_length": _limit(verb)}
            case FieldKind.CHOICE:
                return _select(field.choices)
            case FieldKind.PERSON:
                staff = field.choices or self._staff(lang)
                return _select(staff) if 0 < len(staff) <= OPTIONS_LIMIT else {"type": "users_select"}
            case FieldKind.TIME:
                return {"type": "timepicker"}

    def _staff(self, lang: Language) -> tuple[FormChoice, ...]:
        people = self.directory().people.values()
        return tuple(FormChoice(each.id, each.name_to(lang)) for each in people if each.is_staff)

    def _asked(self, form: Form, actor: Actor) -> tuple[FormField, ...]:
        """Return the fields of a form, that of the case first if it asks for one."""
        asked = self._fields(form.verb, actor)
        if not form.asks_number():
            return asked
        label = self.texts.say(f"form.{NUMBER_FIELD}", actor.language)
        return (FormField(name=NUMBER_FIELD, label=label, kind=FieldKind.TEXT), *asked)

    def _fields(self, verb: Verb, actor: Actor) -> tuple[FormField, ...]:
        return fields(verb, actor.language, self.texts, staff=actor.staff)

    def _who(self, happening: Pressed | Ordered) -> tuple[Actor, Where]:
        origin, directory = happening.origin(), self.directory()
        where = where_of(directory, origin, origin.said_at)
        return actor_of(directory, origin.sender, where), where


def bare(text: str) -> tuple[Verb, str] | None:
    """Return a verb that was typed without its words, and the number that was; None for anything else."""
    found = head(text)
    if found is None or found.row.verb not in TYPED or found.stands_for:
        return None
    rest = half_width(found.rest).strip(SEPARATORS)
    if not rest:
        return found.row.verb, ""
    numbered = found.row.number is not Number.NONE
    is_number = NUMBER.fullmatch(rest) or (rest.isdecimal() and found.row.verb is not Verb.LEVEL)
    return (found.row.verb, rest) if numbered and is_number else None


def _happening(form: Form, sent: RawSubmission, words: str, at: datetime) -> Pressed | Ordered:
    """Return what a form comes to: the press it grew from with its words, or the command typed in full."""
    view = sent.view
    event_id = f"view:{view.root_view_id or view.id}"
    if form.kind == "command":
        typed = (form.verb.value, form.number, words)
        return Ordered(
            event_id=event_id,
            bot=form.bot,
            channel=form.channel,
            direct=form.direct,
            user=sent.user.id,
            at=at,
            text=escape(" ".join(filter(None, typed))),
        )
    return Pressed(
        event_id=event_id,
        bot=form.bot,
        channel=form.channel,
        direct=form.direct,
        user=sent.user.id,
        at=at,
        message=form.message,
        thread=form.thread,
        verb=form.verb.value,
        case=form.case,
        words=words,
        as_of=form.as_of,
    )


def _given(view: RawView, name: str) -> str:
    answer = view.state.values[name].get(ANSWER)
    return storable(answer.words).strip() if answer else ""


def _limit(verb: Verb) -> int:
    return PREVIEWED_LIMIT if verb in PREVIEWED else WORDS_LIMIT


def _plain(text: str) -> Element:
    return {"type": "plain_text", "text": text, "emoji": False}


def _select(choices: tuple[FormChoice, ...]) -> Element:
    options = [{"text": _plain(cut(each.label, OPTION_LIMIT)), "value": each.value} for each in choices]
    return {"type": "static_select", "options": options}
