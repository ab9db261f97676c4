"""The pages of the knowledge base: for those who keep it, with what is wrong told beside what was typed."""

import re
from dataclasses import replace

import httpx
import pytest

from bot.core.people import CaseKey, PersonId
from bot.kb.article import Article
from bot.kb.markdown import dump
from bot.kb.search import KnowledgeBase
from bot.web.app import create_app
from tests.unit.kb.articles import HOURS
from tests.unit.web.desk import SmallDesk

PAGE = "/articles/vpn-691"
ENGINEER = {"person": "lin-xiaobei"}


@pytest.fixture
async def keeper(client: httpx.AsyncClient) -> httpx.AsyncClient:
    client.cookies.set("person", "lin-xiaobei")
    return client


def in_force(desk: SmallDesk, name: str) -> Article | None:
    return desk.store.read(lambda unit: desk.inside.shelf.articles(unit).get(name))


def drafted(desk: SmallDesk, article: Article, name: str) -> None:
    body = dump(replace(article, id=name))
    desk.store.run(lambda unit: unit.articles.draft(CaseKey("C-1"), by=PersonId("x"), body=body))


async def test_they_are_for_those_who_keep_articles(client: httpx.AsyncClient) -> None:
    for who in ("", "qin-shuyao"):
        client.cookies.set("person", who)
        assert (await client.get("/articles")).status_code == 404
        assert (await client.get(PAGE)).status_code == 404
        assert (await client.post(PAGE, data={"text": "x"})).status_code == 404
        assert (await client.post(f"{PAGE}/retire")).status_code == 404


async def test_every_article_is_listed_and_found_by_its_words(keeper: httpx.AsyncClient) -> None:
    every = (await keeper.get("/articles")).text
    some = (await keeper.get("/articles", params={"q": "691"})).text

    assert 'href="/articles/vpn-691"' in every
    assert 'href="/articles/vpn-691"' in some
    assert 'href="/articles/support-hours"' not in some
    assert 'href="/articles"' in every


async def test_an_article_is_changed_and_in_force_at_once(keeper: httpx.AsyncClient, desk: SmallDesk) -> None:
    present = in_force(desk, "vpn-691")
    assert present is not None
    text = dump(present).replace("691 表示", "改过：691 表示").replace("\n", "\r\n")

    saved = await keeper.post(PAGE, data={"text": text})

    assert (saved.status_code, saved.headers["location"]) == (303, PAGE)
    changed = in_force(desk, "vpn-691")
    assert changed is not None
    assert changed.version == present.version + 1
    shown = (await keeper.get(PAGE)).text
    assert "改过：691" in shown
    assert "第 2 版 · 写入 · 林小北" in shown


async def test_what_is_wrong_is_told_with_its_line_and_nothing_is_lost(
    keeper: httpx.AsyncClient, desk: SmallDesk
) -> None:
    typed = dump(HOURS).replace("audience: all", "audience: <everybody>")

    refused = await keeper.post("/articles/new", data={"text": typed})

    assert refused.status_code == 422
    assert (
        "第 5 行 · <code>audience</code> · 只能写 all 或 staff<pre>audience: &lt;everybody&gt;</pre>"
        in refused.text
    )
    assert "audience: &lt;everybody&gt;\n" in refused.text
    assert desk.store.read(lambda unit: unit.articles.edits()) == ()


WRONG = {
    "no head": ("---\nid", "id", 1, "开头要有两行 ---"),
    "no title": ("  zh: 几点上班？\n", "", 6, "缺少这一项"),
    "an unknown field": ("tags:", "mood:", 3, "没有这一项"),
    "another id": ("support-hours", "Support Hours", 2, "只用小写字母"),
    "no day": ("updated: 2026-11-02", "updated: soon", 18, "这样的日期"),
    "no number": ("version: 2", "version: one", 17, "1 以上的整数"),
    "no answer": ("## en", "## fr", 20, "每种语言要有"),
    "one day after the other": (
        "version: 2",
        "valid_from: 2026-12-02\nvalid_until: 2026-12-01\nversion: 2",
        18,
        "不能早于",
    ),
}


@pytest.mark.parametrize(("old", "new", "line", "expected"), WRONG.values(), ids=WRONG.keys())
async def test_what_is_wrong_is_told_in_the_readers_words(
    keeper: httpx.AsyncClient, old: str, new: str, line: int, expected: str
) -> None:
    typed = dump(HOURS)
    assert old in typed

    refused = await keeper.post("/articles/new", data={"text": typed.replace(old, new, 1)})

    assert refused.status_code == 422
    [alarm] = re.findall(r'<ul class="alarms">(.*?)</ul>', refused.text, re.DOTALL)
    assert (f"第 {line} 行" in alarm, expected in alarm) == (True, True), alarm


async def test_an_article_is_shown_as_readers_see_it_with_others_that_are_like_it(
    keeper: httpx.AsyncClient, desk: SmallDesk
) -> None:
    present = in_force(desk, "vpn-691")
    assert present is not None
    await keeper.post("/articles/new", data={"text": dump(replace(present, id="vpn-wrong-user"))})

    page = (await keeper.get("/articles/vpn-wrong-user")).text

    assert "<h1>VPN 报错误 691 怎么办？</h1>" in page
    assert "<small>依据：服务指南 4.4.2 第四级</small>" in page
    assert "内容很像的条目" in page
    assert '<a href="/articles/vpn-691">' in page


async def test_files_that_say_otherwise_are_listed(keeper: httpx.AsyncClient, desk: SmallDesk) -> None:
    present = in_force(desk, "vpn-691")
    assert present is not None
    await keeper.post(PAGE, data={"text": dump(present).replace("691 表示", "改过：691 表示")})

    desk.inside.shelf.renew(KnowledgeBase([HOURS]))

    assert '<a href="/articles/vpn-691">vpn-691</a> 文件已经没有了' in (await keeper.get("/articles")).text


@pytest.mark.parametrize(
    ("page", "change", "told"),
    [
        ("vpn-691", ("support-hours", "support-hours"), "编号要和原来一样"),
        ("new", ("support-hours", "guest-hours\ncustomers: [nobody]"), "没有“nobody”"),
    ],
)
async def test_what_cannot_be_is_told(
    keeper: httpx.AsyncClient, page: str, change: tuple[str, str], told: str
) -> None:
    refused = await keeper.post(f"/articles/{page}", data={"text": dump(HOURS).replace(*change)})

    assert refused.status_code in (409, 422)
    assert told in refused.text


async def test_who_was_slower_is_told_and_overwrites_nothing(
    keeper: httpx.AsyncClient, desk: SmallDesk
) -> None:
    present = in_force(desk, "vpn-691")
    assert present is not None
    mine, theirs = (dump(present).replace("691 表示", f"{who}：691 表示") for who in ("我", "别人"))
    await keeper.post(PAGE, data={"text": theirs})

    late = await keeper.post(PAGE, data={"text": mine})
    taken = await keeper.post("/articles/new", data={"text": mine})

    assert (late.status_code, taken.status_code) == (409, 409)
    assert "又改过" in late.text
    assert "我：691" in late.text
    assert "已经有 vpn-691" in taken.text
    assert len(desk.store.read(lambda unit: unit.articles.edits())) == 1


async def test_an_article_is_retired_and_taken_back_unless_somebody_was_faster(
    keeper: httpx.AsyncClient, desk: SmallDesk
) -> None:
    await keeper.post(f"{PAGE}/retire")
    assert in_force(desk, "vpn-691") is None
    version = desk.store.read(lambda unit: unit.articles.edits())[-1].version

    late = await keeper.post(f"{PAGE}/undo", data={"version": str(version - 1)})
    assert late.status_code == 409
    await keeper.post(f"{PAGE}/undo", data={"version": str(version)})

    assert in_force(desk, "vpn-691") == desk.inside.shelf.filed("vpn-691")
    assert (await keeper.post("/articles/nobody/retire")).status_code == 409
    assert (await keeper.get("/articles/nobody")).status_code == 404
    assert "id: " in (await keeper.get("/articles/new")).text


async def test_a_draft_is_looked_through_and_published_or_dropped(
    keeper: httpx.AsyncClient, desk: SmallDesk
) -> None:
    for name in ("one-draft", "other-draft"):
        drafted(desk, HOURS, name)
    assert '<a href="/articles/drafts/1">1 · 几点上班？</a> C-1' in (await keeper.get("/articles")).text
    shown = (await keeper.get("/articles/drafts/1")).text
    assert "还没有生效" in shown

    better = dump(replace(HOURS, id="one-draft")).replace("九点到五点半。", "九点到六点。")
    await keeper.post("/articles/drafts/1", data={"text": better})
    await keeper.post("/articles/drafts/2/drop")

    published = in_force(desk, "one-draft")
    assert published is not None
    assert "九点到六点。" in published.answers.values()
    assert desk.store.read(lambda unit: unit.articles.drafts()) == ()
    assert (await keeper.get("/articles/drafts/2")).status_code == 404


async def test_where_there_are_no_people_the_operator_keeps_them() -> None:
    desk = SmallDesk(demo=False)
    transport = httpx.ASGITransport(app=create_app(desk))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8300") as client:
        await client.post(f"{PAGE}/retire")

    [edit] = desk.store.read(lambda unit: unit.articles.edits())
    assert edit.by == "operator"


async def test_another_site_changes_nothing(keeper: httpx.AsyncClient, desk: SmallDesk) -> None:
    refused = await keeper.post(f"{PAGE}/retire", headers={"origin": "http://evil.example"})

    assert refused.status_code == 403
    assert in_force(desk, "vpn-691") is not None
