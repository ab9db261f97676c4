"""HTML of other programs' articles as the plain paragraphs an answer is made of."""

import re
from html.parser import HTMLParser

BLOCKS = frozenset(
    {"address", "article", "blockquote", "dd", "div", "dl", "dt", "figure", "hr", "p", "pre", "section"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "ol", "table", "ul"}
)
BEFORE = {"br": "\n", "tr": "\n", "td": " ", "th": " "}
SKIPPED = frozenset({"script", "style", "head", "template"})


def plain_text(html: str) -> str:
    """Return the words of HTML: paragraphs apart, lists with a sign each, links with their address."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects words as they come; a mark stands where a line or paragraph ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._words: list[str] = []
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []
        self._skipped = 0
        self._kept = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins."""
        values = dict(attrs)
        self._skipped += tag in SKIPPED
        self._kept += tag == "pre"
        if tag in BLOCKS:
            self._words.append("\n\n")
        self._words.append(BEFORE.get(tag, ""))
        match tag:
            case "ul" | "ol":
                self._lists.append(0 if tag == "ol" else None)
            case "li":
                self._words.append(f"\n{self._sign()} ")
            case "a":
                self._links.append((values.get("href") or "", len(self._words)))
            case "img" if values.get("alt"):
                self._words.append(f"[{values['alt']}]")

    def handle_endtag(self, tag: str) -> None:
        """Note what ends."""
        self._skipped -= tag in SKIPPED and self._skipped > 0
        self._kept -= tag == "pre" and self._kept > 0
        if tag in BLOCKS:
            self._words.append("\n\n")
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag == "a" and self._links:
            address, start = self._links.pop()
            if address.startswith("http") and address not in "".join(self._words[start:]):
                self._words.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        """Take words in; their line ends say nothing outside of what is kept as it stands."""
        if not self._skipped:
            self._words.append(data if self._kept else re.sub(r"\s+", " ", data))

    def text(self) -> str:
        """Return everything that was said."""
        lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(self._words).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _sign(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "-"
        self._lists[-1] += 1
        return f"{self._lists[-1]}."
