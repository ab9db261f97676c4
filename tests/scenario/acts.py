"""Every verb that acts on a case as a row: how it is said, twice, what it does, who hears of it."""

from dataclasses import dataclass

from bot.cases.model import Case, FactKind, Status
from tests.scenario.stage import LEAD, MANAGER, SIDES, Side
from tests.scenario.world import World

ENGINEERS, OTHER = "engineers", "he-miao"
OPEN, ACK, WAITING, SOLVED = Status.OPEN, Status.ACKNOWLEDGED, Status.WAITING, Status.SOLVED
CLOSED, CANCELLED = Status.CLOSED, Status.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A verb that acts on a case: `{n}` is its number, the arguments are its words in both languages.

    `told` are `group` (the customer's), `owner`, `mail` before either, or ids; `here` is where it was said.
    """

    zh: str
    en: str
    words: tuple[str, str] = ("", "")
    before: Status = OPEN
    fact: FactKind
    after: Status | None = None
    told: tuple[str, ...] = ("here",)
    by: str = "owner"
    labels: tuple[str, str] | None = None

    def text(self, side: Side, case: Case) -> str:
        """Return it as somebody types it."""
        at = SIDES.index(side)
        return f"{(self.zh, self.en)[at]} {case.key} {self.words[at]}".strip()


STAFF = (
    Act(zh="接单", en="ack", fact=FactKind.ACKNOWLEDGED, after=ACK, labels=("接单", "接单")),
    Act(
        zh="接手",
        en="take",
        by=OTHER,
        fact=FactKind.TAKEN,
        after=ACK,
        told=("here", "group", "owner"),
    ),
    Act(
        zh="转派",
        en="assign",
        words=("何苗", "He Miao"),
        fact=FactKind.ASSIGNED,
        told=("here", "group", "owner", OTHER, f"mail {OTHER}"),
        labels=("转派", "转派"),
    ),
    Act(
        zh="定级",
        en="level",
        words=("4级 影响很小", "p4 hardly any effect"),
        fact=FactKind.LEVELLED,
        told=("here", "group"),
        labels=("定级", "定级"),
    ),
    Act(
        zh="内部备注",
        en="note",
        words=("怀疑是电源", "The power supply, I suspect"),
        fact=FactKind.NOTED_INTERNALLY,
        labels=("内部备注", "内部备注"),
    ),
    Act(zh="填写", en="set", words=("厂商 甲公司", "vendor Acme"), fact=FactKind.FIELD_SET),
    Act(
        zh="补充",
        en="add",
        words=("正在看日志", "Reading the logs"),
        fact=FactKind.STAFF_WROTE,
        after=ACK,
        told=("here", "group"),
    ),
    Act(
        zh="回复",
        en="reply",
        words=("请重启一次", "Please restart it"),
        fact=FactKind.REPLY_HELD,
        labels=("回复客户", "回复客户"),
    ),
    Act(
        zh="已电话",
        en="call",
        words=("已指导重启 于 09:50", "talked through a restart at 09:50"),
        fact=FactKind.CALLED,
        after=ACK,
        told=("here", "group"),
    ),
    Act(
        zh="诊断",
        en="diag",
        words=("电源损坏", "The power supply is dead"),
        fact=FactKind.DIAGNOSED,
        after=ACK,
        told=("here", "group"),
        labels=("诊断", "诊断"),
    ),
    Act(
        zh="上门",
        en="onsite",
        words=("需要", "need"),
        fact=FactKind.VISIT_DECIDED,
        told=("here", "group"),
        labels=("上门", "上门"),
    ),
    Act(
        zh="标记",
        en="mark",
        words=("备机", "standby"),
        fact=FactKind.MARKED,
        told=("here", "group"),
        labels=("标记", "标记"),
    ),
    Act(
        zh="挂起",
        en="wait",
        words=("厂商 明天 10:00", "vendor until tomorrow 10:00"),
        fact=FactKind.WAITING,
        after=WAITING,
        told=("here", "group"),
        labels=("挂起", "挂起"),
    ),
    Act(
        zh="恢复",
        en="resume",
        before=WAITING,
        fact=FactKind.RESUMED,
        after=ACK,
        labels=("恢复处理", "恢复处理"),
    ),
    Act(
        zh="升级",
        en="escalate",
        words=("经理 需要协调", "manager needs a decision"),
        fact=FactKind.ESCALATED,
        told=("here", MANAGER, f"mail {MANAGER}"),
        labels=("升级", "升级"),
    ),
    Act(zh="已知悉", en="noted", by=LEAD, fact=FactKind.RUNG_SEEN),
    Act(
        zh="解决",
        en="solve",
        words=("换了电源", "Replaced the power supply"),
        fact=FactKind.SOLVED,
        after=SOLVED,
        told=("here", "group"),
        labels=("解决", "解决"),
    ),
    Act(
        zh="确认",
        en="confirm",
        words=("客户来电确认", "They phoned to say so"),
        before=SOLVED,
        fact=FactKind.CLOSED,
        after=CLOSED,
        told=("here", "group", "group", "mail customer", "owner"),
        labels=("代客户确认", "代客户确认"),
    ),
    Act(
        zh="撤销",
        en="cancel",
        words=("误报", "a false alarm"),
        fact=FactKind.CANCELLED,
        after=CANCELLED,
        told=("here", "group", "owner"),
    ),
)

CUSTOMERS = (
    Act(
        zh="催办",
        en="chase",
        by="customer",
        fact=FactKind.CHASED,
        told=("here", "owner", "mail owner", LEAD, f"mail {LEAD}"),
        labels=("催办", "Ask again"),
    ),
    Act(
        zh="补充",
        en="add",
        words=("二楼也坏了", "Floor 2 as well"),
        by="customer",
        fact=FactKind.CUSTOMER_WROTE,
        told=("here", "owner", ENGINEERS),
        labels=("补充", "Add details"),
    ),
    Act(zh="填写", en="set", words=("电话 123", "phone 123"), by="customer", fact=FactKind.FIELD_SET),
    Act(
        zh="需上门",
        en="onsite",
        words=("", "need"),
        by="customer",
        fact=FactKind.VISIT_REQUESTED,
        told=("here", "owner", MANAGER, f"mail {MANAGER}"),
    ),
    Act(
        zh="已解决",
        en="confirm",
        by="customer",
        before=SOLVED,
        fact=FactKind.CLOSED,
        after=CLOSED,
        told=("group", "group", "mail customer", "owner"),
        labels=("已解决", "Solved"),
    ),
    Act(
        zh="仍有问题",
        en="reopen",
        by="customer",
        before=SOLVED,
        fact=FactKind.REOPENED,
        after=OPEN,
        told=("group", "owner", "mail owner"),
        labels=("仍有问题", "Not solved"),
    ),
    Act(
        zh="重开",
        en="reopen",
        words=("又坏了", "It broke again"),
        by="customer",
        before=CLOSED,
        fact=FactKind.REOPENED,
        after=OPEN,
        told=("group", "owner", "mail owner", LEAD, ENGINEERS),
        labels=("仍有问题", "Not solved"),
    ),
    Act(
        zh="评价",
        en="rate",
        words=("5", "5"),
        by="customer",
        before=CLOSED,
        fact=FactKind.RATED,
        told=("here", LEAD),
        labels=("★★★★★ 很满意", "★★★★★ very good"),
    ),
    Act(
        zh="撤销",
        en="cancel",
        words=("不用修了", "No longer needed"),
        by="customer",
        fact=FactKind.CANCELLED,
        after=CANCELLED,
        told=("group", "owner", ENGINEERS),
    ),
)
ACTS = (*STAFF, *CUSTOMERS)


def person(act: Act, side: Side) -> str:
    """Return who acts."""
    return {"owner": side.owner, "customer": side.customer}.get(act.by, act.by)


def language(act: Act, side: Side) -> int:
    """Return which of two sentences whoever acts reads: he-miao and the lead read Chinese."""
    return SIDES.index(side) if act.by in {"owner", "customer"} else 0


def place(act: Act, side: Side) -> str:
    """Return the group it is said in."""
    return side.group if act.by == "customer" else ENGINEERS


def done(world: World, act: Act, side: Side, case: Case) -> bool:
    """Return whether the case's last fact is the act's, by whoever was to act."""
    last = world.facts(world.case(case.key))[-1]
    return (last.kind, last.actor) == (act.fact, person(act, side))


def bare(act: Act, side: Side) -> str:
    """Return a verb as it is typed where its case goes without saying."""
    at = SIDES.index(side)
    return f"{(act.zh, act.en)[at]} {act.words[at]}".strip()
