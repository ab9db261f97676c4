"""What other programs export, as they document it, becomes articles; drafts there are left out."""

import json
from datetime import date
from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.core.people import Language
from bot.knowledge.markup import plain_text
from bot.knowledge.others import read_export

DAY = date(2026, 11, 20)
ZENDESK = {
    "count": 3,
    "next_page": None,
    "articles": [
        {
            "id": 101,
            "title": "Reset a password",
            "name": "Reset a password",
            "body": (
                "<p>Open the <a href='https://help.example.com/p'>portal</a>.</p>"
                "<ol><li>Sign in</li><li>Save</li></ol>"
            ),
            "locale": "en-us",
            "source_locale": "en-us",
            "draft": False,
            "label_names": ["account", "password"],
            "user_segment_id": None,
            "updated_at": "2026-03-02T10:00:00Z",
            "html_url": "https://help.example.com/hc/articles/101",
        },
        {"id": 102, "title": "For agents", "body": "<p>Secret.</p>", "locale": "en-us", "user_segment_id": 7},
        {"id": 103, "title": "Not yet", "body": "<p>…</p>", "locale": "en-us", "draft": True},
    ],
    "translations": [
        {"id": 900, "source_id": 101, "locale": "zh-cn", "title": "重置密码", "body": "<p>打开门户。</p>"},
        {"id": 901, "source_id": 101, "locale": "de", "title": "Passwort", "body": "<p>Portal.</p>"},
    ],
}
ZAMMAD = {
    "KnowledgeBase": {"1": {"id": 1}},
    "KnowledgeBaseLocale": {"1": {"id": 1, "system_locale_id": 12, "primary": True}},
    "Locale": {"12": {"id": 12, "locale": "en-us"}},
    "KnowledgeBaseAnswer": {
        "1": {"id": 1, "published_at": "2025-03-12T10:09:01.203Z", "updated_at": "2025-03-13T09:00:07.819Z"},
        "2": {"id": 2, "internal_at": "2025-03-12T10:09:01.203Z", "published_at": None},
        "3": {"id": 3, "published_at": "2025-03-12T10:09:01Z", "archived_at": "2025-04-12T10:09:01Z"},
    },
    "KnowledgeBaseAnswerTranslation": {
        str(number): {
            "id": number,
            "answer_id": number,
            "kb_locale_id": 1,
            "title": title,
            "content_id": number,
        }
        for number, title in ((1, "Guest wifi"), (2, "Spare parts"), (3, "Old"))
    },
    "KnowledgeBaseAnswerTranslationContent": {
        str(number): {"id": number, "body": f"<div>Text {number}<br>more</div>"} for number in (1, 2, 3)
    },
}


def written(folder: Path, content: object) -> Path:
    file = folder / "export.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_articles_of_zendesk_come_with_their_translations(tmp_path: Path) -> None:
    found = read_export(written(tmp_path, ZENDESK), DAY)

    public, internal = found.articles
    assert public.id == "zendesk-101"
    assert public.titles == {Language.EN: "Reset a password", Language.ZH: "重置密码"}
    assert (
        public.answers[Language.EN] == "Open the portal (https://help.example.com/p).\n\n1. Sign in\n2. Save"
    )
    assert (public.tags, public.audience, public.updated) == (
        ("account", "password"),
        "all",
        date(2026, 3, 2),
    )
    assert public.sources[Language.ZH] == "https://help.example.com/hc/articles/101"
    assert (internal.audience, internal.updated) == ("staff", DAY)
    assert found.left_out == ["zendesk-103: a draft there"]


def test_answers_of_zammad_come_with_who_may_read_them(tmp_path: Path) -> None:
    for content in (ZAMMAD, {"assets": ZAMMAD}):
        found = read_export(written(tmp_path, content), DAY)

        assert [(each.id, each.audience) for each in found.articles] == [
            ("zammad-1", "all"),
            ("zammad-2", "staff"),
        ]
        assert found.articles[0].titles == {Language.EN: "Guest wifi"}
        assert found.articles[0].answers == {Language.EN: "Text 1\nmore"}
        assert found.articles[0].updated == date(2025, 3, 13)
        assert found.left_out == ["zammad-3: a draft there"]


@pytest.mark.parametrize("content", [{}, 7, {"articles": [{"title": "no id"}]}, {"KnowledgeBaseAnswer": {}}])
def test_what_is_no_export_is_told(tmp_path: Path, content: object) -> None:
    with pytest.raises(ConfigError):
        read_export(written(tmp_path, content), DAY)


@pytest.mark.parametrize("alone", [False, True])
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, *, alone: bool) -> None:
    articles = '[\n {"id": 1, "title": "甲？", "body": "乙。"},\n {"title": "丙？",\n  "body": 7}\n]'
    file = tmp_path / "export.json"
    file.write_text(articles if alone else f'{{"count": 2,\n"articles": {articles}}}', "utf-8")

    with pytest.raises(ConfigError) as error:
        read_export(file, DAY)

    above = 0 if alone else 1
    assert [(fault.line - above, fault.field) for fault in error.value.faults] == [
        (3, "articles.1.id"),
        (4, "articles.1.body"),
    ]


def test_what_is_nested_without_end_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000, "utf-8")

    with pytest.raises(ConfigError, match="JSON in UTF-8"):
        read_export(tmp_path / "deep.json", DAY)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two  words</p>", "One\n\nTwo words"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<script>x()</script><p>a &amp; b &lt;c&gt;</p>", "a & b <c>"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<p>see <img alt='the plan' src='x'></p>", "see [the plan]"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("</li></ul></pre>stray", "stray"),
    ],
)
def test_markup_becomes_plain_paragraphs(html: str, text: str) -> None:
    assert plain_text(html) == text
