"""Every message about articles, to whoever asks and to whoever keeps them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.core.message import Message
from bot.core.people import CaseKey, ContractId, CustomerId, Language, PersonId
from bot.kb.answer import Hit
from bot.kb.article import Article
from bot.kb.editing import Conflict, Contradiction, Edit, EditKind
from bot.kb.outcomes import Outcomes
from bot.kb.wanted import Alias, Gap, Todo
from bot.notify import answers
from bot.notify.answers import keeping
from bot.notify.answers.knowledge import not_helped, unread_articles
from bot.notify.answers.outcomes import how_it_went
from bot.notify.scene import Scene

ARTICLE = Article(
    id="password",
    tags=("account",),
    audience="all",
    titles={Language.ZH: "怎么重置密码？", Language.EN: "How do I reset my password?"},
    answers={
        Language.ZH: "登录页点“忘记密码”，按短信提示操作。\n\n收不到短信请转人工。",
        Language.EN: "Press “Forgot password” on the login page.\n\nIf no message arrives, ask a person.",
    },
    aliases={Language.ZH: (), Language.EN: ()},
    sources={Language.ZH: "服务指南 3.1", Language.EN: "Service guide 3.1"},
    version=1,
    updated=date(2026, 3, 2),
)

LIMITED = replace(
    ARTICLE,
    id="limited",
    audience="staff",
    customers=(CustomerId("huayue"),),
    contracts=(ContractId("huayue-campus"),),
    products=("NIPS", "VPN"),
    schemes=("s1_p4",),
    valid_from=date(2026, 3, 1),
    valid_until=date(2026, 12, 31),
)


TO_DO = Todo(
    gaps=tuple(
        Gap(
            question=f"怎么预约 {number} 号会议室？",
            times=7 - number,
            unanswered=5 - number // 2,
            badly=2,
            people=3,
            case=CaseKey("C-20261120-0007") if number == 1 else None,
            given=("password", "limited")[: number % 3],
        )
        for number in range(1, 7)
    ),
    drafts=((3, CaseKey("C-20261120-0007")),),
    twins=(("password", "limited"),),
    stale=(ARTICLE,),
    ending=(LIMITED,),
    conflicts=tuple(Conflict("password", 3, kind) for kind in Contradiction),
)


WENT = Outcomes(
    first=date(2026, 10, 22),
    last=date(2026, 11, 20),
    every={
        "asked": 12,
        "answered": 7,
        "offered": 3,
        "unknown": 2,
        "helped": 4,
        "deflected": 3,
        "followed": 2,
    },
    articles=(("password", {"asked": 7, "answered": 7, "helped": 4, "along": 1}), ("limited", {"along": 2})),
    questions=tuple(
        (f"怎么重置 {number} 号门的密码", {"asked": 12 - number, "answered": 2}) for number in range(1, 13)
    ),
)


def of_knowledge(customer: Scene, desk: Scene) -> Iterator[tuple[str, Message]]:
    """Yield every message with its name."""
    hits = (Hit(ARTICLE, 0.4), Hit(replace(ARTICLE, id="other"), 0.3))
    yield "article", answers.article(customer, ARTICLE, "怎么重置密码")
    yield "article with a case", answers.article(customer, ARTICLE, "密码", along=True)
    yield "offer", answers.offer(customer, hits, "密码")
    yield "unknown question", answers.unknown_question(customer, "密码")
    yield "articles yet unread", unread_articles(customer, "密码")
    yield "article did not help", not_helped(customer, (), "密码")
    yield "article did not help, others may", not_helped(customer, hits[:1], "密码")
    yield "article written", keeping.said_anew(desk, ARTICLE, 2, ())
    yield "article written for some", keeping.said_anew(desk, LIMITED, 2, (ARTICLE,))
    yield "article retired", keeping.withdrawn(desk, "password", 3)
    yield "change taken back", keeping.taken_back(desk, "password", ARTICLE)
    yield "article taken back", keeping.taken_back(desk, "password", None)
    yield "draft", keeping.draft_to_check(desk, 3, "C-20261120-0007", ARTICLE)
    yield "versions of an article", keeping.versions(desk, "password", ARTICLE, tuple(_edits()))
    words = {Language.ZH: "口令想换一个", Language.EN: "another password"}[desk.lang]
    aliases = (Alias(article="password", language=desk.lang, words=words, times=2),)
    yield "knowledge to do", keeping.to_do(desk, replace(TO_DO, aliases=aliases))
    yield "nothing to do", keeping.to_do(desk, Todo())
    yield "how questions went", how_it_went(desk, WENT)
    yield "nobody asked", how_it_went(desk, replace(WENT, every={}, articles=(), questions=()))
    yield "versions of none", keeping.versions(desk, "password", None, ())


def _edits() -> Iterator[Edit]:
    by = (PersonId("lin-xiaobei"), PersonId("zhou-lan"), None)
    for number, (kind, who) in enumerate(zip(EditKind, by, strict=True), 1):
        yield Edit(
            article="password",
            kind=kind,
            body="",
            version=number,
            base="",
            before=number - 1,
            by=who,
            note="C-20261120-0007" if kind is EditKind.WRITE else "",
            at=datetime(2026, 11, 20, 2, number, tzinfo=UTC),
            number=number,
        )
