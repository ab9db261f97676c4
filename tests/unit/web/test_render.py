"""Messages as HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.core.message import (
    Bold,
    Bullets,
    Button,
    Buttons,
    Code,
    Field,
    Fields,
    Link,
    Mention,
    Message,
    Paragraph,
    Quote,
)
from bot.core.people import Sender
from bot.web.render import blocks_html, line_html
from tests.unit.web.desk import LOCAL

EVIL = "<script>alert('&')</script>"
SAFE = "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"


def inert(button: Button) -> Markup:
    return Markup('<span class="button" aria-disabled="true">{}</span>').format(button.label)


def drawn(*blocks: Paragraph | Quote | Fields | Bullets | Buttons) -> Markup:
    return blocks_html(Message(blocks=blocks), inert)


def test_every_block_has_its_form() -> None:
    html = drawn(
        Paragraph(("a ", Bold("b"), Code("c"), Mention(Sender(LOCAL, "x", "林小北")))),
        Quote("q"),
        Fields((Field("l", ("v",)),)),
        Bullets((("one",), ("two",))),
        Buttons((Button("go", "show"),)),
    )

    assert html == (
        '<p>a <strong>b</strong><code>c</code><span class="mention">@林小北</span></p>'
        "<blockquote>q</blockquote>"
        "<dl><div><dt>l</dt><dd>v</dd></div></dl>"
        "<ul><li>one</li><li>two</li></ul>"
        '<div class="buttons"><span class="button" aria-disabled="true">go</span></div>'
    )


@pytest.mark.parametrize(
    "html",
    [
        line_html((EVIL,)),
        line_html((Bold(EVIL),)),
        line_html((Code(EVIL),)),
        line_html((Mention(Sender(LOCAL, "x", EVIL)),)),
        line_html((Link(EVIL, "https://example.com"),)),
        line_html((Link("x", f"https://example.com/{EVIL}"),)),
        drawn(Quote(EVIL)),
        drawn(Fields((Field(EVIL, (EVIL,)),))),
        drawn(Buttons((Button(EVIL, "show"),))),
    ],
)
def test_what_somebody_wrote_is_never_markup(html: Markup) -> None:
    assert SAFE in html
    assert "<script" not in html


@pytest.mark.parametrize("url", ["https://example.com/a?b=1", "mailto:a@example.com", "tel:000"])
def test_a_link_opens_in_a_tab_of_its_own(url: str) -> None:
    assert line_html((Link("手册", url),)) == (
        f'<a href="{url}" rel="noopener noreferrer" target="_blank">手册</a>'
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", " x", "//evil"]
)
def test_a_link_that_could_run_something_leads_nowhere(url: str) -> None:
    html = line_html((Link("手册", url),))

    assert "<a" not in html
    assert "手册" in html


@given(st.text(), st.text())
def test_no_text_breaks_out(text: str, url: str) -> None:
    html = line_html((text, Bold(text), Link(text, url))) + drawn(Quote(text))

    assert "<script" not in html.lower()
