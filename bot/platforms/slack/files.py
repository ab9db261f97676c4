"""Pictures and files: fetched from Slack with our token, and laid down there."""

from urllib.parse import urljoin, urlsplit

import aiohttp
from pydantic import ValidationError

from bot.core.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.payload import FileRef
from bot.ports import FILE_LIMIT, Content

TRANSFER_LIMIT = aiohttp.ClientTimeout(total=60, sock_connect=5, sock_read=10)
CHUNK = 64 * 1024
HOPS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Files:
    """What people send is read, what we hand on is written."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def fetch(self, ref: str) -> bytes:
        """Return the content of a file somebody sent.

        Raises:
            PermanentDeliveryError: it is too large, not there any more, or not Slack's.
            TemporaryDeliveryError: Slack does not hand it out now.
        """
        try:
            file = FileRef.model_validate_json(ref)
        except ValidationError as error:
            raise PermanentDeliveryError("this is no file of Slack") from error
        address = file.url
        if not address:
            told = await self._api.file(file.id)
            address = told.url_private_download or told.url_private
        try:
            return await self._read(address)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise TemporaryDeliveryError(f"a file: {type(error).__name__}") from error

    async def lay_down(self, content: Content, address: str) -> None:
        """Write a file to where Slack said it may be laid down.

        Raises:
            TemporaryDeliveryError: Slack did not take it.
        """
        try:
            async with self._api.session().post(
                address, data=content.data, proxy=self._api.web.proxy, timeout=TRANSFER_LIMIT
            ) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise TemporaryDeliveryError(f"a file: {type(error).__name__}") from error
        if status != 200:
            raise TemporaryDeliveryError(f"a file: HTTP {status}")

    async def _read(self, address: str) -> bytes:
        for _ in range(HOPS):
            if not self._is_slacks(address):
                raise PermanentDeliveryError("the file does not lie at Slack")
            async with self._api.session().get(
                address,
                headers={"Authorization": f"Bearer {self._api.web.token}"},
                allow_redirects=False,
                proxy=self._api.web.proxy,
                timeout=TRANSFER_LIMIT,
            ) as answer:
                if answer.status not in REDIRECTS:
                    return await _content(answer)
                address = urljoin(address, answer.headers.get("Location", ""))
        raise PermanentDeliveryError("the file is not handed out: has the app the scope files:read?")

    def _is_slacks(self, address: str) -> bool:
        """Whether an address may see our token: Slack's own, or that of the API we were told to use."""
        there, api = urlsplit(address), urlsplit(self._api.web.base_url)
        host = there.hostname or ""
        if (there.scheme, host, there.port) == (api.scheme, api.hostname, api.port):
            return True
        return there.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))


async def _content(answer: aiohttp.ClientResponse) -> bytes:
    if answer.status == 429 or answer.status >= 500:
        raise TemporaryDeliveryError(f"a file: HTTP {answer.status}")
    if answer.status != 200:
        raise PermanentDeliveryError(f"a file: HTTP {answer.status}")
    if answer.content_type == "text/html":
        raise PermanentDeliveryError("a page instead of the file: has the app the scope files:read?")
    data = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        data += chunk
        if len(data) > FILE_LIMIT:
            raise PermanentDeliveryError("the file is too large")
    return bytes(data)
