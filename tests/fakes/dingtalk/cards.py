"""Interactive cards: made and delivered, changed; every value of theirs is a string."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import uuid4

from aiohttp import web
from pydantic import JsonValue

from tests.fakes.dingtalk.bodies import CreateAndDeliver, DeliverToGroup, UpdateCard
from tests.fakes.dingtalk.calls import Answer, RefusedError, answering, read
from tests.fakes.dingtalk.ledger import Ledger
from tests.fakes.dingtalk.world import Conversation, How, Line, World

CREATE = "/v1.0/card/instances/createAndDeliver"
UPDATE = "/v1.0/card/instances"
SPACE = re.compile(r"dtv1\.card//(IM_GROUP|IM_ROBOT)\.(.+)")

VALUE_LIMIT = 100 * 1024
"""Bytes of all values together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that stands somewhere, with what it shows."""

    place: Conversation
    values: Mapping[str, str] = field(default_factory=dict)
    versions: int = 1


class Cards:
    """Every card, by the id its maker gave it."""

    def __init__(self, ledger: Ledger, world: World, *, robot: str) -> None:
        self.cards: dict[str, Card] = {}
        self.templates: set[str] = set()
        self._ledger = ledger
        self._world = world
        self._robot = robot

    def routes(self) -> list[web.RouteDef]:
        """Return the calls with their handlers."""
        return [web.post(CREATE, answering(self._create)), web.put(UPDATE, answering(self._update))]

    async def _create(self, request: web.Request) -> Answer:
        asked = await read(request, CreateAndDeliver, self._ledger)
        if asked.template not in self.templates:
            raise RefusedError("param.templateNotExist", "模板不存在")
        if asked.out_track_id in self.cards:
            raise RefusedError("param.cardAlreadyExist", "卡片已存在")
        self._measured(request, asked.data.params)
        kind, place = self._space(request, asked)
        carrier = f"pqk{uuid4().hex}="
        self.cards[asked.out_track_id] = Card(place=place, values=asked.data.params)
        rung = frozenset(asked.group.at_user_ids) if asked.group else frozenset[str]()
        text = "\n".join(f"{name}: {value}" for name, value in asked.data.params.items())
        place.lines.append(Line(how=How.CARD, kind="card", text=text, rung=rung, key=carrier))
        delivered: dict[str, JsonValue] = {
            "spaceType": kind,
            "spaceId": place.id,
            "success": True,
            "carrierId": carrier,
            "errorMsg": "",
        }
        return {
            "success": True,
            "result": {"outTrackId": asked.out_track_id, "deliverResults": [delivered]},
        }

    async def _update(self, request: web.Request) -> Answer:
        asked = await read(request, UpdateCard, self._ledger)
        card = self.cards.get(asked.out_track_id)
        if card is None:
            raise RefusedError("param.cardNotExist", "卡片不存在")
        if asked.data is None and not asked.private:
            raise RefusedError("param.cardDataAndPrivateDataBothEmpty", "卡片数据为空")
        new = asked.data.params if asked.data else {}
        self._measured(request, new)
        values = {**card.values, **new} if asked.options.data_by_key else new
        self.cards[asked.out_track_id] = replace(card, values=values, versions=card.versions + 1)
        return {"success": True, "result": True}

    def _space(self, request: web.Request, asked: CreateAndDeliver) -> tuple[str, Conversation]:
        found = SPACE.fullmatch(asked.space)
        if found is None:
            self._ledger.violated(f"{request.path}: an openSpaceId that is none")
            raise RefusedError("param.openSpaceIdInvalid", "openSpaceId无效")
        kind, name = found.groups()
        if kind == "IM_GROUP":
            return kind, self._group(name, asked.group)
        member = self._world.member(name)
        if member is None:
            raise RefusedError("param.userIdNotExist", "用户不存在")
        if asked.person is None:
            raise RefusedError("param.openDeliverModelEmpty", "投放参数为空")
        return kind, self._world.between(member)

    def _group(self, name: str, model: DeliverToGroup | None) -> Conversation:
        if model is None:
            raise RefusedError("param.openDeliverModelEmpty", "投放参数为空")
        if model.robot_code != self._robot:
            raise RefusedError("param.openDeliverModelError", "机器人不存在")
        if name not in self._world.groups:
            raise RefusedError("param.openSpaceIdInvalid", "openSpaceId无效")
        return self._world.groups[name]

    def _measured(self, request: web.Request, values: Mapping[str, str]) -> None:
        if sum(len(name.encode()) + len(value.encode()) for name, value in values.items()) > VALUE_LIMIT:
            self._ledger.violated(f"{request.path}: more than {VALUE_LIMIT} bytes of values")
            raise RefusedError("param.invalid", "卡片数据过大")
