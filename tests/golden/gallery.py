"""Every message the desk can say, drawn once in each language.

`python -m tests.golden.gallery` writes messages/{zh,en}.txt anew; read the difference as a customer would.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cases.decision import Tell, To
from bot.cases.effects import MARKS
from bot.cases.facts import Fact, FactKind, Recorded
from bot.cases.lifecycle import decide
from bot.cases.model import SYSTEM, Case, CaseType, Reporter, Status
from bot.cases.triggers import Context, Trigger, TriggerKind
from bot.cases.triggers import TriggerKind as T
from bot.core.matters import Complaint, Emergency
from bot.core.message import Attachment, FileId, Message
from bot.core.people import (
    CaseId,
    CaseKey,
    ContractId,
    Language,
    Level,
    PersonId,
    Place,
    PlatformName,
    Role,
    Sender,
    UnitId,
)
from bot.core.verbs import Verb
from bot.directory.loader import load_directory
from bot.directory.lookup import Directory
from bot.directory.model import Bilingual, SpecialDuty, Unit
from bot.notify import answers, files
from bot.notify.cards import customer_card, engineer_card
from bot.notify.plain import plain
from bot.notify.scene import Scene
from bot.notify.tells import draw
from bot.notify.tells.together import draw_together
from bot.notify.texts import Texts
from bot.sla.book import Book
from bot.sla.dated import Stage
from bot.sla.milestones import opened
from bot.sla.rules import ClockEvent
from bot.sla.terms import Terms
from bot.triage.reading import Ask
from tests.golden.knowledge import of_knowledge

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "messages"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LOCAL = PlatformName("local")
LIN, EVE, HE, ZHOU = (PersonId(name) for name in ("lin-xiaobei", "eve-turner", "he-miao", "zhou-lan"))
XU = PersonId("xu-zhiyuan")
QIN = Reporter(
    person=PersonId("qin-shuyao"),
    name="秦书瑶",
    sender=Sender(LOCAL, "qin-shuyao", "秦书瑶"),
    phone="000-0000-0011",
    email="qin.shuyao@example.com",
    address="华岳大学信息楼 301",
)
OLIVER = Reporter(person=PersonId("oliver-grant"), name="Oliver Grant", language=Language.EN)


def at(day: int, clock: str) -> datetime:
    """Return a local instant of November 2026 (day 31 and later run on into December)."""
    hour, minute = map(int, clock.split(":"))
    local = datetime(2026, 11, 1, hour, minute, tzinfo=SHANGHAI) + timedelta(days=day - 1)
    return local.astimezone(UTC)


CUSTOMER = QIN.person
UNITS = {"maintenance": (LIN, EVE, HE), "software": (EVE,), "implementation": (HE,)}

EDITION = re.compile(r"\b[0-9a-f]{16}\b")
"""The hash of an edition: it changes with every figure of every policy, and is no wording."""

HAPPENS: tuple[tuple[int, str, TriggerKind, PersonId, dict[str, object]], ...] = (
    (20, "14:05", T.CLARIFY, CUSTOMER, {"level": Level.CRITICAL, "text": "所有人 / everybody"}),
    (20, "14:20", T.ACKNOWLEDGE, LIN, {}),
    (20, "14:30", T.REMIND, SYSTEM, {"number": 30, "wake": "remind_30:1"}),
    (20, "14:30", T.RUNG, SYSTEM, {"number": 1, "choice": "engineer"}),
    (20, "14:30", T.ALARM, SYSTEM, {"choice": "s1_p4:response"}),
    (20, "14:45", T.DUE_SOON, SYSTEM, {"choice": "s1_phone:response"}),
    (20, "14:45", T.REASSIGN, SYSTEM, {"number": 45}),
    (20, "15:00", T.ENGINEER_LATE, SYSTEM, {"number": 60}),
    (20, "15:00", T.BREACH, SYSTEM, {"choice": "s1_phone:response"}),
    (20, "15:00", T.RUNG, SYSTEM, {"number": 2, "choice": "manager"}),
    (20, "15:01", T.RUNG_AGAIN, SYSTEM, {"number": 15, "choice": "same"}),
    (20, "15:01", T.NOTED, XU, {}),
    (20, "15:02", T.CHASE, CUSTOMER, {"text": "有人在看吗 / is anybody on it?"}),
    (20, "15:03", T.TAKE, LIN, {}),
    (20, "15:05", T.HOLD_REPLY, LIN, {"text": "正在查数据库连接。\nWe are looking at the database."}),
    (
        20,
        "15:05",
        T.SEND_REPLY,
        LIN,
        {"number": 1, "text": "正在查数据库连接。\nWe are looking at the database."},
    ),
    (20, "15:10", T.CUSTOMER_WROTE, CUSTOMER, {"text": "刚才又报错 502 / error 502 again"}),
    (20, "15:11", T.EDITED, CUSTOMER, {"text": "刚才又报错 503 / error 503 again", "message": "7"}),
    (20, "15:11", T.DELETED, CUSTOMER, {"message": "7"}),
    (20, "15:12", T.CALL, LIN, {"text": "网关已重启一次 / the gateway was restarted"}),
    (20, "15:13", T.NOTE, LIN, {"text": "疑似连接池耗尽 / maybe the pool is exhausted"}),
    (
        20,
        "15:20",
        T.ESCALATE,
        LIN,
        {"choice": "expert", "text": "需要数据库专家 / a database expert is needed"},
    ),
    (20, "15:20", T.ESCALATE, SYSTEM, {"choice": "manager"}),
    (20, "15:21", T.ESCALATE, HE, {"choice": "expert", "text": "仍无法定位 / the cause is still unknown"}),
    (20, "15:22", T.ESCALATE, LIN, {"choice": "vendor", "text": "需要固件日志 / firmware logs are needed"}),
    (20, "15:24", T.APPROVE, HE, {"text": "同意 / agreed"}),
    (20, "15:30", T.DIAGNOSE, LIN, {"text": "存储阵列一块盘故障 / one disk of the array has failed"}),
    (20, "15:35", T.STAFF_ADDED, LIN, {"text": "数据没有丢失 / no data is lost"}),
    (20, "15:40", T.VISIT_REQUEST, CUSTOMER, {"text": "能来现场吗 / could somebody come?"}),
    (20, "15:45", T.VISIT_NEED, LIN, {}),
    (20, "15:50", T.VISIT_GO, LIN, {}),
    (20, "16:20", T.VISIT_ARRIVE, LIN, {}),
    (20, "16:30", T.LEVEL, LIN, {"level": Level.SEVERE, "text": "已恢复大部分登录 / most can log in again"}),
    (20, "16:40", T.WAIT, LIN, {"choice": "parts", "until": at(21, "10:00")}),
    (21, "10:00", T.WAIT_OVER, SYSTEM, {}),
    (21, "10:05", T.WAIT, LIN, {"choice": "vendor"}),
    (21, "10:06", T.RESUME, LIN, {}),
    (21, "10:10", T.WAIT, LIN, {"choice": "customer"}),
    (28, "10:10", T.NOTICE, SYSTEM, {"number": 1}),
    (28, "11:00", T.CUSTOMER_ANSWERED, CUSTOMER, {"text": "试过了 / tried it"}),
    (28, "12:00", T.SOLVE, LIN, {"text": "已更换故障盘并重建。\nThe disk was replaced and rebuilt."}),
    (35, "12:00", T.NOTICE, SYSTEM, {"number": 1, "choice": "solved"}),
    (35, "13:00", T.REOPEN, CUSTOMER, {"text": "今天又慢了 / slow again today"}),
    (35, "14:00", T.SOLVE, LIN, {"text": "已更换故障盘并重建。\nThe disk was replaced and rebuilt."}),
    (35, "15:00", T.CONFIRM, LIN, {"text": "秦老师电话确认 / by phone", "on_behalf": True}),
    (35, "15:10", T.RATE, CUSTOMER, {"number": 4, "text": "就是慢了点 / a little slow"}),
    (36, "09:00", T.REOPEN, CUSTOMER, {"text": "又登录不上 / no login again", "choice": "closed"}),
    (36, "10:00", T.SOLVE, LIN, {"text": "已更换控制器。\nThe controller was replaced."}),
    (66, "23:59", T.SILENCE, SYSTEM, {}),
)
"""Day, clock, what, by whom, and what comes with it."""


def relevelled_by(book: Book, case: Case, terms: Terms) -> Case:
    """Return a case under other terms, as if it had been opened under them."""
    return replace(case, terms=terms, promises=opened(book, terms, case.level, case.opened_at))


def new_case(directory: Directory, book: Book, contract: str, **changes: object) -> Case:
    """Return a case just opened under a contract of the demo's directory; without one, with no promise."""
    held = directory.contract(ContractId(contract))
    terms = Terms(
        schemes=held.schemes if held else (),
        calendar=held.calendar if held else "always",
        zone=SHANGHAI,
        site_allowance=held.site_allowance if held else timedelta(0),
        customer_wait_pauses_fix=held.customer_wait_pauses_fix if held else False,
        ladder=held.ladder if held else "",
        ladder_in_service_hours=held.ladder_in_service_hours if held else False,
        engineer_clock=held.engineer_clock if held else "",
        engineer_clock_in_service_hours=held.engineer_clock_in_service_hours if held else False,
        path=held.path if held else "",
    )
    case = Case(
        id=CaseId(7),
        key=CaseKey("C-20261120-0007"),
        version=1,
        status=Status.OPEN,
        type=CaseType.FAULT,
        customer=held.customer if held else None,
        contract=held.id if held else None,
        terms=terms,
        edition=book.edition,
        reporter=QIN,
        place=Place(LOCAL, "g:huayue", "1"),
        language=Language.ZH,
        brief="教务系统打不开，全校都登录不上 / nobody can log in",
        opened_at=at(20, "14:00"),
        level=Level.CRITICAL,
        owner=LIN,
        tried=(LIN,),
        assigned_at=at(20, "14:00"),
        engineer_due_from=at(20, "14:00"),
        ladder_from=at(20, "14:00") if terms.ladder else None,
        turn=1,
    )
    case = replace(case, **changes)  # type: ignore[arg-type]  # names are checked when it runs
    named = ((ClockEvent.ENGINEER_NAMED, case.opened_at),)
    promises = opened(book, terms, case.level, case.opened_at, history=named)
    return replace(case, promises=promises, events=named)


@dataclass
class Story:
    """One case through everything that may happen to it; what is told is kept by name, the first of each."""

    book: Book
    case: Case
    told: dict[str, tuple[datetime, Case, Tell]] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)

    def tell(self, now: datetime, template: str, to: To, **parts: object) -> None:
        """Keep a tell that opening a case makes, not the lifecycle."""
        self.told[f"{template} → {to}"] = (now, self.case, Tell(template=template, to=to, **parts))  # type: ignore[arg-type]  # names are checked when it runs

    def happens(self, now: datetime, kind: TriggerKind, by: PersonId = LIN, **parts: object) -> None:
        """Let something happen to the case and keep what is told of it."""
        trigger = Trigger(kind=kind, by=by, said_at=now, **parts)  # type: ignore[arg-type]  # names are checked when it runs
        context = Context(now=now, book=self.book, engineers=(LIN, EVE, HE), manager=XU, units=UNITS)
        decision = decide(self.case, trigger, context=context)
        self.case = replace(decision.case, version=self.case.version + 1)
        self.facts.extend(decision.facts)
        for tell in decision.tells:
            name = f"{tell.template} ({kind}{' ' + trigger.choice if trigger.choice else ''}) → {tell.to}"
            self.told.setdefault(name, (now, self.case, tell))


def the_story(directory: Directory, book: Book) -> Story:
    """Return a long day of one case, and a month of silence after it."""
    case = new_case(
        directory, book, "huayue-campus", provisional=True, evidence=("全校都登录不上",), asked="people"
    )
    first = Fact(
        kind=FactKind.OPENED, at=case.opened_at, said_at=case.opened_at, actor=QIN.person, text=case.brief
    )
    story = Story(book, case, facts=[first])
    story.tell(case.opened_at, "assigned", To.OWNER)
    story.tell(case.opened_at, "urgent_opened", To.LEAD)
    story.tell(case.opened_at, "involved", To.INVOLVED, role=Role.SPECIALIST)
    story.tell(case.opened_at, "role_missing", To.OPERATOR, data={"role": "director"})
    for day, clock, kind, by, parts in HAPPENS:
        story.happens(at(day, clock), kind, by, **parts)
    return story


def aside(story: Story, kind: TriggerKind, **parts: object) -> None:
    """Let the case of a story end another way, once."""
    kept = story.case, list(story.facts)
    story.happens(at(20, "14:10"), kind, **parts)  # type: ignore[arg-type]  # names are checked when it runs
    story.case, story.facts = kept


@dataclass(frozen=True)
class Gallery:
    """Everything that can be said, in one language."""

    lang: Language
    directory: Directory
    book: Book
    texts: Texts

    def scene(self, now: datetime, *, staff: bool) -> Scene:
        """Return a scene in Shanghai."""
        return Scene(
            lang=self.lang,
            zone=SHANGHAI,
            now=now,
            directory=self.directory,
            book=self.book,
            texts=self.texts,
            staff=staff,
        )

    def messages(self) -> Iterator[tuple[str, Message]]:
        """Yield every message with its name."""
        yield from self._cards()
        yield from self._branch()
        yield from self._together()
        yield from self._tells()
        yield from self._answers()

    def _case(self, contract: str, **changes: object) -> Case:
        return new_case(self.directory, self.book, contract, **changes)

    def _bluebay(self) -> Case:
        return self._case(
            "bluebay-portal",
            reporter=OLIVER,
            level=Level.MINOR,
            opened_at=at(20, "17:40"),
            brief="Export to PDF cuts the last column",
            ladder_from=at(20, "17:40"),
        )

    def _cards(self) -> Iterator[tuple[str, Message]]:
        provisional = self._case(
            "huayue-campus", provisional=True, evidence=("全校都登录不上", "nobody can log in")
        )
        five = self._case("chengjiang-network", opened_at=at(20, "20:00"), level=Level.SEVERE)
        late = replace(provisional, status=Status.ACKNOWLEDGED)
        cases = {
            "around the clock, provisional": (provisional, at(20, "14:01")),
            "only “promptly”": (self._case("yuanshan-erp"), at(20, "14:01")),
            "service hours": (self._bluebay(), at(20, "18:30")),
            "five levels at night": (five, at(20, "20:01")),
            "unbound": (self._case("none", customer=None), at(20, "14:01")),
            "late": (late, at(20, "15:30")),
            "solved": (replace(provisional, status=Status.SOLVED, provisional=False), at(20, "15:30")),
        }
        for name, (case, now) in cases.items():
            yield f"customer card: {name}", customer_card(self.scene(now, staff=False), case)
            yield f"engineer card: {name}", engineer_card(self.scene(now, staff=True), case, None)
        fact = Fact(kind=FactKind.TAKEN, at=at(20, "14:30"), said_at=at(20, "14:30"), actor=EVE)
        yield (
            "engineer card with its last fact",
            engineer_card(self.scene(at(20, "15:30"), staff=True), late, fact),
        )
        unedited = flat(self.scene(at(20, "15:30"), staff=True))
        yield "engineer card that cannot be edited", engineer_card(unedited, late, fact)

    def _tells(self) -> Iterator[tuple[str, Message]]:
        story = the_story(self.directory, self.book)
        untold = Story(self.book, self._case("none", customer=None))
        untold.tell(at(20, "14:00"), "opened_without_promise", To.LEAD)
        about = {"type": CaseType.COMPLAINT, "kind": Complaint.DELAY}
        complaint = Story(self.book, self._case("yuanshan-erp", **about))
        complaint.tell(
            at(20, "14:00"), "complaint_opened", To.UNITS, data={"units": "quality", "missing": ""}
        )
        complaint.tell(at(20, "14:00"), "opened_for_manager", To.OWNER)
        aside(complaint, TriggerKind.CANCEL, text="已自行解决 / solved by ourselves")
        aside(complaint, TriggerKind.MERGE, case=CaseKey("C-20261120-0003"))
        aside(complaint, TriggerKind.CONFIRM)
        aside(complaint, TriggerKind.VISIT_NEED)
        severe = Story(self.book, self._case("huayue-campus", level=Level.SEVERE, vendor_asked_by=LIN))
        aside(severe, TriggerKind.VISIT_NEED)
        aside(severe, TriggerKind.DECLINE, by=HE, text="先查配置 / check the configuration first")
        for each in MARKS:
            if each != "no_disaster":
                aside(complaint, TriggerKind.MARK, choice=each)
        wish = Story(
            self.book, self._case("bluebay-portal", type=CaseType.FEATURE_REQUEST, level=Level.REQUEST)
        )
        wish.tell(at(20, "14:00"), "opened_for_manager", To.MANAGER, data={"choice": "wish"})
        contract = replace(self._case("huayue-campus").terms, schemes=("s1_disaster", "s1_p4"))
        fire = Story(
            self.book, relevelled_by(self.book, self._case("huayue-campus", level=Level.MINOR), contract)
        )
        fire.happens(at(20, "14:05"), TriggerKind.WORSEN, SYSTEM, level=Level.CRITICAL, choice="stopped")
        fire.happens(at(20, "14:05"), TriggerKind.MARK, SYSTEM, choice="disaster", emergency=Emergency.FIRE)
        fire.happens(
            at(20, "14:09"), TriggerKind.LEVEL, level=Level.SEVERE, text="只烧坏一台 / one machine only"
        )
        fire.happens(at(20, "14:10"), TriggerKind.DISPUTE, QIN.person, text="等级不对 / the level is wrong")
        fire.happens(
            at(20, "14:11"), TriggerKind.DISPUTE, QIN.person, level=Level.CRITICAL, text="全停 / all down"
        )
        fire.happens(at(20, "14:12"), TriggerKind.MARK, choice="no_disaster")
        closed = Story(self.book, self._case("huayue-campus", status=Status.CLOSED, callback_owed=True))
        closed.tell(at(20, "16:00"), "call_back", To.LEAD)
        terms = replace(self._case("huayue-campus").terms, schemes=("s1_objection",))
        objected = Story(self.book, relevelled_by(self.book, self._case("huayue-campus"), terms))
        objected.happens(at(20, "14:10"), TriggerKind.MARK, choice="objection")
        objected.happens(at(21, "14:10"), TriggerKind.BREACH, SYSTEM, choice="s1_objection:objection_reply")
        days = Story(self.book, self._bluebay())
        days.tell(at(20, "18:30"), "recounted", To.CUSTOMER)
        days.tell(at(20, "18:30"), "recounted_owner", To.OWNER)
        days.tell(at(20, "18:30"), "terms_moved", To.CUSTOMER)
        days.tell(at(20, "18:30"), "terms_moved_owner", To.OWNER)
        for told in (
            story.told,
            untold.told,
            complaint.told,
            closed.told,
            {name.replace(" (", " of a fire ("): told for name, told in fire.told.items()},
            {name.replace(" (", " of an objection ("): told for name, told in objected.told.items()},
            severe.told,
            days.told,
            {"opened_for_manager wish": next(iter(wish.told.values()))},
        ):
            for name, (now, case, tell) in told.items():
                staff = tell.to not in (To.CUSTOMER, To.MAIL)
                said = replace(tell, data={**tell.data, "by": LIN}) if tell.text and not staff else tell
                yield f"tell {name}", draw(self.scene(now, staff=staff), case, said)

    def _together(self) -> Iterator[tuple[str, Message]]:
        """What other public holidays make of several cases, all of them named or not."""
        first = self._bluebay()
        cases = (first, replace(first, key=CaseKey("C-20261120-0009"), brief="导出没有表头"))
        for template, to in (("recounted", To.CUSTOMER), ("recounted_owner", To.OWNER)):
            scene = self.scene(at(20, "18:30"), staff=to is To.OWNER)
            for count in (2, 12):
                tell = Tell(template=template, to=to)
                told = draw_together(scene, [(scene, case) for case in cases], tell, count=count)
                yield f"tell {template} of {count} cases → {to}", told

    def _branch(self) -> Iterator[tuple[str, Message]]:
        contract = self.directory.contracts[ContractId("bluebay-portal")]
        branch = Unit(
            id=UnitId("xian"),
            name=Bilingual("西安分公司", "Xi'an branch"),
            people=(HE,),
            phone="000-0000-0900",
        )
        with_it = replace(
            self.directory,
            units={branch.id: branch},
            contracts={**self.directory.contracts, contract.id: replace(contract, branch=branch.id)},
        )
        case = replace(self._bluebay(), level=Level.CRITICAL)
        called = Tell(template="branch_called", to=To.BRANCH)
        night = at(20, "22:00")
        desk, customer = (self.scene(night, staff=staff) for staff in (True, False))
        yield "tell branch_called → branch", draw(replace(desk, directory=with_it), case, called)
        yield "customer card: a branch at night", customer_card(replace(customer, directory=with_it), case)

    def _files(self, desk: Scene, customer: Scene, case: Case) -> Iterator[tuple[str, Message]]:
        wrote = Tell(
            template="customer_wrote", to=To.OWNER, data={"by": QIN.person}, text="又报错", files=(SCREEN,)
        )
        yield "customer wrote, with a file", draw(desk, case, wrote)
        said = replace(wrote, template="customer_said", to=To.INTERNAL)
        yield "customer said, without threads", draw(flat(desk), case, said)
        yield "files without words", files.what_about(customer, (SCREEN.name, "a.log"))
        for reason in ("too_big", "wrong_type", "lost", "forgotten"):
            not_carried = files.not_carried(customer, SCREEN.name, f"file.{reason}", limit=20 << 20)
            yield f"file that does not come: {reason}", not_carried

    def _answers(self) -> Iterator[tuple[str, Message]]:
        case, now = self._case("huayue-campus", provisional=True), at(20, "14:40")
        bluebay = replace(self._bluebay(), key=CaseKey("C-20261120-0009"), owner=None)
        story = the_story(self.directory, self.book)
        desk, customer = self.scene(now, staff=True), self.scene(now, staff=False)
        recorded = [Recorded(fact=fact, seq=n, previous="", hash="") for n, fact in enumerate(story.facts)]
        for view, scene in (("staff", desk), ("customer", customer)):
            yield f"list for {view}", answers.listing(scene, "found.live", (case, bluebay))
            yield f"show for {view}", answers.detail(scene, case, story.facts[:12])
            yield (
                f"log for {view}",
                answers.history(replace(scene, now=at(67, "12:00")), story.case, recorded),
            )
            yield f"why for {view}", answers.explanation(scene, case, story.facts[:4])
            late = replace(scene, now=at(23, "09:30"))
            yield f"why in service hours for {view}", answers.explanation(late, bluebay, ())
            yield f"changed meanwhile for {view}", answers.changed_meanwhile(scene, case, story.facts[2:7])
        night = self._case("chengjiang-network", level=Level.REQUEST)
        yield "why with a distance", answers.explanation(desk, night, ())
        visited = replace(desk, now=at(36, "12:00"))
        yield "why after all that", answers.explanation(visited, story.case, story.facts)
        yield "list of nothing", answers.listing(customer, "your_cases", ())
        yield "opened for a customer", answers.opened(desk, case)
        yield "joined", answers.joined(customer, case, "又报错")
        yield "words after a solution", answers.words_after_solution(customer, case)
        yield "words after closing", answers.closed_words(customer, case, "又报错")
        yield "confirm?", answers.confirm_question(customer, case)
        for ask in Ask:
            asked = replace(case, asked=ask, provisional=True, status=Status.OPEN)
            yield f"customer card, impact unclear: {ask}", customer_card(customer, asked)
        yield "which case?", answers.case_choice(customer, (case, bluebay), Verb.SHOW, "")
        held = Story(self.book, case)
        held.happens(now, TriggerKind.HOLD_REPLY, text="正在处理。\nWe are on it.")
        yield "reply preview", answers.reply_preview(desk, held.case, held.case.outgoing[0])
        yield from self._files(desk, customer, case)
        yield (
            "digest",
            answers.digest(
                desk,
                [
                    answers.DigestGroup(name=name, cases=(each,), count=1)
                    for name, each in (
                        ("overdue", case),
                        ("unassigned", bluebay),
                        ("waiting", case),
                        ("reopened", case),
                        ("callback", bluebay),
                    )
                ],
            ),
        )
        risk = answers.DigestGroup(name="risk", cases=(bluebay,), count=12)
        yield "digest at risk", answers.digest(desk, [risk])
        yield "digest of nothing", answers.digest(desk, [])
        yield from self._dated(desk)
        yield "on call", answers.oncall(desk, now)
        yield "help", answers.help_lines(customer, (("show [no.]", "…"), ("add [no.] <text>", "…")))
        yield (
            "unbound group",
            answers.setup_hint(desk, Place(LOCAL, "g:lobby"), Sender(LOCAL, "song-yi", "宋奕")),
        )
        yield from of_knowledge(customer, desk)
        for key in ("hello", "no_cases", "out_of_scope", "helped"):
            yield f"note {key}", answers.note(customer, key)

    def _dated(self, desk: Scene) -> Iterator[tuple[str, Message]]:
        duty = SpecialDuty(
            starts_on=date(2026, 11, 28),
            ends_on=date(2026, 11, 30),
            reason=Bilingual("全省运动会", "Provincial games"),
            people=(HE, EVE),
            on_site=True,
        )
        for each in (duty, replace(duty, on_site=False)):
            where = "on site" if each.on_site else "on call"
            contract = self.directory.contracts[ContractId("huayue-campus")]
            yield f"special duty {where}", answers.special_duty(desk, contract, each)
        branch = Unit(
            id=UnitId("xian"),
            name=Bilingual("西安分公司", "Xi’an branch"),
            people=(PersonId("he-miao"),),
            phone="000-0000-0900",
        )
        contract = replace(self.directory.contracts[ContractId("huayue-campus")], value=742700.0)
        yield "alarms", answers.alarms(desk, [(12, at(20, "10:00"), "nobody has the role manager")])
        yield "no alarms", answers.alarms(desk, [])
        yield "branch contacts", answers.branch_contacts(desk, contract, branch)
        known = {**self.directory.contracts, contract.id: contract}
        scene = replace(desk, directory=replace(self.directory, contracts=known))
        for name, stage in zip(self.book.dated, (*Stage, *Stage), strict=False):
            message = answers.dated(scene, contract, self.book.dated[name], date(2026, 11, 23), stage)
            yield f"due by contract: {name} {stage}", message


SCREEN = Attachment(FileId("f1"), "机房 1.png")


def flat(scene: Scene) -> Scene:
    """Return a scene where everybody talks in one stream."""
    return replace(scene, edits=False, threads=False)


def gallery(lang: Language) -> str:
    """Return every message of a language as plain text."""
    book, directory = Book.load(), load_directory(ROOT / "demo" / "directory.yaml")
    shown = Gallery(lang, directory, book, Texts.load()).messages()
    text = "\n".join(f"== {name}\n" + "\n".join(plain(message)) + "\n" for name, message in shown)
    return EDITION.sub("0123456789abcdef", text)


if __name__ == "__main__":
    for language in Language:
        (FOLDER / f"{language}.txt").write_text(gallery(language), encoding="utf-8")
