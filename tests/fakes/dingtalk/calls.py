"""How a call is read and answered, strictly."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import JsonValue, ValidationError

from tests.fakes.dingtalk.bodies import Strict, faults
from tests.fakes.dingtalk.faults import Refusal, refused
from tests.fakes.dingtalk.ledger import Ledger

BodyT = TypeVar("BodyT", bound=Strict)

Answer = Mapping[str, JsonValue]


class RefusedError(Exception):
    """A call that is answered with a refusal."""

    def __init__(self, code: str, message: str = "参数错误") -> None:
        super().__init__(code)
        self.refusal = Refusal(400, code, message)


def answering(handler: Callable[[web.Request], Awaitable[Answer]]) -> Handler:
    """Make a handler of the new API of one that returns its answer or refuses."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return web.json_response(await handler(request))
        except RefusedError as error:
            return refused(error.refusal)

    return handle


async def read(request: web.Request, kind: type[BodyT], ledger: Ledger) -> BodyT:
    """Return a call's body; one that is not exactly as documented is a violation, and refused."""
    if request.content_type != "application/json":
        ledger.violated(f"{request.path}: a body that is {request.content_type}, not JSON")
    body = await request.read()
    if not body:
        ledger.violated(f"{request.path}: no body")
        raise RefusedError("Missingbody", "body is mandatory for this action.")
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        ledger.violated(f"{request.path}: {faults(error)}")
        raise RefusedError("invalidParameter") from None
