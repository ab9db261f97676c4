"""What people do, and what Slack then tells the app."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.fakes.slack import events
from tests.fakes.slack.calls import RefusedError
from tests.fakes.slack.chat import add, remove
from tests.fakes.slack.delivery import Delivery, Postman
from tests.fakes.slack.files import described
from tests.fakes.slack.state import Channel, File, Json, Member, Posted, Workspace
from tests.fakes.slack.text import escape
from tests.fakes.slack.views import MOST_STACKED, checked, place

COMMANDS = frozenset({"/case", "/kb", "/oncall"})


@dataclass(frozen=True, slots=True)
class Raw:
    """Words as Slack stores them, for what no person can type."""

    text: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture or file to send along; `unseen` hides it behind files.info, as in shared channels."""

    name: str
    content: bytes
    unseen: bool = False


class Person:
    """Somebody with the app before them; strings are what they type, a person in them is a mention."""

    def __init__(self, workspace: Workspace, postman: Postman, member: Member) -> None:
        self.member = member
        self._workspace = workspace
        self._postman = postman

    @property
    def id(self) -> str:
        """Their user id."""
        return self.member.id

    @property
    def view(self) -> Json | None:
        """The modal they have before them."""
        return self._workspace.top_view(self.id)

    @property
    def direct(self) -> Channel:
        """Their direct conversation with the bot."""
        return self._workspace.im(self.id)

    def joins(self, channel: str) -> "Person":
        """Come into a conversation; an external person makes it a shared one."""
        self._enter(channel)
        return self

    def says(
        self,
        channel: str,
        *parts: "str | Person | Raw",
        thread: str = "",
        files: tuple[Upload, ...] = (),
        broadcast: bool = False,
    ) -> str:
        """Say something; return its ts."""
        where = self._enter(channel)
        raw = self._words(parts) | {"ts": self._workspace.ts()}
        if thread:
            raw["thread_ts"] = thread
        if broadcast:
            raw["subtype"] = "thread_broadcast"
        if files:
            sent = [self._sent(each) for each in files]
            raw |= {"subtype": "file_share", "files": sent, "upload": False, "display_as_bot": False}
        if where.shared:
            raw |= {"user_team": self.member.team, "source_team": self.member.team}
        posted = Posted(raw)
        add(self._workspace, where, posted)
        return posted.ts

    def says_directly(self, *parts: "str | Person | Raw", files: tuple[Upload, ...] = ()) -> str:
        """Say something to the bot alone."""
        return self.says(self.direct.id, *parts, files=files)

    def edits(self, channel: str, ts: str, *parts: "str | Person | Raw") -> None:
        """Change words of theirs."""
        posted = self._found(channel, ts)
        before = deepcopy(posted.raw)
        posted.raw |= {key: value for key, value in self._words(parts).items() if key in {"text", "blocks"}}
        posted.raw["edited"] = {"user": self.id, "ts": self._workspace.ts()}
        events.edited(self._workspace, self._workspace.channels[channel], before, posted)

    def deletes(self, channel: str, ts: str) -> None:
        """Take words of theirs away."""
        remove(self._workspace, self._workspace.channels[channel], self._found(channel, ts))

    def reacts(self, channel: str, ts: str, name: str) -> None:
        """Put a reaction on a message."""
        where = self._enter(channel)
        posted = where.find(ts)
        assert posted is not None, "no such message"
        events.reacted(self._workspace, where, posted, user=self.id, name=name)

    def types(self, command: str, text: str = "", *mentions: "Person", channel: str) -> Delivery:
        """Give a slash command; `{}` in the text stands for a mention."""
        assert command in COMMANDS, f"nobody registered {command}"
        assert self.member.team == self._workspace.team, "external people have no slash commands"
        where = self._enter(channel)
        named = [f"<@{each.id}|user.{each.id.lower()}>" for each in mentions]
        return self._postman.send(
            "slash_commands",
            {
                "token": "fake-verification",
                "team_id": self._workspace.team,
                "team_domain": self._workspace.domain,
                "channel_id": where.id,
                "channel_name": "directmessage" if where.kind == "im" else where.name,
                "user_id": self.id,
                "user_name": f"user.{self.id.lower()}",
                "command": command,
                "text": escape(text).format(*named) if named else escape(text),
                "api_app_id": self._workspace.app,
                "is_enterprise_install": "false",
                "response_url": self._workspace.response_url(where.id, self.id),
                "trigger_id": self._workspace.trigger(self.id),
            },
        )

    def presses(self, label: str, *, channel: str = "", ts: str = "") -> Delivery:
        """Press the newest button of this label that they can see, or that of one message."""
        for where, posted in reversed(list(self._seen())):
            if channel not in {"", where.id} or ts not in {"", posted.ts}:
                continue
            for button in posted.buttons:
                if button["text"]["text"] == label:
                    return self._press(where, posted, button)
        raise AssertionError(f"{self.id} sees no button {label!r}")

    async def submits(self, values: Mapping[str, str] | None = None) -> Json:
        """Send the modal they have before them; keys are labels or block ids. Return the app's answer."""
        view = self.view
        assert view is not None, f"{self.id} has no view before them"
        filled = deepcopy(view)
        filled["state"] = {"values": _filled(view, dict(values or {}))}
        payload = self._interaction("view_submission") | {"view": filled, "response_urls": []}
        answer = (await self._postman.finished(self._postman.send("interactive", payload))).answer
        assert answer is not None, "the view was not taken"
        self._answered(view, answer)
        return answer

    def closes(self) -> None:
        """Close the modal they have before them, and what it stood on if it goes with it."""
        stack = self._workspace.stacks[self.id]
        view = self._workspace.views[stack.pop()]
        if view["notify_on_close"]:
            payload = self._interaction("view_closed") | {"view": view, "is_cleared": False}
            self._postman.send("interactive", payload)

    def _answered(self, view: Json, answer: Json) -> None:
        """Do with the view what the app answered."""
        stack = self._workspace.stacks[self.id]
        try:
            match answer.get("response_action"):
                case None:
                    stack.remove(view["id"])
                case "clear":
                    stack.clear()
                case "update":
                    place(self._workspace, self.id, checked(answer.get("view")), instead_of=view["id"])
                case "push" if len(stack) < MOST_STACKED:
                    place(self._workspace, self.id, checked(answer.get("view")))
                case "errors" if _blocks_of(view) >= set(answer.get("errors") or [None]):
                    pass
                case other:
                    self._workspace.blame("view_submission", "bad_answer", str(other))
        except RefusedError as error:
            self._workspace.blame("view_submission", error.error, error.detail)
        self._workspace.bell.ring()

    def _press(self, where: Channel, posted: Posted, button: Json) -> Delivery:
        kept = ("type", "action_id", "block_id", "text", "value", "style", "url")
        action = {name: button[name] for name in kept if name in button} | {"action_ts": self._workspace.ts()}
        container = {
            "type": "message",
            "message_ts": posted.ts,
            "channel_id": where.id,
            "is_ephemeral": bool(posted.to),
        }
        if "thread_ts" in posted.raw:
            container["thread_ts"] = posted.raw["thread_ts"]
        payload = self._interaction("block_actions") | {
            "container": container,
            "channel": {"id": where.id, "name": "directmessage" if where.kind == "im" else where.name},
            "state": {"values": {}},
            "response_url": self._workspace.response_url(where.id, self.id, posted),
            "actions": [action],
        }
        return self._postman.send(
            "interactive", payload if posted.to else payload | {"message": deepcopy(posted.raw)}
        )

    def _interaction(self, kind: str) -> Json:
        name = f"user.{self.id.lower()}"
        return {
            "type": kind,
            "user": {"id": self.id, "username": name, "name": name, "team_id": self.member.team},
            "api_app_id": self._workspace.app,
            "token": "fake-verification",
            "trigger_id": self._workspace.trigger(self.id),
            "team": {"id": self._workspace.team, "domain": self._workspace.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _enter(self, channel: str) -> Channel:
        where = self._workspace.channels[channel]
        where.members.add(self.id)
        where.shared |= self.member.team != self._workspace.team
        return where

    def _found(self, channel: str, ts: str) -> Posted:
        posted = self._workspace.channels[channel].find(ts)
        assert posted is not None, "no such message"
        assert posted.author == self.id, f"{self.id} did not say that"
        return posted

    def _seen(self) -> list[tuple[Channel, Posted]]:
        mine = [each for each in self._workspace.channels.values() if self.id in each.members]
        all_ = [(where, each) for where in mine for each in where.messages]
        alone = [(where, each) for where in mine for each in where.ephemerals if each.to == self.id]
        return sorted(all_ + alone, key=lambda pair: float(pair[1].ts))

    def _sent(self, upload: Upload) -> Json:
        raw = described(self._workspace, upload.name, len(upload.content), self.id)
        self._workspace.files[raw["id"]] = File(raw, upload.content, len(upload.content), complete=True)
        if not upload.unseen:
            return deepcopy(raw)
        return {
            "id": raw["id"],
            "created": raw["created"],
            "timestamp": raw["timestamp"],
            "mode": "file_access",
            "file_access": "check_file_info",
        }

    def _words(self, parts: "tuple[str | Person | Raw, ...]") -> Json:
        return {
            "type": "message",
            "user": self.id,
            "team": self.member.team,
            "client_msg_id": str(uuid4()),
            "text": "".join(map(_stored, parts)),
            "blocks": [
                {
                    "type": "rich_text",
                    "block_id": self._workspace.id("b"),
                    "elements": [
                        {"type": "rich_text_section", "elements": [_element(p) for p in parts if p]}
                    ],
                }
            ],
        }


def _stored(part: "str | Person | Raw") -> str:
    match part:
        case str():
            return escape(part)
        case Raw():
            return part.text
        case Person():
            return f"<@{part.id}>"


def _element(part: "str | Person | Raw") -> Json:
    match part:
        case Person():
            return {"type": "user", "user_id": part.id}
        case Raw():
            return {"type": "text", "text": part.text}
        case str():
            return {"type": "text", "text": part}


def _blocks_of(view: Json) -> set[Any]:
    return {block["block_id"] for block in view["blocks"] if block["type"] == "input"}


def _filled(view: Json, values: dict[str, str]) -> Json:
    """Fill the inputs as a person can: nothing required left out, nothing too long, nothing not offered."""
    state: Json = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, label = block["element"], block["label"]["text"]
        given = values.pop(label, values.pop(block["block_id"], None))
        value = _value(element, given)
        assert block.get("optional") or any(value.values()), f"the client asks for {label!r}"
        state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **value}
    assert not values, f"the view does not ask for {sorted(values)}"
    return state


def _value(element: Json, given: str | None) -> Json:
    match element["type"]:
        case "static_select" | "radio_buttons":
            wanted = [o for o in element["options"] if given in {o["value"], o["text"]["text"]}]
            assert given is None or wanted, f"{given!r} is not offered"
            return {"selected_option": wanted[0] if wanted else element.get("initial_option")}
        case "plain_text_input":
            text = element.get("initial_value") if given is None else given
            assert len(text or "") <= element.get("max_length", 3000), "the client takes no more"
            return {"value": text or None}
        case kind:
            field = {"users_select": "user", "datepicker": "date", "timepicker": "time"}[kind]
            return {f"selected_{field}": given or element.get(f"initial_{field}")}
