"""Bolt as we use it: it checks signatures and takes bodies apart, and our edge answers all of them."""

from collections.abc import Mapping

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.platforms.slack.client import SlackApi, quiet_logger
from bot.platforms.slack.edge import Edge

GARBLED = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What Bolt raises for a body that is none of Slack's."""


class Responder:
    """Answers what Slack sends, by either way; it never raises."""

    def __init__(self, api: SlackApi, edge: Edge, *, signing_secret: str) -> None:
        self._app = AsyncApp(
            name="casebell",
            client=api.web,
            signing_secret=signing_secret,
            before_authorize=edge,
            logger=quiet_logger(),
        )
        self._edge = edge

    async def socket(self, body: dict[str, object]) -> BoltResponse:
        """Answer what came over our own connection: nobody but Slack can have sent it."""
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=body)
        except GARBLED:
            return await self._edge.keep(body)
        return await self._app.async_dispatch(request)

    async def http(self, body: str, headers: Mapping[str, str]) -> BoltResponse:
        """Answer a request; one without a good signature, or an old one, is refused."""
        try:
            request = AsyncBoltRequest(body=body, headers={**headers})
        except GARBLED:
            return BoltResponse(status=400)
        return await self._app.async_dispatch(request)
