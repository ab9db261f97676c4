"""Every verb, typed and pressed, in both languages: what it does, who hears of it, and how it is refused."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.cases.model import Case, FactKind, Status
from bot.core.people import Level
from bot.core.verbs import Verb
from tests.scenario.stage import EN, LEAD, MANAGER, SIDES, ZH, Ear, Side, brought_to, opened
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
        words=("2级 影响多人", "p2 many are affected"),
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
        told=("here", "owner", LEAD),
        labels=("催办", "Ask again"),
    ),
    Act(
        zh="补充",
        en="add",
        words=("二楼也坏了", "Floor 2 as well"),
        by="customer",
        fact=FactKind.CUSTOMER_WROTE,
        told=("here", "owner"),
        labels=("补充", "Add details"),
    ),
    Act(zh="填写", en="set", words=("电话 123", "phone 123"), by="customer", fact=FactKind.FIELD_SET),
    Act(
        zh="需上门",
        en="onsite",
        words=("", "need"),
        by="customer",
        fact=FactKind.VISIT_REQUESTED,
        told=("here", "owner", MANAGER),
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
        told=("group", "owner", "mail owner", LEAD),
        labels=("仍有问题", "Not solved"),
    ),
    Act(
        zh="评价",
        en="rate",
        words=("5 很快", "5 quick"),
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
        told=("group", "owner"),
    ),
)
ACTS = (*STAFF, *CUSTOMERS)


def person(act: Act, side: Side) -> str:
    return {"owner": side.owner, "customer": side.customer}.get(act.by, act.by)


def language(act: Act, side: Side) -> int:
    """Return which of two sentences whoever acts reads: he-miao and the lead read Chinese."""
    return SIDES.index(side) if act.by in {"owner", "customer"} else 0


def place(act: Act, side: Side) -> str:
    return side.group if act.by == "customer" else ENGINEERS


def everybody(act: Act, side: Side) -> list[str]:
    names = {
        "here": place(act, side),
        "group": side.group,
        "owner": side.owner,
        "mail owner": f"mail {side.owner}",
        "mail customer": f"mail {side.customer}",
    }
    return sorted(names.get(each, each) for each in act.told)


def do(world: World, act: Act, side: Side, way: str) -> Case:
    """Bring a case where the verb may be used, and use it in one of its ways."""
    case, _ = brought_to(world, side, act.before)
    world.wait(minutes=1)
    who, where, at = person(act, side), place(act, side), SIDES.index(side)
    heard = Ear(world)
    if way == "button":
        assert act.labels is not None
        words = act.words[at] if act.en != "rate" else ""
        world.press(who, act.labels[at], words=words)
    elif way == "mention":
        world.say(who, f"@bot {act.text(side, case)}", group=where)
    else:
        world.command(who, act.text(side, case), group=where)
    assert heard.everybody() == everybody(act, side)
    return case


def done(world: World, act: Act, side: Side, case: Case) -> bool:
    """Return whether the case's last fact is the act's, by whoever was to act."""
    last = world.facts(world.case(case.key))[-1]
    return (last.kind, last.actor) == (act.fact, person(act, side))


def bare(act: Act, side: Side) -> str:
    """Return a verb as it is typed where its case goes without saying."""
    at = SIDES.index(side)
    return f"{(act.zh, act.en)[at]} {act.words[at]}".strip()


WAYS = [
    (act, way) for act in ACTS for way in ("command", "mention", "button") if way != "button" or act.labels
]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize(("act", "way"), WAYS, ids=lambda each: each if isinstance(each, str) else each.en)
def test_a_verb_does_what_it_says_and_tells_whom_it_concerns(
    world: World, side: Side, act: Act, way: str
) -> None:
    case = do(world, act, side, way)

    after = world.case(case.key)
    fact = world.happened(act.fact, after)[-1]
    assert (fact.actor, fact.at) == (person(act, side), world.clock.now())
    assert after.status is (act.after or act.before)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_a_reply_leaves_after_half_a_minute_and_counts_from_when_it_was_written(
    world: World, side: Side
) -> None:
    case, _ = opened(world, side)
    written = world.clock.now()
    world.command(side.owner, f"reply {case.key} 42", group=ENGINEERS)
    ear = Ear(world)

    world.wait(seconds=29)
    assert ear.said_to(side.group) == []
    world.wait(seconds=1)

    assert len(ear.said_to(side.group)) == 1
    assert world.case(case.key).answered_at == written
    assert world.case(case.key).status is ACK


@pytest.mark.parametrize(
    ("side", "label", "verb"), [(ZH, "撤回", "撤回"), (EN, "Take back", "takeback")], ids=["zh", "en"]
)
@pytest.mark.parametrize("by_button", [True, False])
def test_a_reply_taken_back_is_never_seen(
    world: World, side: Side, label: str, verb: str, *, by_button: bool
) -> None:
    case, _ = opened(world, side)
    world.command(side.owner, f"reply {case.key} 42", group=ENGINEERS)
    world.wait(seconds=20)

    if by_button:
        world.press(side.owner, label)
    else:
        world.command(side.owner, f"{verb} {case.key}", group=ENGINEERS)
    ear = Ear(world)
    world.wait(minutes=5)

    assert ear.said_to(side.group) == []
    assert world.case(case.key).answered_at is None


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_a_visit_goes_step_by_step(world: World, side: Side) -> None:
    case, _ = opened(world, side)
    steps = {"需上门": "need", "出发": "go", "到场": "arrive", "离场": "leave"}
    kinds = (FactKind.VISIT_DECIDED, FactKind.VISIT_STARTED, FactKind.ARRIVED, FactKind.LEFT_SITE)

    for (zh, en), kind in zip(steps.items(), kinds, strict=True):
        verb = zh if side is ZH else f"onsite {en}"
        number = f"{verb.split()[0]} {case.key} {en}" if side is EN else f"{zh} {case.key}"
        world.command(side.owner, number, group=ENGINEERS)
        assert len(world.happened(kind)) == 1


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_two_cases_of_one_customer_become_one(world: World, side: Side) -> None:
    first, _ = opened(world, side)
    second, _ = opened(world, side)
    verb = "合并" if side is ZH else "merge"
    ear = Ear(world)

    world.command(side.owner, f"{verb} {second.key} {first.key}", group=ENGINEERS)

    assert world.case(second.key).merged_into == first.key
    assert world.case(first.key).status is OPEN
    assert ear.everybody() == sorted([side.group, ENGINEERS])


def test_cases_of_two_customers_never_become_one(world: World) -> None:
    first, _ = opened(world, ZH)
    second, _ = opened(world, EN)

    world.command("lin-xiaobei", f"merge {second.key} {first.key}", group=ENGINEERS)

    assert "属于不同的客户" in world.in_group(ENGINEERS)[-1].text
    assert world.case(second.key).status is OPEN


@pytest.mark.parametrize(
    ("side", "text"),
    [
        (ZH, "报障 代 澄江市医院 打印机坏了 于 09:30"),
        (EN, "new for chengjiang The printer is broken at 09:30"),
    ],
    ids=["zh", "en"],
)
def test_staff_report_for_a_customer_who_called_earlier(world: World, side: Side, text: str) -> None:
    world.command(side.owner, text)

    case = world.case()
    assert case.customer == "chengjiang"
    assert case.opened_at == world.clock.now() - timedelta(minutes=30)
    assert case.key in world.in_group("chengjiang")[0].text


# --- what only reads ---------------------------------------------------------------------------------------

READS = [
    ("查询 {n}", "status {n}", "{n} · "),
    ("进度 {n}", "show {n}", "{n} · "),
    ("时限 {n}", "why {n}", "{n}"),
    ("日志 {n}", "log {n}", "{n}"),
    ("工单", "list", "{n}"),
    ("我的工单", "list mine", ""),
    ("搜索 打印机", "find printer", "{n}"),
    ("知识 怎么重置密码", "ask How do I reset my password?", ""),
    ("帮助", "help", ""),
    ("帮助 查询", "help show", ""),
]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize("by_staff", [False, True], ids=["customer", "staff"])
def test_a_verb_that_reads_answers_in_the_group_and_changes_nothing(
    world: World, subtests: pytest.Subtests, side: Side, *, by_staff: bool
) -> None:
    case, _ = opened(world, side)
    world.command(side.owner, f"note {case.key} sssh")
    version = world.case().version
    who = side.owner if by_staff else side.customer

    for *texts, shows in READS:
        text = texts[SIDES.index(side)].format(n=case.key)
        for way, called in ((world.command, ""), (world.say, "@bot ")):
            ear = Ear(world)
            way(who, called + text, group=side.group)

            with subtests.test(called + text):
                assert ear.everybody() == [side.group]
                assert shows.format(n=case.key) in ear.said_to(side.group)[0]
                assert "sssh" not in ear.said_to(side.group)[0]
                assert world.case().version == version


def test_in_a_customers_group_staff_see_that_customers_cases_only(world: World) -> None:
    ours, _ = opened(world, ZH)
    theirs, _ = opened(world, EN)

    for text in ("list", "list all", "find printer", "find 打印机", "list risk"):
        world.command("lin-xiaobei", text, group="huayue")
    world.command("lin-xiaobei", "list all", group=ENGINEERS)

    said = "\n".join(line.text for line in world.in_group("huayue"))
    assert str(ours.key) in said
    assert str(theirs.key) not in said
    assert str(theirs.key) in world.in_group(ENGINEERS)[-1].text


@pytest.mark.parametrize(
    ("text", "said"), [("值班", "值班，"), ("oncall who", "值班，"), ("值班 谁", "值班，")]
)
def test_staff_ask_who_is_on_call(world: World, text: str, said: str) -> None:
    world.command("lin-xiaobei", text)

    assert world.told("lin-xiaobei")[0].text.startswith(said)
    assert "林小北" in world.told("lin-xiaobei")[0].text


def test_an_admin_ties_a_group_and_unties_it(world: World) -> None:
    world.command("song-yi", "绑定", group="new-group")
    hint = [line.text for line in world.told("song-yi")][-1]
    assert "g:new-group" in hint

    world.command("song-yi", "bind chengjiang", group="new-group")
    world.say("fang-min", "@bot 打印机坏了", group="new-group")
    assert (world.case().customer, world.case().contract) == ("chengjiang", "chengjiang-network")

    world.command("song-yi", "解绑", group="new-group")
    world.say("路人", "@bot 打印机坏了", group="new-group")
    assert (world.case().customer, world.case().promises) == (None, ())


# --- refused -----------------------------------------------------------------------------------------------

SHARED = frozenset({"add", "set", "onsite", "confirm", "cancel"})
"""Verbs that customers have too, in their way."""

NOT_YOURS = ("这里不能由您", "is not yours to use here")
UNKNOWN = ("没有找到工单", "There is no case")
MISSING = ("还缺：", "still needs:")
SURPLUS = ("不需要后面的", "does not take")
UNREADABLE = "不能作为"
WHICH = ("请写明是哪张工单", "Please say which case")


def refused(world: World, who: str, text: str, group: str | None) -> str:
    """Let somebody type something that cannot be, and return the one sentence that says so."""
    before = [(case.key, case.version) for case in world.cases()]
    ear = Ear(world)
    world.command(who, text, group=group)
    assert [(case.key, case.version) for case in world.cases()] == before
    assert len(ear.lines()) == 1, ear.everybody()
    return ear.lines()[0].text


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_what_is_the_staffs_is_refused_to_customers(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    for act in STAFF:
        if act.en not in SHARED:
            case, _ = brought_to(world, side, act.before)
            with subtests.test(act.en):
                said = refused(world, side.customer, act.text(side, case), side.group)
                assert NOT_YOURS[SIDES.index(side)] in said


DESKS = (
    "值班",
    "oncall",
    "绑定 huayue",
    "unbind",
    "工单 全部",
    "list risk",
    "list overdue",
    "知识库 新增 某事",
)
STAFFS_OF_SHARED = ("填写 {n} 厂商 甲公司", "set {n} type fault", "到场 {n}", "onsite {n} go")


def test_the_desks_own_verbs_are_refused_to_customers(world: World, subtests: pytest.Subtests) -> None:
    case, _ = opened(world, ZH)
    for text in (*DESKS, *STAFFS_OF_SHARED):
        with subtests.test(text):
            assert NOT_YOURS[0] in refused(world, "qin-shuyao", text.format(n=case.key), "huayue")


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_what_is_the_customers_is_refused_to_staff(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    case, _ = brought_to(world, side, SOLVED)
    for verbs in (("催办 {n}", "chase {n}"), ("重开 {n}", "reopen {n}"), ("评价 {n} 5", "rate {n} 5")):
        text = verbs[SIDES.index(side)].format(n=case.key)
        with subtests.test(text):
            assert NOT_YOURS[SIDES.index(side)] in refused(world, side.owner, text, ENGINEERS)


def test_a_colleague_of_the_reporter_may_not_decide_for_them(world: World) -> None:
    case, _ = opened(world, ZH)

    for text in (f"撤销 {case.key} 不要了", f"填写 {case.key} 电话 123"):
        assert NOT_YOURS[0] in refused(world, "tang-kai", text, "huayue")


IN_THE_WRONG_PLACE = [
    ("lin-xiaobei", "内部备注 {n} 怀疑电源", "huayue", "内部备注不能写在客户看得到的地方"),
    ("eve-turner", "note {n} I suspect it", "huayue", "An internal note cannot be written where"),
    ("song-yi", "绑定 huayue", ENGINEERS, "请到要绑定的客户群里发送"),
    ("lin-xiaobei", "报障 代 蓝湾物流 打印机坏了", "huayue", "这里是另一个客户的群"),
    ("lin-xiaobei", "报障 打印机坏了", ENGINEERS, "请写明替哪个客户报障"),
    ("song-yi", "解绑", "nowhere", "这个群没有绑定客户"),
]


def test_in_the_wrong_place_a_verb_is_refused_where_no_customer_reads_it(
    world: World, subtests: pytest.Subtests
) -> None:
    case, _ = opened(world, ZH)
    ear = Ear(world)

    for who, text, group, said in IN_THE_WRONG_PLACE:
        with subtests.test(text):
            assert said in refused(world, who, text.format(n=case.key), group)
    assert ear.said_to("huayue") == []


NOW = (OPEN, ACK, SOLVED, CLOSED, CANCELLED)
REFUSED_BY_STATUS = [
    (ACK, "接单 {n}", "ack {n}", "已经由您负责", "is already yours"),
    (OPEN, "恢复 {n}", "resume {n}", "还没有接单", "has not been acknowledged yet"),
    (ACK, "恢复 {n}", "resume {n}", "正在处理中", "is being worked on"),
    (SOLVED, "接单 {n}", "ack {n}", "正等待客户确认", "awaits the customer's confirmation"),
    (SOLVED, "定级 {n} 2", "level {n} 2", "正等待客户确认", "awaits the customer's confirmation"),
    (CLOSED, "解决 {n} 好了", "solve {n} done", "已关闭", "is closed"),
    (CLOSED, "回复 {n} 好了", "reply {n} done", "已关闭", "is closed"),
    (CLOSED, "确认 {n} 来电", "confirm {n} phoned", "已关闭", "is closed"),
    (CANCELLED, "接手 {n}", "take {n}", "已撤销", "was cancelled"),
    (CANCELLED, "内部备注 {n} 一句", "note {n} a word", "已撤销", "was cancelled"),
    (Status.ENDED, "诊断 {n} 电源", "diag {n} power", "已正式结束", "has ended"),
    (OPEN, "出发 {n}", "onsite {n} go", "没有安排", "not planned"),
    (OPEN, "撤回 {n}", "takeback {n}", "没有可以撤回的回复", "has no reply that can be taken back"),
    (OPEN, "定级 {n} 4", "level {n} 4", "需要写明理由", "needs a reason"),
    (OPEN, "定级 {n} 3", "level {n} 3", "已经是这个等级", "already has this level"),
    (SOLVED, "确认 {n}", "confirm {n}", "请写明谁", "say who said so"),
    (OPEN, "转派 {n} 无名氏", "assign {n} Nobody", "没有找到同事", "No colleague"),
    (OPEN, "合并 {n} {n}", "merge {n} {n}", "不能并入它自己", "cannot be merged into itself"),
]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_what_a_case_does_not_allow_now_is_refused_with_the_reason(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    at = SIDES.index(side)
    cases = {status: brought_to(world, side, status)[0].key for status in (Status.ENDED, *NOW)}
    for status, *texts, said_zh, said_en in REFUSED_BY_STATUS:
        text = texts[at].format(n=cases[status])
        with subtests.test(f"{status}: {text}"):
            assert (said_zh, said_en)[at] in refused(world, side.owner, text, ENGINEERS)


REFUSED_TO_CUSTOMERS = [
    (OPEN, "重开 {n}", "reopen {n}", "还没有接单", "has not been acknowledged"),
    (OPEN, "评价 {n} 5", "rate {n} 5", "还没有接单", "has not been acknowledged"),
    (SOLVED, "催办 {n}", "chase {n}", "正等待客户确认", "awaits the customer's confirmation"),
    (CLOSED, "催办 {n}", "chase {n}", "已关闭", "is closed"),
    (CLOSED, "撤销 {n} 不用了", "cancel {n} no need", "已关闭", "is closed"),
]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_a_customer_too_is_told_why_not_now(world: World, subtests: pytest.Subtests, side: Side) -> None:
    at = SIDES.index(side)
    cases = {status: brought_to(world, side, status)[0].key for status in (OPEN, SOLVED, CLOSED)}
    for status, *texts, said_zh, said_en in REFUSED_TO_CUSTOMERS:
        text = texts[at].format(n=cases[status])
        with subtests.test(f"{status}: {text}"):
            assert (said_zh, said_en)[at] in refused(world, side.customer, text, side.group)


WITH_WORDS = [act for act in STAFF if act.words != ("", "") and act.en != "confirm"]
WITHOUT_WORDS = [act for act in ACTS if act.words == ("", "") and act.en not in {"reopen", "confirm"}]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_what_is_missing_is_named_with_the_right_form(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    for act in WITH_WORDS:
        case, _ = brought_to(world, side, act.before)
        with subtests.test(act.en):
            verb = (act.zh, act.en)[SIDES.index(side)]
            said = refused(world, person(act, side), f"{verb} {case.key}", ENGINEERS)
            assert MISSING[language(act, side)] in said
            assert ("写法", "Form")[language(act, side)] in said


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_words_a_verb_does_not_take_are_named(world: World, subtests: pytest.Subtests, side: Side) -> None:
    more = ("多余的话", "more words")[SIDES.index(side)]
    for act in WITHOUT_WORDS:
        case, _ = brought_to(world, side, act.before)
        with subtests.test(act.en):
            said = refused(world, person(act, side), f"{act.text(side, case)} {more}", place(act, side))
            assert SURPLUS[language(act, side)] in said


UNREADABLE_TEXTS = {
    "定级 {n} 9": UNREADABLE,
    "填写 {n} 颜色 红": UNREADABLE,
    "挂起 {n} 天气": UNREADABLE,
    "升级 {n} 总统 急": UNREADABLE,
    "补允 {n} 一句话": "没有“补允”这个指令",
    "我的工丹": "您想说的可能是",
    "完全不存在的指令": "没有“完全不存在的指令”这个指令",
}


def test_what_cannot_be_read_is_named_with_the_right_form(world: World, subtests: pytest.Subtests) -> None:
    case, _ = opened(world, ZH)
    for text, wanted in UNREADABLE_TEXTS.items():
        with subtests.test(text):
            assert wanted in refused(world, "lin-xiaobei", text.format(n=case.key), None)


# --- numbers -----------------------------------------------------------------------------------------------

SEEN_BY_CUSTOMERS = [
    ("查询 {n}", "show {n}"),
    ("催办 {n}", "chase {n}"),
    ("补充 {n} 一句话", "add {n} a word"),
    ("已解决 {n}", "confirm {n}"),
    ("仍有问题 {n}", "reopen {n}"),
    ("评价 {n} 5", "rate {n} 5"),
    ("撤销 {n} 不用了", "cancel {n} no need"),
    ("时限 {n}", "why {n}"),
    ("日志 {n}", "log {n}"),
    ("填写 {n} 电话 1", "set {n} phone 1"),
    ("需上门 {n}", "onsite {n} need"),
]


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize("directly", [False, True], ids=["in the group", "directly"])
def test_another_customers_case_reads_exactly_like_one_that_never_was(
    world: World, subtests: pytest.Subtests, side: Side, *, directly: bool
) -> None:
    other, _ = opened(world, EN if side is ZH else ZH)
    group = None if directly else side.group
    never = str(other.key).replace("-0001", "-9999")

    for texts in SEEN_BY_CUSTOMERS:
        text = texts[SIDES.index(side)]
        with subtests.test(text):
            about_theirs = refused(world, side.customer, text.format(n=other.key), group)
            about_none = refused(world, side.customer, text.format(n=never), group)
            assert about_theirs == about_none.replace(never, str(other.key))
            assert UNKNOWN[SIDES.index(side)] in about_none


def test_a_unique_tail_is_a_number(world: World) -> None:
    case, _ = opened(world, ZH)

    world.command("lin-xiaobei", "ack 1", group=ENGINEERS)
    world.say("qin-shuyao", "@bot 催办 #0001", group="huayue")

    assert (world.case(case.key).status, world.case(case.key).chases) == (ACK, 1)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_in_the_cases_own_thread_a_customer_leaves_the_number_out(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    for act in CUSTOMERS:
        case, thread = brought_to(world, side, act.before)
        world.say(side.customer, f"@bot {bare(act, side)}", group=side.group, thread=thread)
        with subtests.test(act.en):
            assert done(world, act, side, case)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_below_the_engineers_card_staff_leave_the_number_out(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    for act in STAFF:
        case, _ = brought_to(world, side, act.before)
        card = next(line for line in world.in_group(ENGINEERS) if line.text.startswith(f"{case.key} · "))
        world.say(person(act, side), f"@bot {bare(act, side)}", group=ENGINEERS, thread=card.ref)
        with subtests.test(act.en):
            assert done(world, act, side, case)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
@pytest.mark.parametrize("act", [act for act in CUSTOMERS if act.en != "cancel"], ids=lambda act: act.en)
def test_with_one_case_a_customer_leaves_the_number_out_anywhere(world: World, side: Side, act: Act) -> None:
    case, _ = brought_to(world, side, act.before)

    world.command(side.customer, bare(act, side), group=side.group)

    assert done(world, act, side, case)


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_elsewhere_what_staff_do_and_what_ends_a_case_needs_the_number(
    world: World, subtests: pytest.Subtests, side: Side
) -> None:
    for act in (*STAFF, CUSTOMERS[-1]):
        brought_to(world, side, act.before)
        with subtests.test(act.en):
            said = refused(world, person(act, side), bare(act, side), place(act, side))
            assert WHICH[language(act, side)] in said


# --- pressed late ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meanwhile", "label"),
    [
        ("take {n}", "接单"),
        ("level {n} 2 42", "定级"),
        ("solve {n} 42", "解决"),
        ("assign {n} 周岚", "转派"),
        ("wait {n} vendor", "挂起"),
        ("cancel {n} 42", "升级"),
        ("onsite {n} need", "上门"),
    ],
)
def test_a_button_pressed_late_does_nothing_and_tells_what_happened_meanwhile(
    world: World, meanwhile: str, label: str
) -> None:
    case, _ = opened(world, ZH)
    pressed = world.button("lin-xiaobei", label)
    words = next(act.words[0] for act in STAFF if act.labels and act.labels[0] == label)
    world.wait(minutes=2)
    world.command("he-miao", meanwhile.format(n=case.key), group=ENGINEERS)
    before, ear = world.case(), Ear(world)

    world.push("lin-xiaobei", pressed, words=words)

    assert world.case().version == before.version
    (answer,) = ear.lines()
    assert "按钮出现之后工单有了变化，这次没有执行" in answer.text
    assert "10:02  何苗" in answer.text


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.language)
def test_two_engineers_who_press_at_once_are_one_who_acts_and_one_who_is_told(
    world: World, side: Side
) -> None:
    case, _ = opened(world, side)
    first, second = (world.button(who, "解决") for who in (side.owner, OTHER))

    world.push(side.owner, first, words="42")
    ear = Ear(world)
    world.push(OTHER, second, words="43")

    assert [fact.text for fact in world.happened(FactKind.SOLVED)] == ["42"]
    assert ear.everybody() == [ENGINEERS]
    assert "这次没有执行" in ear.lines()[0].text
    assert world.case(case.key).solution == "42"


@pytest.mark.parametrize(
    ("side", "yes", "no", "late"),
    [(ZH, "已解决", "仍有问题", "这次没有执行"), (EN, "Solved", "Not solved", "so nothing was done")],
    ids=["zh", "en"],
)
def test_two_customers_who_press_at_once_are_one_who_acts_and_one_who_is_told(
    world: World, side: Side, yes: str, no: str, late: str
) -> None:
    brought_to(world, side, SOLVED)
    pressed_yes, pressed_no = (world.button(side.customer, label) for label in (yes, no))

    world.push(side.customer, pressed_yes)
    ear = Ear(world)
    world.push(side.customer, pressed_no)

    assert world.case().status is CLOSED
    assert late in ear.said_to(side.group)[0]


def test_words_never_come_late(world: World) -> None:
    case, _ = opened(world, ZH)
    pressed = world.button("qin-shuyao", "补充")
    world.command("lin-xiaobei", f"level {case.key} 2 42", group=ENGINEERS)

    world.push("qin-shuyao", pressed, words="二楼也坏了")

    assert [fact.text for fact in world.happened(FactKind.CUSTOMER_WROTE)] == ["二楼也坏了"]


def test_every_verb_that_acts_on_a_case_has_its_scenario() -> None:
    named = {act.en.split()[0] for act in ACTS} | {"merge", "takeback"}
    elsewhere = {
        Verb.NEW, Verb.HUMAN, Verb.LIST, Verb.SHOW, Verb.WHY, Verb.LOG, Verb.FIND, Verb.ASK, Verb.KB,
        Verb.ONCALL, Verb.REPORT, Verb.BIND, Verb.UNBIND, Verb.HELP,
    }  # fmt: skip

    assert named | {str(verb) for verb in elsewhere} == {str(verb) for verb in Verb}


def test_the_reporters_fault_is_a_minor_one(world: World) -> None:
    assert opened(world, ZH)[0].level is Level.MINOR
