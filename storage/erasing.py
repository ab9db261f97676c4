"""Erasing one person. What proves the history stays: hashes, and a pseudonym that no salt leads to."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, Delete, Select, Update, delete, false, func, or_, select, update

from bot.cases.model import LIVE, Case, FactKind
from bot.core.people import DIRECT, LOCAL, CaseId, PersonId
from bot.ports import MAIL, Somebody, Traces
from storage import inbox, outbox
from storage.article_tables import ArticleAuthorRow, ArticleDraftRow
from storage.chat_tables import ChatLineRow, ChatReadRow
from storage.files import FILES, forget_files
from storage.mapping import case_of, case_row
from storage.tables import (
    AlarmRow,
    BindingRow,
    CaseRow,
    ExchangeRow,
    FactRow,
    FactTextRow,
    InboxRow,
    OutboxRow,
    PseudonymRow,
    ShowingRow,
    table,
)
from storage.transaction import Transaction

ALARMS = table(AlarmRow)
AUTHORS = table(ArticleAuthorRow)
BINDINGS = table(BindingRow)
CASES = table(CaseRow)
DRAFTS = table(ArticleDraftRow)
LINES = table(ChatLineRow)
READ = table(ChatReadRow)
EXCHANGES = table(ExchangeRow)
FACTS = table(FactRow)
TEXTS = table(FactTextRow)
INBOX = table(InboxRow)
OUTBOX = table(OutboxRow)
PSEUDONYMS = table(PseudonymRow)
SHOWINGS = table(ShowingRow)

ABOUT_REPORTER = (FactKind.OPENED, FactKind.FIELD_SET)
"""Facts whose words are the report itself, or somebody's contact, whoever typed them."""

SHORTEST_NAME = 2  # characters; a shorter one stands in every other word
GONE = "…"


class Erasing:
    """One person's traces, deleted when asked for."""

    def __init__(self, transaction: Transaction, who: Somebody) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._who = who
        self._is_theirs = CASES.c.reporter.in_(who.persons)
        self._solved = (
            select(FACTS.c.case_id)
            .join(TEXTS, (TEXTS.c.case_id == FACTS.c.case_id) & (TEXTS.c.seq == FACTS.c.seq))
            .where(FACTS.c.kind == FactKind.SOLVED, TEXTS.c.actor.in_(who.persons))
        )

    def traces(self) -> Traces:
        """Delete them all and return how many there were."""
        left = self._left()
        # Boxes and lines are found through the cases, so these are the last to forget whose they were.
        events = self._run(update(INBOX).where(self._events(), INBOX.c.state.in_(inbox.OVER)), payload="")
        messages = self._run(update(OUTBOX).where(self._messages(), OUTBOX.c.state.in_(outbox.OVER)), body="")
        lines = self._run(update(LINES).where(self._lines()), text="", message=None)
        files = forget_files(self._transaction, self._files())
        self._forget_drafts()
        theirs = self._cases(self._is_theirs)
        self._forget_solutions()
        texts = self._run(delete(TEXTS).where(TEXTS.c.actor.in_(self._who.persons)))
        texts += sum(self._forget_reporter(case) for case in theirs)
        exchanges = self._run(delete(EXCHANGES).where(EXCHANGES.c.person.in_(self._who.persons)))
        pseudonyms = self._run(delete(PSEUDONYMS).where(PSEUDONYMS.c.person.in_(self._who.persons)))
        self._forget_small_things()
        self._note(texts, len(theirs))
        return Traces(
            texts=texts,
            cases=len(theirs),
            live=tuple(case.key for case in theirs if case.status in LIVE),
            pseudonyms=pseudonyms,
            events=events,
            messages=messages,
            lines=lines,
            exchanges=exchanges,
            files=files,
            left=left,
        )

    def _left(self) -> int:
        waiting = (
            select(func.count()).where(self._events(), INBOX.c.state.not_in(inbox.OVER)),
            select(func.count()).where(self._messages(), OUTBOX.c.state.not_in(outbox.OVER)),
        )
        return sum(self._connection.execute(each).scalar_one() for each in waiting)

    def _events(self) -> ColumnElement[bool]:
        """Events that hold a user's id as a value: what they wrote, and where they are mentioned."""
        return (INBOX.c.payload != "") & or_(
            false(),
            *(
                (INBOX.c.platform == platform) & INBOX.c.payload.contains(f'"{user}"', autoescape=True)
                for platform, user in sorted(self._who.users)
            ),
        )

    def _messages(self) -> ColumnElement[bool]:
        """Messages in their own conversations, about their cases, naming them, or carrying their files."""
        lanes = [
            *(f"{platform}:{DIRECT}{user}" for platform, user in self._who.users),
            *(f"{MAIL}:{email}" for email in self._who.emails),
            *self._who.lanes,
        ]
        return (OUTBOX.c.body != "") & or_(
            OUTBOX.c.lane.in_(lanes),
            OUTBOX.c.case_key.in_(select(CASES.c.key).where(self._is_theirs)),
            OUTBOX.c.file.in_(select(FILES.c.id).where(FILES.c.person.in_(self._who.persons))),
            *_containing(OUTBOX.c.body, [*self._quoted_users(), *self._who.names]),
        )

    def _files(self) -> ColumnElement[bool]:
        """Files they sent, whichever case it was in, and those of their cases, whoever sent them."""
        their_cases = select(CASES.c.key).where(self._is_theirs)
        return FILES.c.person.in_(self._who.persons) | FILES.c.case_key.in_(their_cases)

    def _lines(self) -> ColumnElement[bool]:
        """Lines of the local chat that they wrote, between them and the bot, or of the bot's naming them."""
        directly = [f"{DIRECT}{user}" for platform, user in self._who.users if platform == LOCAL]
        return or_(
            LINES.c.author.in_(self._who.persons),
            LINES.c.conversation.in_([*directly, *(f"{DIRECT}{person}" for person in self._who.persons)]),
            *_containing(LINES.c.message, [*self._quoted_users(), *self._who.names]),
        )

    def _quoted_users(self) -> list[str]:
        return [f'"{user}"' for _, user in sorted(self._who.users)]

    def _cases(self, whose: ColumnElement[bool]) -> tuple[Case, ...]:
        query: Select[tuple[int, int, str]] = select(CASES.c.id, CASES.c.version, CASES.c.body).where(whose)
        rows = self._connection.execute(query.order_by(CASES.c.id).with_for_update()).all()
        return tuple(case_of(row.body, id=CaseId(row.id), version=row.version, promises=()) for row in rows)

    def _forget_solutions(self) -> None:
        for case in self._cases(CASES.c.id.in_(self._solved)):
            self._rewrite(case, replace(case, solution=GONE if case.solution else ""))

    def _forget_reporter(self, case: Case) -> int:
        """Take the reporter out of a case and return how many words of its facts went with that."""
        reporter = case.reporter
        sender = reporter.sender.name if reporter.sender else ""
        known = (reporter.name, sender, reporter.phone, reporter.email, reporter.address, *self._who.names)
        about = select(FACTS.c.seq).where(FACTS.c.case_id == case.id, FACTS.c.kind.in_(ABOUT_REPORTER))
        texts = self._run(
            delete(TEXTS).where(
                TEXTS.c.case_id == case.id,
                or_(TEXTS.c.seq.in_(about), *_containing(TEXTS.c.text, known)),
            )
        )
        nobody = replace(
            reporter,
            person=PersonId(f"erased:{case.key}"),
            name=GONE,
            sender=None,
            phone="",
            email="",
            address="",
        )
        [case] = self._cases(CASES.c.id == case.id)  # its solution may be gone by now
        self._rewrite(case, replace(case, reporter=nobody, brief=GONE, evidence=()))
        return texts

    def _rewrite(self, read: Case, case: Case) -> None:
        """Store a case as its next version and have its cards drawn anew; its promises and wake stay."""
        version = read.version + 1
        columns = ("reporter", "words", "body")
        values = {name: value for name, value in case_row(case).items() if name in columns}
        self._run(update(CASES).where(CASES.c.id == case.id), version=version, **values)
        self._run(
            update(SHOWINGS).where(SHOWINGS.c.case_key == case.key, SHOWINGS.c.wanted < version),
            wanted=version,
        )

    def _forget_drafts(self) -> None:
        """Delete the articles they drafted, and those drafted from their cases."""
        their_cases = select(CASES.c.key).where(self._is_theirs)
        theirs = DRAFTS.c.person.in_(self._who.persons) | DRAFTS.c.case_key.in_(their_cases)
        self._run(delete(DRAFTS).where(theirs))

    def _forget_small_things(self) -> None:
        persons = self._who.persons
        self._run(update(BINDINGS).where(BINDINGS.c.by.in_(persons)), by="")
        self._run(delete(AUTHORS).where(AUTHORS.c.person.in_(persons)))
        self._run(delete(READ).where(READ.c.person.in_(persons)))
        self._run(delete(ALARMS).where(ALARMS.c.key.in_([f"unreachable:{person}" for person in persons])))

    def _note(self, texts: int, cases: int) -> None:
        now = self._transaction.now
        text = f"a person was erased: {texts} words of facts, {cases} cases"
        self._connection.execute(
            self._transaction.insert(ALARMS)
            .values(key=f"erased:{now.isoformat()}", text=text, at=now)
            .on_conflict_do_nothing()
        )

    def _run(self, statement: Update | Delete, **values: object) -> int:
        changing = statement.values(**values) if isinstance(statement, Update) else statement
        return self._connection.execute(changing).rowcount


def _containing(column: ColumnElement[str], words: Iterable[str]) -> list[ColumnElement[bool]]:
    """Return one condition for each word that is long enough to mean somebody."""
    long_enough = sorted({word for word in words if len(word) >= SHORTEST_NAME})
    return [column.contains(word, autoescape=True) for word in long_enough]
