"""Files in the local chat: given to whoever sees the line that brings them."""

from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Response

from bot.core.errors import StoreError
from bot.ports import Content, Unit
from bot.web.site import Site

SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
"""What a browser shows in a page; everything else is saved."""


class FilePages:
    """The files of one person's conversations."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/chat/{person}/c/{conversation}/files/{line}", self.file)
        return router

    async def file(self, person: str, conversation: str, line: int) -> Response:
        """Return the file a line brings; none for whoever does not see that line."""
        shown = self._site.conversation(self._site.person(person), conversation)

        def work(unit: Unit) -> Content | None:
            found = unit.chat.line(line)
            if found is None or found.conversation != shown.id or found.message is None:
                return None
            return unit.files.content(found.message.file) if found.message.file else None

        try:
            content = await self._site.desk.read(work)
        except StoreError:  # it was forgotten, or its sender erased
            content = None
        if content is None:
            raise HTTPException(404, "There is no such file here.")
        way = "inline" if content.mime in SHOWN else "attachment"
        return Response(
            content.data,
            media_type=content.mime,
            headers={"content-disposition": f"{way}; filename*=UTF-8''{quote(content.name, safe='')}"},
        )
