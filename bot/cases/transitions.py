"""What may happen to a case in which status, and what follows: one declarative table.

A pair of status and trigger without a row is refused with a sentence for the person. Every row cites its
clause or says "ours". docs/lifecycle.md is generated from here. Who may is access.py's alone.
"""

from collections.abc import Mapping

from bot.cases.decision import To
from bot.cases.facts import FactKind
from bot.cases.model import LIVE, WORKING, Status
from bot.cases.rows import Told, Transition, rows, table
from bot.cases.triggers import TriggerKind as T
from bot.sla.rules import ClockEvent

OPEN, ACK, WAITING, SOLVED = Status.OPEN, Status.ACKNOWLEDGED, Status.WAITING, Status.SOLVED
CLOSED, ENDED, CANCELLED, MERGED = Status.CLOSED, Status.ENDED, Status.CANCELLED, Status.MERGED
OURS = "ours"

NEW_OWNER = (Told("assigned", To.OWNER, second_channel=True), Told("new_owner", To.CUSTOMER))
SAID = Told("customer_said", To.INTERNAL)
CALLED = Told("call_recorded", To.CUSTOMER)
NAMED = (ClockEvent.ENGINEER_NAMED,)
HANDED_OVER = (*NEW_OWNER, Told("taken_from_you", To.FORMER_OWNER))

ANSWERS = {OPEN: ACK}
"""Whoever answers the customer has the case."""

TRANSITIONS: Mapping[tuple[Status, T], Transition] = table(
    # --- whose it is
    rows(
        (OPEN,),
        T.ACKNOWLEDGE,
        FactKind.ACKNOWLEDGED,
        to=ACK,
        clocks=NAMED,
        clause="S1 A2 8.2 值班工程师",
    ),
    rows(
        LIVE,
        T.TAKE,
        FactKind.TAKEN,
        to={OPEN: ACK},
        clocks=NAMED,
        tells=(Told("new_owner", To.CUSTOMER), Told("taken_from_you", To.FORMER_OWNER)),
        clause="S1 A2 8.2 任何工程师均可以接管Case",
    ),
    rows(
        LIVE,
        T.ASSIGN,
        FactKind.ASSIGNED,
        to={ACK: OPEN},
        clocks=NAMED,
        tells=HANDED_OVER,
        clause="S1 A2 8.2 系统自动用Email和短消息通知工程师",
    ),
    rows(
        WORKING,
        T.REASSIGN,
        FactKind.REASSIGNED,
        to={ACK: OPEN},
        clocks=NAMED,
        tells=(*NEW_OWNER, Told("passed_on", To.FORMER_OWNER, second_channel=True)),
        clause="S1 A2 8.2 如果45分钟后还没有回应，换处理工程师",
    ),
    # --- how bad it is
    rows(
        WORKING,
        T.LEVEL,
        FactKind.LEVELLED,
        tells=(Told("level_changed", To.CUSTOMER),),
        clause="S1 A2 8.2 改变Case优先级有时间标签和记录",
    ),
    rows(
        WORKING,
        T.CLARIFY,
        FactKind.LEVELLED,
        tells=(Told("level_changed", To.CUSTOMER), Told("level_clarified", To.OWNER)),
        clause="S1 A2 10.5 故障对用户业务运行的影响程度",
    ),
    rows(
        WORKING,
        T.WORSEN,
        FactKind.LEVELLED,
        tells=(Told("level_changed", To.CUSTOMER), Told("level_worse", To.OWNER, second_channel=True)),
        clause="S1 A2 10.5 故障对用户业务运行的影响程度",
    ),
    rows(
        WORKING,
        T.DISPUTE,
        FactKind.LEVEL_DISPUTED,
        tells=(
            Told("level_disputed", To.OWNER, second_channel=True),
            Told("level_disputed", To.LEAD, second_channel=True),
            SAID,
        ),
        clause="S1 A2 10.5 以故障对用户业务运行的影响程度",
    ),
    # --- words to the customer: a person's words that they can see meet the response
    rows(Status, T.TAKE_BACK, FactKind.REPLY_TAKEN_BACK),
    rows(LIVE, T.HOLD_REPLY, FactKind.REPLY_HELD),
    rows(
        Status,
        T.SEND_REPLY,
        FactKind.REPLIED,
        to=ANSWERS,
        clocks=(ClockEvent.RESPONDED,),
        tells=(Told("reply", To.CUSTOMER),),
        clause="S1 A2 8.2 工程师必须一小时内回应客户",
    ),
    rows(
        LIVE,
        T.CALL,
        FactKind.CALLED,
        to=ANSWERS,
        clocks=(ClockEvent.SUPPORT_STARTED,),
        tells=(CALLED,),
        clause="S1 A2 4.1.1 在1.5小时内提供电话支持服务",
    ),
    rows(
        WORKING,
        T.DIAGNOSE,
        FactKind.DIAGNOSED,
        to=ANSWERS,
        clocks=(ClockEvent.RESPONDED, ClockEvent.SUPPORT_STARTED, ClockEvent.DIAGNOSED),
        tells=(Told("diagnosis", To.CUSTOMER),),
        clause="S1 A2 7.1 在24小时内通知用户故障诊断结果",
    ),
    rows(
        LIVE,
        T.STAFF_ADDED,
        FactKind.STAFF_WROTE,
        to=ANSWERS,
        clocks=(ClockEvent.RESPONDED,),
        tells=(Told("staff_note", To.CUSTOMER),),
        clause="S1 A2 8.2 任何用户均可增加Case的注示",
    ),
    rows(LIVE, T.STAFF_SPOKE, FactKind.STAFF_WROTE, to=ANSWERS, clocks=(ClockEvent.RESPONDED,)),
    rows((CLOSED,), T.STAFF_ADDED, FactKind.STAFF_WROTE, tells=(Told("staff_note", To.CUSTOMER),)),
    rows((CLOSED,), T.STAFF_SPOKE, FactKind.STAFF_WROTE),
    rows((CLOSED,), T.CALL, FactKind.CALLED, tells=(CALLED,), clause="S1 A2 11.1 客户电话回访"),
    # --- words of the customer
    rows(
        (*LIVE, CLOSED),
        T.CUSTOMER_WROTE,
        FactKind.CUSTOMER_WROTE,
        tells=(Told("customer_wrote", To.OWNER), SAID),
        clause="S1 A2 8.2 包括客户在内的任何用户均可增加Case的注示",
    ),
    rows(
        (WAITING,),
        T.CUSTOMER_ANSWERED,
        FactKind.CUSTOMER_WROTE,
        to=ACK,
        clocks=(ClockEvent.RESUMED,),
        tells=(Told("customer_wrote", To.OWNER), SAID),
        clause="S4 四 没有对解决方案进行确认或反馈",
    ),
    rows(
        WORKING,
        T.CHASE,
        FactKind.CHASED,
        tells=(
            Told("chased", To.OWNER, second_channel=True),
            Told("chased", To.LEAD, second_channel=True),
            SAID,
        ),
        clause="S1 A2 8.1 客户可追踪问题解决状态",
    ),
    rows(Status, T.EDITED, FactKind.EDITED, tells=(Told("customer_edited", To.INTERNAL),)),
    rows(Status, T.DELETED, FactKind.DELETED, tells=(Told("customer_deleted", To.INTERNAL),)),
    # --- notes and fields
    rows((*LIVE, CLOSED), T.NOTE, FactKind.NOTED_INTERNALLY, clause="S1 A2 5 质量监督"),
    rows((*LIVE, CLOSED), T.SET, FactKind.FIELD_SET, clause="S1 A2 8.2 系统包含呼叫者信息"),
    # --- on site
    rows(
        WORKING,
        T.VISIT_REQUEST,
        FactKind.VISIT_REQUESTED,
        tells=(
            Told("visit_requested", To.OWNER),
            Told("visit_requested", To.MANAGER, second_channel=True),
            SAID,
        ),
        clause="S1 A2 4.2.3 直接向支持中心负责人要求现场服务支持",
    ),
    rows(
        WORKING,
        T.VISIT_NEED,
        FactKind.VISIT_DECIDED,
        clocks=(ClockEvent.VISIT_DECIDED,),
        tells=(Told("visit_decided", To.CUSTOMER),),
        clause="S1 A2 10.5 抵达现场时间; S4 三（5）",
    ),
    rows(WORKING, T.VISIT_GO, FactKind.VISIT_STARTED, tells=(Told("visit_started", To.CUSTOMER),)),
    rows(
        WORKING,
        T.VISIT_ARRIVE,
        FactKind.ARRIVED,
        clocks=(ClockEvent.ARRIVED,),
        tells=(Told("arrived", To.CUSTOMER),),
        clause="S1 A2 10.5 以工程师抵达现场时间起算",
    ),
    rows(LIVE, T.VISIT_LEAVE, FactKind.LEFT_SITE),
    # --- what starts or meets a promise of its own
    rows(
        WORKING,
        T.MARK,
        FactKind.MARKED,
        tells=(Told("marked", To.CUSTOMER),),
        clause="S0 3.2.2; S1 9.2, A2 4.2.4, 8.2, 10.5; S3 4.5.1, 4.5.2",
    ),
    # --- waiting
    rows(
        (OPEN, ACK),
        T.WAIT,
        FactKind.WAITING,
        to=WAITING,
        tells=(Told("waiting", To.CUSTOMER),),
        clause="S4 五（7）",
    ),
    rows((WAITING,), T.RESUME, FactKind.RESUMED, to=ACK, clocks=(ClockEvent.RESUMED,)),
    rows(
        (WAITING,),
        T.WAIT_OVER,
        FactKind.RESUMED,
        to=ACK,
        clocks=(ClockEvent.RESUMED,),
        tells=(Told("wait_over", To.OWNER),),
    ),
    # --- up the ladder
    rows(WORKING, T.ESCALATE, FactKind.ESCALATED, clause="S1 A2 6.2, 8.2"),
    rows(WORKING, T.APPROVE, FactKind.VENDOR_APPROVED, clause="S1 A2 8.2 需要提交这方面专家的确认"),
    rows(WORKING, T.DECLINE, FactKind.VENDOR_DECLINED, clause="S1 A2 8.2 需要提交这方面专家的确认"),
    rows((*LIVE, CLOSED), T.NOTED, FactKind.RUNG_SEEN, clause="S1 A2 7.2 超时上报程序"),
    # --- the end, and back
    rows(
        LIVE,
        T.SOLVE,
        FactKind.SOLVED,
        to=SOLVED,
        clocks=(ClockEvent.RESPONDED, ClockEvent.SUPPORT_STARTED, ClockEvent.SOLVED),
        tells=(Told("solution", To.CUSTOMER),),
        clause="S4 四 给出解决方法或建议",
    ),
    rows(
        LIVE,
        T.CONFIRM,
        FactKind.CLOSED,
        to=CLOSED,
        clocks=(ClockEvent.SOLVED,),
        tells=(
            Told("closed", To.CUSTOMER),
            Told("closed_mail", To.MAIL),
            Told("closed_owner", To.OWNER),
            SAID,
        ),
        clause="S4 四 问题解决后经客户确认关闭; S1 A2 8.2 征求客户意见",
    ),
    rows(
        (SOLVED,),
        T.REOPEN,
        FactKind.REOPENED,
        to=OPEN,
        clocks=(ClockEvent.REOPENED,),
        tells=(Told("back_to_work", To.CUSTOMER), Told("reopened", To.OWNER, second_channel=True), SAID),
    ),
    rows(
        (CLOSED,),
        T.REOPEN,
        FactKind.REOPENED,
        to=OPEN,
        clocks=(ClockEvent.REOPENED,),
        tells=(
            Told("back_to_work", To.CUSTOMER),
            Told("reopened", To.OWNER, second_channel=True),
            Told("reopened", To.LEAD),
            SAID,
        ),
        clause="S4 四 客户可以申请重新开放",
    ),
    rows(
        (CLOSED, ENDED),
        T.RATE,
        FactKind.RATED,
        tells=(Told("rated", To.LEAD), SAID),
        clause="S1 A2 8.2 发客户调查表给客户",
    ),
    rows(
        LIVE,
        T.MERGE,
        FactKind.MERGED,
        to=MERGED,
        clocks=(ClockEvent.CANCELLED,),
        tells=(Told("merged", To.CUSTOMER),),
    ),
    rows(LIVE, T.ABSORB, FactKind.ABSORBED),
    rows(
        LIVE,
        T.CANCEL,
        FactKind.CANCELLED,
        to=CANCELLED,
        clocks=(ClockEvent.CANCELLED,),
        tells=(Told("cancelled", To.CUSTOMER), Told("cancelled_owner", To.OWNER), SAID),
    ),
    # --- clocks
    rows(
        WORKING,
        T.REMIND,
        FactKind.REMINDED,
        tells=(Told("reminder", To.OWNER, second_channel=True),),
        clause="S1 A2 8.2 座席会在30分钟和45分钟提醒工程师",
    ),
    rows(
        WORKING,
        T.ENGINEER_LATE,
        FactKind.ENGINEER_OVERDUE,
        tells=(
            Told("engineer_late", To.OWNER, second_channel=True),
            Told("engineer_late", To.LEAD, second_channel=True),
        ),
        clause="S1 A2 8.2 工程师必须一小时内回应客户",
    ),
    rows(
        WORKING,
        T.DUE_SOON,
        FactKind.DUE_SOON,
        tells=(Told("due_soon", To.OWNER, second_channel=True),),
        clause="S1 A2 8.2 超时上报警告",
    ),
    rows(
        WORKING,
        T.ALARM,
        FactKind.ALARMED,
        tells=(Told("alarm", To.OWNER, second_channel=True), Told("alarm", To.LEAD, second_channel=True)),
        clause="C03; S1 A2 10.5 及时响应",
    ),
    rows(
        WORKING,
        T.BREACH,
        FactKind.BREACHED,
        tells=(Told("breach", To.OWNER, second_channel=True), Told("breach", To.LEAD, second_channel=True)),
        clause="S1 A2 8.2 自动生成超时上报警告",
    ),
    rows(
        WORKING,
        T.RUNG,
        FactKind.RUNG_REACHED,
        tells=(Told("rung", To.RUNG, second_channel=True),),
        clause="S1 A2 7.2 问题升级流程",
    ),
    rows(WORKING, T.RUNG_AGAIN, FactKind.RUNG_REPEATED, clause="S1 A2 7.2 超时上报程序"),
    rows(
        (SOLVED, WAITING),
        T.NOTICE,
        FactKind.CLOSING_NOTICE,
        tells=(Told("closing_notice", To.CUSTOMER),),
        clause="S4 四",
    ),
    rows(
        (SOLVED, WAITING),
        T.SILENCE,
        FactKind.CLOSED,
        to=CLOSED,
        clocks=(ClockEvent.SOLVED,),
        tells=(
            Told("closed_by_silence", To.CUSTOMER),
            Told("closed_by_silence_mail", To.MAIL),
            Told("closed_owner", To.OWNER),
        ),
        clause="S4 四 超过一个月仍没有确认或反馈的，系统自动关闭该问题",
    ),
    rows((CLOSED,), T.END, FactKind.ENDED, to=ENDED, clause="S4 四 正式结束该问题"),
)
"""Every pair of status and trigger that may be."""
