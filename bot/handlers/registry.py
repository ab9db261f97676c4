"""Every verb in one table: its names in both languages, what it takes, whether it needs a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.cases.facts import FactKind
from bot.cases.history import DECIDED
from bot.cases.model import LIVE, Status
from bot.core.verbs import Verb
from bot.handlers.arguments import Argument, Choice, Kind


class Number(StrEnum):
    """Whether a verb is about a case, and when its number may be left out."""

    NONE = "none"
    IMPLIED = "implied"
    """Left out in the case's own thread, and by a customer with exactly one case that the verb is for."""
    THREAD = "thread"
    """Left out in the case's own thread only: it speaks to a customer or ends a case."""


NEVER_LATE: frozenset[FactKind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One verb.

    `zh` and `en` map every name to the words it already stands for: 到场 is `onsite` with `arrive`.
    `acts` is false for what only reads. A number left out may mean a case in `for_cases`. A press from before
    one of the facts `late` comes too late. A verb `alone` is clear without calling the bot.
    """

    verb: Verb
    zh: Mapping[str, str]
    en: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[Argument, ...] = ()
    number: Number = Number.NONE
    acts: bool = True
    for_cases: tuple[Status, ...] = LIVE
    late: frozenset[FactKind] = DECIDED
    alone: bool = False
    otherwise: Verb | None = None

    @property
    def names(self) -> Mapping[str, str]:
        """Every name of the verb with the words it stands for; the verb's own name first."""
        return {self.verb.value: "", **self.zh, **self.en}


def _named(*names: str) -> Mapping[str, str]:
    return dict.fromkeys(names, "")


def _text(name: str, *, required: bool = True, for_staff: bool = False) -> Argument:
    return Argument(kind=Kind.TEXT, name=name, required=required, for_staff=for_staff)


def _choice(name: str, *choices: Choice, required: bool = True) -> Argument:
    return Argument(kind=Kind.CHOICE, name=name, choices=choices, required=required)


AT = Argument(kind=Kind.AT, name="at", required=False, for_staff=True)
UNTIL = Argument(kind=Kind.UNTIL, name="until", required=False)
CUSTOMER = Argument(kind=Kind.CUSTOMER, name="customer", required=False)
FOR_CUSTOMER = Argument(kind=Kind.FOR_CUSTOMER, name="for_customer", required=False, for_staff=True)

LISTS = _choice(
    "list",
    Choice("mine", ("我的", "我的工单")),
    Choice("risk", ("风险", "快超时")),
    Choice("overdue", ("超时",)),
    Choice("all", ("全部", "所有")),
    required=False,
)
FIELDS = _choice(
    "field",
    Choice("type", ("类型",)),
    Choice("vendor", ("厂商",)),
    Choice("product", ("产品",)),
    Choice("phone", ("电话", "手机")),
    Choice("email", ("邮箱", "邮件", "e-mail", "mail")),
    Choice("address", ("地址",)),
    Choice("warranty", ("质保", "保修")),
    Choice("replaced", ("更换配件", "更换")),
    Choice("repaired", ("维修配件", "维修")),
)
STEPS = _choice(
    "step",
    Choice("need", ("需上门", "需要")),
    Choice("go", ("出发",)),
    Choice("arrive", ("到场", "到达")),
    Choice("leave", ("离场", "离开")),
)
MARKS = _choice(
    "mark",
    Choice("disaster", ("突发事件", "灾害")),
    Choice("no_disaster", ("不是突发事件", "非突发事件")),
    Choice("written", ("书面通知", "书面")),
    Choice("standby", ("备机", "应急预案")),
    Choice("replacement", ("代用设备", "替换")),
    Choice("answered", ("厂商答复", "厂商已答复")),
    Choice("received", ("收到返修件", "收件")),
    Choice("returned", ("返修件寄回", "寄回")),
    Choice("objection", ("异议", "书面异议")),
)
WAITING_FOR = _choice(
    "waiting_for",
    Choice("customer", ("等客户", "客户")),
    Choice("vendor", ("等厂商", "厂商")),
    Choice("parts", ("等备件", "备件")),
)
UP_TO = _choice(
    "up_to",
    Choice("expert", ("专家",)),
    Choice("vendor", ("厂商",)),
    Choice("manager", ("经理",)),
)
KNOWLEDGE = _choice(
    "knowledge",
    Choice("add", ("新增", "入库")),
    Choice("edit", ("修改",)),
    Choice("retire", ("停用",)),
    Choice("undo", ("撤销修改",)),
    Choice("history", ("历史",)),
    Choice("todo", ("待办",)),
    Choice("report", ("统计",)),
    Choice("publish", ("发布",)),
    Choice("drop", ("丢弃",)),
    Choice("helped", ("有帮助",)),
    Choice("unhelped", ("没有帮助",)),
    Choice("read", ("看",)),
)
DUTY = _choice(
    "duty",
    Choice("who", ("谁",)),
    Choice("swap", ("换班",), later=True),
    Choice("override", ("临时",), later=True),
    required=False,
)
CHART = Argument(
    kind=Kind.CHOICE,
    name="chart",
    choices=(Choice("chart", ("图", "图表", "picture")),),
    required=False,
    asked=False,
)
KINDS = _choice(
    "report_kind",
    Choice("weekly", ("周报",), later=True),
    Choice("monthly", ("月报",), later=True),
    Choice("service", ("服务报告",), later=True),
)
OPINION = _text("words", required=False)
ALARM_NUMBER = Argument(kind=Kind.WORD, name="alarm_number", required=False)
CONTRACT = Argument(kind=Kind.WORD, name="contract", required=False)
PERIOD = Argument(kind=Kind.WORD, name="period", required=False, for_staff=True)

AFTER_SOLUTION = (Status.SOLVED, Status.CLOSED)
AFTER_CLOSING = (Status.CLOSED, Status.ENDED)

_ROWS: tuple[Row, ...] = (
    Row(
        verb=Verb.NEW,
        zh=_named("报障", "报修", "新工单"),
        en=_named("new issue", "new problem"),
        arguments=(FOR_CUSTOMER, _text("problem"), AT),
    ),
    Row(
        verb=Verb.HUMAN,
        zh=_named("转人工", "人工"),
        arguments=(_text("question", required=False),),
        alone=True,
    ),
    Row(
        verb=Verb.LIST,
        zh={"工单": "", "我的工单": "mine", "超时": "overdue"},
        arguments=(LISTS,),
        acts=False,
        alone=True,
    ),
    Row(verb=Verb.SHOW, zh=_named("查询", "进度"), en=_named("status"), number=Number.IMPLIED, acts=False),
    Row(
        verb=Verb.ADD,
        zh=_named("补充"),
        arguments=(_text("words"),),
        number=Number.IMPLIED,
        late=NEVER_LATE,
    ),
    Row(
        verb=Verb.NOTE,
        zh=_named("内部备注", "备注"),
        arguments=(_text("words"),),
        number=Number.IMPLIED,
        late=NEVER_LATE,
    ),
    Row(
        verb=Verb.SET,
        zh=_named("填写"),
        arguments=(FIELDS, _text("value")),
        number=Number.IMPLIED,
        late=NEVER_LATE,
    ),
    Row(verb=Verb.ACK, zh=_named("接单"), number=Number.IMPLIED, alone=True),
    Row(verb=Verb.TAKE, zh=_named("接手", "接管"), number=Number.IMPLIED, alone=True),
    Row(
        verb=Verb.ASSIGN,
        zh=_named("转派", "改派"),
        arguments=(Argument(kind=Kind.PERSON, name="person"),),
        number=Number.IMPLIED,
    ),
    Row(
        verb=Verb.LEVEL,
        zh=_named("定级"),
        arguments=(Argument(kind=Kind.LEVEL, name="level"), _text("reason", required=False)),
        number=Number.IMPLIED,
    ),
    Row(
        verb=Verb.REPLY,
        zh=_named("回复", "回复客户"),
        arguments=(_text("words"),),
        number=Number.THREAD,
        late=NEVER_LATE,
    ),
    Row(
        verb=Verb.TAKEBACK,
        zh=_named("撤回"),
        en=_named("take-back"),
        arguments=(Argument(kind=Kind.COUNT, name="reply_number", required=False),),
        number=Number.IMPLIED,
        late=NEVER_LATE,
    ),
    Row(
        verb=Verb.CALL,
        zh=_named("已电话"),
        arguments=(_text("words"), AT),
        number=Number.IMPLIED,
        late=NEVER_LATE,
    ),
    Row(
        verb=Verb.DIAG,
        zh=_named("诊断"),
        arguments=(_text("words"),),
        number=Number.THREAD,
        late=NEVER_LATE,
    ),
    Row(
        verb=Verb.ONSITE,
        zh={"上门": "", "需上门": "need", "出发": "go", "到场": "arrive", "离场": "leave"},
        arguments=(STEPS,),
        number=Number.IMPLIED,
    ),
    Row(
        verb=Verb.MARK,
        zh=_named("标记"),
        arguments=(MARKS, AT),
        number=Number.IMPLIED,
    ),
    Row(
        verb=Verb.WAIT,
        zh={"挂起": "", "等客户": "customer", "等厂商": "vendor", "等备件": "parts"},
        arguments=(WAITING_FOR, UNTIL),
        number=Number.IMPLIED,
    ),
    Row(verb=Verb.RESUME, zh=_named("恢复"), number=Number.IMPLIED, alone=True),
    Row(
        verb=Verb.ESCALATE,
        zh=_named("升级"),
        arguments=(UP_TO, _text("reason")),
        number=Number.IMPLIED,
    ),
    Row(verb=Verb.APPROVE, zh=_named("批准"), arguments=(OPINION,), number=Number.IMPLIED),
    Row(verb=Verb.DECLINE, zh=_named("驳回"), arguments=(_text("reason"),), number=Number.IMPLIED),
    Row(
        verb=Verb.CHASE,
        zh=_named("催办", "催单"),
        number=Number.IMPLIED,
        late=frozenset({FactKind.CHASED}),
        alone=True,
    ),
    Row(verb=Verb.NOTED, zh=_named("已知悉"), number=Number.IMPLIED, alone=True),
    Row(
        verb=Verb.SOLVE,
        zh=_named("解决"),
        arguments=(_text("solution"),),
        number=Number.THREAD,
    ),
    Row(
        verb=Verb.CONFIRM,
        zh=_named("确认", "已解决"),
        arguments=(_text("who_said_so", required=False, for_staff=True),),
        number=Number.IMPLIED,
    ),
    Row(
        verb=Verb.REOPEN,
        zh=_named("重开", "仍有问题"),
        arguments=(_text("reason", required=False),),
        number=Number.IMPLIED,
        for_cases=AFTER_SOLUTION,
    ),
    Row(
        verb=Verb.RATE,
        zh=_named("评价"),
        arguments=(Argument(kind=Kind.STARS, name="stars"), _text("words", required=False)),
        number=Number.IMPLIED,
        for_cases=AFTER_CLOSING,
    ),
    Row(
        verb=Verb.MERGE,
        zh=_named("合并"),
        arguments=(Argument(kind=Kind.CASE, name="into"),),
        number=Number.THREAD,
    ),
    Row(
        verb=Verb.CANCEL,
        zh=_named("撤销"),
        arguments=(_text("reason"),),
        number=Number.THREAD,
    ),
    Row(verb=Verb.WHY, zh=_named("时限"), arguments=(CHART,), number=Number.IMPLIED, acts=False),
    Row(verb=Verb.LOG, zh=_named("日志"), number=Number.IMPLIED, acts=False),
    Row(
        verb=Verb.FIND,
        zh=_named("搜索"),
        arguments=(
            _text("search", required=False),
            Argument(kind=Kind.FILTERS, name="filters", required=False),
        ),
        acts=False,
    ),
    Row(verb=Verb.ASK, zh=_named("知识"), arguments=(_text("question"),), acts=False),
    Row(
        verb=Verb.KB,
        zh=_named("知识库"),
        arguments=(KNOWLEDGE, _text("words", required=False)),
        otherwise=Verb.ASK,
    ),
    Row(
        verb=Verb.ONCALL,
        zh=_named("值班"),
        arguments=(DUTY, _text("words", required=False)),
    ),
    Row(verb=Verb.ALARM, zh=_named("告警"), arguments=(ALARM_NUMBER,)),
    Row(
        verb=Verb.REPORT,
        zh={"周报": "weekly", "月报": "monthly", "服务报告": "service"},
        arguments=(KINDS, PERIOD),
        acts=False,
    ),
    Row(verb=Verb.BIND, zh=_named("绑定"), arguments=(CUSTOMER, CONTRACT)),
    Row(verb=Verb.UNBIND, zh=_named("解绑")),
)


def _help(rows: tuple[Row, ...]) -> Row:
    """Return the row of help, which takes any verb by any of its names."""
    verbs = tuple(Choice(row.verb.value, tuple(row.names)) for row in rows)
    return Row(
        verb=Verb.HELP,
        zh=_named("帮助"),
        arguments=(Argument(kind=Kind.VERB, name="verb", required=False, choices=verbs),),
        acts=False,
        alone=True,
    )


ROWS: tuple[Row, ...] = (*_ROWS, _help(_ROWS))
"""Every verb, in the order help lists them (conversation: the table of verbs)."""

BY_VERB: Mapping[Verb, Row] = {row.verb: row for row in ROWS}

NAMES: Mapping[str, tuple[Verb, str]] = {
    name: (row.verb, stands_for) for row in ROWS for name, stands_for in row.names.items()
}
"""Every name of every verb, with the words it already stands for."""
