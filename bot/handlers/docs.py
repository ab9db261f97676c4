"""docs/commands.md and docs/access.md, written from the tables; a test compares them."""

from collections.abc import Iterable

from bot.access import ADMINS, ANY_STAFF, ENGINEERS, EXPERTS, NO_STAFF, RIGHTS, SUPERVISORS, Customers, Right
from bot.core.people import Audience, Language, Role
from bot.handlers.registry import ROWS, Number, Row
from bot.handlers.usage import usage
from bot.notify.texts import Texts

STAFF: dict[frozenset[Role], tuple[str, str]] = {
    NO_STAFF: ("—", "—"),
    ADMINS: ("管理员", "admins"),
    SUPERVISORS: ("主管及以上", "lead and above"),
    EXPERTS: ("专家、主管及以上", "experts, lead and above"),
    ENGINEERS: ("工程师、主管及以上", "engineers, lead and above"),
    ANY_STAFF: ("全体员工", "all staff"),
}
CUSTOMERS: dict[Customers, tuple[str, str]] = {
    Customers.NOBODY: ("—", "—"),
    Customers.REPORTER: ("报障人", "who reported the case"),
    Customers.EVERYBODY: ("客户的人", "the customer's people"),
}
PLACES: dict[Audience, tuple[str, str]] = {
    Audience.CUSTOMER: ("客户群", "customers' groups"),
    Audience.UNBOUND: ("未绑定的群", "unbound groups"),
    Audience.ENGINEERS: ("工程师群", "engineers' groups"),
    Audience.DIRECT: ("私聊", "direct messages"),
}
NUMBERS: dict[Number, tuple[str, str]] = {
    Number.NONE: ("不用", "none"),
    Number.IMPLIED: (
        "在工单自己的话题里，或客户只有一张工单时可省",
        "may be left out in the case's thread, and by a customer with one case",
    ),
    Number.THREAD: ("只在工单自己的话题里可省", "may be left out in the case's thread only"),
}

GENERATED = "<!-- 由程序生成，不要手改。Generated; do not edit. `make docs` -->"


def commands_md(texts: Texts) -> str:
    """Return docs/commands.md."""
    return _page(
        "指令 / Commands",
        "同一个指令可以写在 `/case` 后面、`@机器人` 后面，或按按钮；中英文等价。`<必填>`，`[可省]`。\n"
        "The same verb works after `/case`, after `@bot`, and as a button, in both languages. "
        "`<needed>`, `[may be left out]`.",
        (_commands(texts, lang) for lang in Language),
    )


def access_md() -> str:
    """Return docs/access.md."""
    return _page(
        "权限 / Access",
        "谁问，决定能不能做；在哪里回答，决定看到多少。客户的群里，所有人都只看到这个客户能看的。\n"
        "Who asks decides what is allowed; where it is answered decides what is shown. In a customer's group "
        "everybody sees only what that customer may see.",
        (_access(lang) for lang in Language),
    )


def _page(title: str, opening: str, tables: Iterable[str]) -> str:
    return "\n\n".join([f"# {title}", GENERATED, opening, *tables]) + "\n"


def _commands(texts: Texts, lang: Language) -> str:
    headings = ("写法 | 也可以写 | 做什么 | 工单号", "form | other names | what it does | number")
    return _table(_in(lang, headings), (_command(row, texts, lang) for row in ROWS))


def _command(row: Row, texts: Texts, lang: Language) -> tuple[str, ...]:
    form = usage(row.verb, lang, texts, staff=True)
    others = (name for name in row.names if name != form.split(" ", 1)[0])
    return (
        f"`{form}`".replace("|", "\\|"),
        "、".join(others) if lang is Language.ZH else ", ".join(others),
        texts.say(f"help.{row.verb}", lang),
        _in(lang, NUMBERS[_number(row)]),
    )


def _number(row: Row) -> Number:
    """Only customers are spared the number because they have just one case."""
    spared = any(
        right.customers is not Customers.NOBODY for key, right in RIGHTS.items() if key[0] is row.verb
    )
    return Number.THREAD if row.number is Number.IMPLIED and not spared else row.number


def _access(lang: Language) -> str:
    headings = ("指令 | 员工 | 客户 | 不能在 | 依据", "verb | staff | customers | not in | clause")
    rows = (_right(" ".join(filter(None, key)), right, lang) for key, right in RIGHTS.items())
    return _table(_in(lang, headings), rows)


def _right(verb: str, right: Right, lang: Language) -> tuple[str, ...]:
    return (
        f"`{verb}`",
        _in(lang, STAFF[right.staff]),
        _in(lang, CUSTOMERS[right.customers]),
        ", ".join(_in(lang, PLACES[place]) for place in right.refused_in) or "—",
        right.clause,
    )


def _in(lang: Language, both: tuple[str, str]) -> str:
    return both[0] if lang is Language.ZH else both[1]


def _table(headings: str, rows: Iterable[tuple[str, ...]]) -> str:
    line = "|".join("---" for _ in headings.split("|"))
    return "\n".join([f"| {headings} |", f"|{line}|", *(f"| {' | '.join(row)} |" for row in rows)])
