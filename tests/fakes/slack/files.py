"""The files.* methods: an upload is asked for, done, completed; a file is told of."""

import mimetypes
from collections.abc import Mapping
from copy import deepcopy

from tests.fakes.slack.calls import Call, Method, RefusedError
from tests.fakes.slack.chat import add, bot_message, thread_of
from tests.fakes.slack.state import File, Json, Posted, Workspace


def described(workspace: Workspace, name: str, size: int, user: str) -> Json:
    """Return a new file as Slack tells of it."""
    file = workspace.id("F")
    kind = name.rpartition(".")[2].lower()
    address = f"{workspace.base}/files-pri/{workspace.team}-{file}"
    now = int(workspace.clock.now().timestamp())
    return {
        "id": file,
        "created": now,
        "timestamp": now,
        "name": name,
        "title": name,
        "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": user,
        "user_team": workspace.members[user].team,
        "editable": False,
        "size": size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{address}/{name}",
        "url_private_download": f"{address}/download/{name}",
        "permalink": f"https://{workspace.domain}.slack.com/files/{user}/{file}/{name}",
        "has_rich_preview": False,
        "file_access": "visible",
    }


def _upload_url(call: Call) -> Json:
    length = call.number("length", 0)
    if length <= 0 or not call.text("filename"):
        raise RefusedError("invalid_arguments", "filename and a positive length")
    raw = described(call.workspace, call.text("filename"), length, call.workspace.bot_user)
    if call.text("alt_txt"):
        raw["alt_txt"] = call.text("alt_txt")
    call.workspace.files[raw["id"]] = File(raw, length=length)
    return {"upload_url": f"{call.workspace.base}/upload/v1/{raw['id']}", "file_id": raw["id"]}


def _complete(call: Call) -> Json:
    wanted = call.structure("files")
    if not isinstance(wanted, list) or not wanted or any(each.keys() - {"id", "title"} for each in wanted):
        raise RefusedError("invalid_arguments", "files must be a list of id and title")
    files = [_uploaded(call, each) for each in wanted]
    if call.text("channel_id"):
        channel = call.channel("channel_id")
        shown = {"text": call.text("initial_comment"), "subtype": "file_share", "upload": False}
        more = shown | {"files": [deepcopy(file.raw) for file in files]} | thread_of(call, channel)
        posted = Posted(bot_message(call.workspace, more))
        add(call.workspace, channel, posted)
        for file in files:
            shares = file.raw.setdefault("shares", {}).setdefault("public", {})
            shares.setdefault(channel.id, []).append({"ts": posted.ts, **thread_of(call, channel)})
    return {"files": [{"id": file.raw["id"], "title": file.raw["title"]} for file in files]}


def _uploaded(call: Call, wanted: Json) -> File:
    file = call.workspace.files.get(str(wanted.get("id")))
    if file is None:
        raise RefusedError("file_not_found")
    if len(file.content) != file.length:
        raise RefusedError("file_upload_size_mismatch", f"{len(file.content)} of {file.length} bytes")
    if file.complete:
        raise RefusedError("file_already_completed")
    file.complete = True
    file.raw["title"] = wanted.get("title") or file.raw["name"]
    return file


def _info(call: Call) -> Json:
    file = call.workspace.files.get(call.text("file"))
    if file is None or not file.complete:
        raise RefusedError("file_not_found")
    return {"file": deepcopy(file.raw), "comments": []}


METHODS: Mapping[str, Method] = {
    "files.getUploadURLExternal": Method(
        run=_upload_url,
        required=("filename", "length"),
        optional=("alt_txt", "snippet_type"),
        scopes=("files:write",),
        tier=100,
    ),
    "files.completeUploadExternal": Method(
        run=_complete,
        required=("files",),
        optional=("blocks", "channel_id", "initial_comment", "thread_ts"),
        scopes=("files:write",),
        tier=100,
    ),
    "files.info": Method(run=_info, required=("file",), scopes=("files:read",), tier=100),
}
