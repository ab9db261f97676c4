"""The edge: everything Slack tells is stored before it is acknowledged; forms are opened, no case is changed.

The middleware stands before Bolt's own authorisation, which would ask Slack who we are and lose an event
that comes while Slack cannot say, and before Bolt's filter of our own events, for ours knows more.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from weakref import WeakValueDictionary

import structlog
from slack_bolt import BoltResponse
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.core.clock import Clock
from bot.core.errors import DeliveryError, StoreError
from bot.core.people import Place
from bot.core.text import storable
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.intake import Heard, Notice, Us, heard, in_full, ordered, pressed, us_of
from bot.platforms.slack.modals import Form, Forms
from bot.platforms.slack.names import Names
from bot.platforms.slack.payload import SLACK, Changed, Ordered, Payload, Pressed, Reacted, Said, Unread
from bot.platforms.slack.raw import RawCallback, RawCommand, RawPress, RawSubmission
from bot.platforms.slack.render import Element
from bot.platforms.slack.text import mentioned
from bot.ports import Event, Reception

log = structlog.get_logger()

OPENING_LIMIT_S = 2
"""How long opening a form may take: both its trigger and the acknowledgement are due within 3 seconds."""

LOOKING_LIMIT_S = 1
"""How long it may take to find out which words a sign was put on."""

UNREAD = Place(SLACK, "unread").lane
"""Where events wait that nobody can read: they hold up no conversation."""

NOBODY = Us("", "")
"""Who we are as long as Slack has not said it: commands and presses need not know."""

SECRETS = frozenset({"token", "response_url", "response_urls", "trigger_id"})

Body = Mapping[str, object]
Answer = Element | None


class Edge(AsyncMiddleware):
    """The one middleware: it answers everything, so nothing goes on to listeners."""

    def __init__(
        self, api: SlackApi, reception: Reception, names: Names, forms: Forms, *, clock: Clock
    ) -> None:
        self.us: Us | None = None
        self._api = api
        self._reception = reception
        self._names = names
        self._forms = forms
        self._clock = clock
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._readers: Mapping[str, Callable[[Body, datetime], Awaitable[Answer]]] = {
            "app_rate_limited": self._held_back,
            "block_actions": self._press,
            "command": self._command,
            "event_callback": self._event,
            "view_submission": self._submission,
        }

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002  Bolt hands it over by this name
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002  Bolt hands it over by this name
    ) -> BoltResponse:
        """Store what came and acknowledge it; what is not stored is not acknowledged and comes again."""
        if req.body.get("type") == "url_verification":
            return await next()
        return await _acknowledged(self._read(req.body))

    async def keep(self, body: Body) -> BoltResponse:
        """Store something that nobody can read, for somebody to look at."""
        return await _acknowledged(self._keep_unread(body))

    async def _read(self, body: Body) -> Answer:
        kind = "command" if "command" in body else str(body.get("type"))
        reader = self._readers.get(kind)
        if reader is None:
            return None
        try:
            return await reader(body, self._clock.now())
        except ValueError:
            await self._keep_unread(body)
            return None

    async def _event(self, body: Body, _now: datetime) -> None:
        callback = RawCallback.model_validate(body)
        us = self.us or us_of(callback)
        if us is None:
            raise StoreError("nobody knows yet who we are on Slack")
        meaning = heard(callback, us)
        if isinstance(meaning, Notice):
            await self._reception.alarm(meaning.key, meaning.text)
        elif meaning is not None and isinstance(meaning.happening, Reacted):
            await self._store(meaning, asyncio.create_task(self._looked_up(meaning.happening)))
        elif meaning is not None:
            await self._store(meaning)

    async def _looked_up(self, sign: Reacted) -> Reacted:
        """Find out which words a sign was put on, and in which thread; where Slack is slow, in neither."""
        try:
            async with asyncio.timeout(LOOKING_LIMIT_S):
                words = await self._api.words(sign.channel, sign.message)
        except (DeliveryError, TimeoutError):
            log.warning("The words below a sign could not be looked up.", action="sign_not_looked_up")
            return sign
        return in_full(sign, words) if words else sign

    async def _held_back(self, body: Body, _now: datetime) -> None:
        minute = body.get("minute_rate_limited", "")
        await self._reception.alarm(
            f"slack:app_rate_limited:{minute}", "Slack holds events back: there are too many in an hour"
        )

    async def _command(self, body: Body, now: datetime) -> None:
        raw = RawCommand.model_validate(body)
        command = ordered(raw, self.us or NOBODY, now)
        if not await self._asked(raw.trigger_id, self._forms.for_command(command), command):
            await self._store(Heard(command, names={raw.user_id: raw.user_name}))

    async def _press(self, body: Body, now: datetime) -> None:
        raw = RawPress.model_validate(body)
        press = pressed(raw, self.us or NOBODY, now)
        if press is None or await self._asked(raw.trigger_id, self._forms.for_press(press), press):
            return
        await self._store(Heard(press, names=raw.user.names))

    async def _submission(self, body: Body, now: datetime) -> Answer:
        raw = RawSubmission.model_validate(body)
        answer = self._forms.answer(raw, now)
        if not isinstance(answer, Pressed | Ordered):
            return answer
        await self._store(Heard(answer, names=raw.user.names))
        return {"response_action": "clear"}

    async def _asked(self, trigger: str, form: Form | None, happening: Pressed | Ordered) -> bool:
        """Open a form, if there is one; where Slack does not, the verb goes in bare and its form is told."""
        if form is None:
            return False
        try:
            async with asyncio.timeout(OPENING_LIMIT_S):
                await self._api.open_view(trigger, self._forms.window(form, happening))
        except (DeliveryError, TimeoutError):
            log.warning("A form could not be opened.", action="form_not_opened", verb=form.verb)
            return False
        return True

    async def _store(self, meaning: Heard, in_full: Awaitable[Reacted] | None = None) -> None:
        """Store an event behind those of its conversation that came before it, whatever they wait for.

        `in_full` is the same event once it is known whole.
        """
        happening = meaning.happening
        asking = self._names.ask(_people(happening))
        lane = happening.place.lane
        turn = self._lanes.setdefault(lane, asyncio.Lock())
        async with turn:
            if in_full is not None:
                happening = await in_full
                asking = self._names.ask(_people(happening))
            await asking.wait()
            people = self._names.of(_people(happening), meaning.names)
            await self._reception.store(
                Event(
                    platform=SLACK,
                    event_id=happening.event_id,
                    lane=lane,
                    payload=happening.model_copy(update={"people": people}).model_dump_json(),
                    twin=meaning.twin,
                )
            )

    async def _keep_unread(self, body: Body) -> None:
        kept = {name: _clean(value) for name, value in body.items() if name not in SECRETS}
        digest = hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()
        payload = Unread(body=kept).model_dump_json()
        await self._reception.store(
            Event(platform=SLACK, event_id=f"unread:{digest[:32]}", lane=UNREAD, payload=payload)
        )
        log.error("Slack sent something in a shape that is not known.", action="unread")


def _people(happening: Payload) -> tuple[str, ...]:
    """Return whose names are needed: who did it, and who is mentioned."""
    return tuple(dict.fromkeys((happening.user, *_mentioned(happening))))


async def _acknowledged(storing: Awaitable[Answer]) -> BoltResponse:
    try:
        answer = await storing
    except StoreError:
        log.warning("An event could not be stored and is not acknowledged.", action="not_stored")
        return BoltResponse(status=500)
    return BoltResponse(status=200, body=dict(answer) if answer else "")


def _mentioned(happening: Payload) -> tuple[str, ...]:
    match happening:
        case Said() | Changed() | Ordered():
            return tuple(user for user in mentioned(happening.text) if user != happening.bot)
        case Reacted():
            users = (happening.author, *mentioned(happening.text))
            return tuple(user for user in users if user not in {"", happening.bot})
        case _:
            return ()


def _clean(value: object) -> object:
    match value:
        case str():
            return storable(value)
        case dict():
            return {name: _clean(each) for name, each in value.items() if name not in SECRETS}
        case list():
            return [_clean(each) for each in value]
        case _:
            return value
