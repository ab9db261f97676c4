"""The robot's calls of the new API: to groups, to people, back again, and files people sent."""

from urllib.parse import quote
from uuid import uuid4

from aiohttp import web
from pydantic import JsonValue, ValidationError

from tests.fakes.dingtalk.bodies import (
    MSG_PARAMS,
    DownloadFile,
    QueryGroupMessage,
    RecallGroupMessages,
    SampleFile,
    SampleImage,
    SampleMarkdown,
    SampleText,
    Spoken,
    Strict,
    ToGroup,
    ToPeople,
    faults,
)
from tests.fakes.dingtalk.calls import Answer, RefusedError, answering, read
from tests.fakes.dingtalk.ledger import Ledger
from tests.fakes.dingtalk.markdown import complaints
from tests.fakes.dingtalk.world import How, Line, Media, World

TO_GROUP = "/v1.0/robot/groupMessages/send"
TO_PEOPLE = "/v1.0/robot/oToMessages/batchSend"
QUERY = "/v1.0/robot/groupMessages/query"
RECALL = "/v1.0/robot/groupMessages/recall"
DOWNLOAD = "/v1.0/robot/messageFiles/download"

PARAM_LIMIT = 15_000
"""Bytes of one msgParam."""

MOST_PEOPLE = 20


class Robot:
    """Does what the robot's calls ask and complains of what a careful caller would not send."""

    def __init__(self, ledger: Ledger, world: World, *, code: str) -> None:
        self.address = ""
        self._ledger = ledger
        self._world = world
        self._code = code

    def routes(self) -> list[web.RouteDef]:
        """Return the calls with their handlers."""
        handlers = {
            TO_GROUP: self._to_group,
            TO_PEOPLE: self._to_people,
            QUERY: self._query,
            RECALL: self._recall,
            DOWNLOAD: self._download,
        }
        return [web.post(path, answering(handler)) for path, handler in handlers.items()]

    async def _to_group(self, request: web.Request) -> Answer:
        asked = await read(request, ToGroup, self._ledger)
        self._own(asked.robot_code)
        group = self._world.groups.get(asked.open_conversation_id)
        line = self._line(request.path, asked)
        if group is None:
            raise RefusedError("invalid.openConversationId", "会话不存在")
        if group.stopped:
            raise RefusedError("bot.stopped", "机器人已停用")
        group.lines.append(line)
        return {"processQueryKey": line.key}

    async def _to_people(self, request: web.Request) -> Answer:
        asked = await read(request, ToPeople, self._ledger)
        self._own(asked.robot_code)
        if len(asked.user_ids) > MOST_PEOPLE:
            self._complain(request.path, f"more than {MOST_PEOPLE} people at once")
            raise RefusedError("too.many.people", "人数超限")
        line = self._line(request.path, asked)
        unknown = [each for each in asked.user_ids if self._world.member(each) is None]
        slowed = [each for each in asked.user_ids if each in self._world.flow_controlled]
        for each in asked.user_ids:
            member = self._world.member(each)
            if member is not None and each not in slowed:
                self._world.between(member).lines.append(line)
        return {
            "processQueryKey": line.key,
            "invalidStaffIdList": [*unknown],
            "flowControlledStaffIdList": [*slowed],
        }

    async def _query(self, request: web.Request) -> Answer:
        asked = await read(request, QueryGroupMessage, self._ledger)
        recalled = {line.key for group in self._world.groups.values() for line in group.recalled}
        if asked.process_query_key in recalled:
            return {"sendStatus": "RECALLED", "readUserIds": [], "hasMore": False}
        if asked.process_query_key not in {line.key for line in self._world.lines()}:
            raise RefusedError("resource.not.found", "消息不存在")
        return {"sendStatus": "SUCCESS", "readUserIds": [], "hasMore": False}

    async def _recall(self, request: web.Request) -> Answer:
        asked = await read(request, RecallGroupMessages, self._ledger)
        self._own(asked.robot_code)
        group = self._world.groups.get(asked.open_conversation_id)
        if group is None:
            raise RefusedError("invalid.openConversationId", "会话不存在")
        gone = [line for line in group.lines if line.key in asked.process_query_keys]
        group.lines[:] = [line for line in group.lines if line not in gone]
        group.recalled.extend(gone)
        done: list[JsonValue] = [line.key for line in gone]
        failed: dict[str, JsonValue] = {
            key: "not found" for key in asked.process_query_keys if key not in done
        }
        return {"successResult": done, "failedResult": failed}

    async def _download(self, request: web.Request) -> Answer:
        asked = await read(request, DownloadFile, self._ledger)
        self._own(asked.robot_code)
        if asked.download_code not in self._world.downloads:
            raise RefusedError("invalidParameter.robotCode.downloadCode", "下载码无效")
        return {"downloadUrl": f"{self.address}/files/{quote(asked.download_code, safe='')}"}

    # --- how strict ------------------------------------------------------------------------------------

    def _line(self, path: str, asked: Spoken) -> Line:
        kind = MSG_PARAMS.get(asked.msg_key)
        if kind is None:
            self._complain(path, f"there is no msgKey {asked.msg_key}")
            raise RefusedError("invalidParameter.msgKey.invalid")
        if len(asked.msg_param.encode()) > PARAM_LIMIT:
            self._complain(path, f"a msgParam of more than {PARAM_LIMIT} bytes")
            raise RefusedError("invalidParameter.msgParam.tooLong", "msgParam过长")
        try:
            param = kind.model_validate_json(asked.msg_param)
        except ValidationError as error:
            self._complain(path, f"{asked.msg_key}: {faults(error)}")
            raise RefusedError("invalidParameter.msgParam.invalid") from None
        return self._drawn(path, asked.msg_key, param)

    def _drawn(self, path: str, kind: str, param: Strict) -> Line:
        key = f"pqk{uuid4().hex}="
        match param:
            case SampleText(content=content):
                return Line(how=How.API, kind=kind, text=content, key=key)
            case SampleMarkdown(title=title, text=text):
                for each in complaints(text):
                    self._complain(path, f"markdown that does not show: {each}")
                return Line(how=How.API, kind=kind, title=title, text=text, key=key)
            case SampleImage(photo_url=name):
                return Line(how=How.API, kind=kind, media=self._uploaded(path, name), key=key)
            case SampleFile(media_id=name, file_name=title):
                return Line(how=How.API, kind=kind, title=title, media=self._uploaded(path, name), key=key)
            case _:
                return Line(how=How.API, kind=kind, text=param.model_dump_json(), key=key)

    def _uploaded(self, path: str, name: str) -> Media | None:
        if name.startswith(("http://", "https://")):
            return None
        if name not in self._world.uploads:
            self._complain(path, "a media id that was never uploaded")
            raise RefusedError("resource.not.found", "媒体文件不存在")
        return self._world.uploads[name]

    def _own(self, code: str) -> None:
        if code != self._code:
            self._ledger.violated(f"a robot code that is not ours: {code}")
            raise RefusedError("invalidParameter.robotCode.notExsit", "机器人不存在")

    def _complain(self, path: str, what: str) -> None:
        self._ledger.violated(f"{path}: {what}")
