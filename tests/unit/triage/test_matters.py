"""What is out of the ordinary is data: emergencies, kinds of complaint, objections to a level."""

from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.core.matters import Complaint, Emergency
from bot.core.people import Level
from bot.triage.matters import Found, load_matters
from bot.triage.reading import Ask, Intent, Reading
from bot.triage.rules import load_rules
from bot.triage.triage import Triage
from bot.triage.understanding import Understanding

RULES = load_rules()
MATTERS = load_matters(RULES)


class Reads:
    """Reads every message as it was told to."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def understand(self, text: str) -> Reading:
        return self._reading

    def answer_to_ask(self, ask: Ask, answer: str) -> Level | None:
        return None


def reading(intent: Intent, level: Level | None = None, *, confidence: float = 0.8) -> Reading:
    return Reading(intent=intent, level=level, confidence=confidence)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("機房著火了", Emergency.FIRE),
        ("机 房 着火 ！！！", Emergency.FIRE),
        ("ＵＰＳ冒烟了", Emergency.FIRE),
        ("A switch in the rack caught fire", Emergency.FIRE),
        ("弱电间漏水，交换机泡了", Emergency.FLOOD),
        ("Lightning struck the mast, the site is offline", Emergency.LIGHTNING),
        ("After the earthquake two racks fell over", Emergency.EARTHQUAKE),
        ("Somebody broke in and took the servers", Emergency.THEFT),
        ("出口正在被DDoS，网站打不开", Emergency.ATTACK),
        ("厕所漏水了", None),
        ("昨天机房着火了，现在好了", None),
        ("他说“机房着火了”是开玩笑", None),
        ("火灾报警系统的密码怎么改", None),
        ("论坛里有人灌水", None),
        ("This laptop is lightning fast", None),
        ("我们被投诉淹没了", None),
        ("就我一台电脑中了木马", None),
        ("隔壁单位着火了，我们没受影响", None),
        ("看到隔壁楼机房着火的新闻，我们要准备什么", None),
        ("小偷半夜进机房把两台服务器搬走了", Emergency.THEFT),
        ("機房淹水，所有主機都關了", Emergency.FLOOD),
        ("Water is leaking onto the racks", Emergency.FLOOD),
        ("用户体验爆炸差", None),
    ],
)
def test_only_what_really_strikes_is_an_emergency(text: str, kind: Emergency | None) -> None:
    assert MATTERS.find(text).emergency is kind


@pytest.mark.parametrize("read_as", [Intent.HOW_TO, Intent.CHIT_CHAT, Intent.OUT_OF_SCOPE, Intent.FAULT])
def test_an_emergency_is_a_bad_fault_whatever_else_the_words_seem_to_say(read_as: Intent) -> None:
    told = Understanding(Reads(reading(read_as, Level.USAGE)), MATTERS).understand("机房着火了")

    assert (told.intent, told.level, told.ask) == (Intent.FAULT, Level.CRITICAL, Ask.STOPPED)
    assert told.evidence[0].words == "着火"


@pytest.mark.parametrize(
    ("read_as", "level", "text", "kind"),
    [
        (Intent.HOW_TO, Level.USAGE, "机房进水以后多久能再通电", None),
        (Intent.OUT_OF_SCOPE, None, "Hacked account recovery, guaranteed", None),
        (Intent.FAULT, Level.MINOR, "机柜顶上的空调漏水，接了个桶", None),
        (Intent.FAULT, Level.MINOR, "打印机冒烟了", Emergency.FIRE),
        (Intent.HOW_TO, Level.USAGE, "机房着火了怎么办", Emergency.FIRE),
        (Intent.HOW_TO, Level.USAGE, "Water is coming into the server room, what do we do?", Emergency.FLOOD),
        (Intent.HOW_TO, Level.USAGE, "机房起火了，請問怎麼處理", Emergency.FIRE),
        (Intent.HOW_TO, Level.USAGE, "机房着火了怎么办？想做个应急预案", None),
        (Intent.HOW_TO, Level.USAGE, "如果机房着火了怎么办", None),
        (Intent.FAULT, Level.SEVERE, "机房进水，一半停了", Emergency.FLOOD),
    ],
)
def test_what_is_surely_a_question_or_slight_outweighs_a_name_but_no_fire(
    read_as: Intent, level: Level | None, text: str, kind: Emergency | None
) -> None:
    sure = Understanding(Reads(reading(read_as, level, confidence=0.9)), MATTERS)

    assert sure.understand(text).kind is kind


@pytest.mark.parametrize("read_as", [Intent.CASE_STATUS, Intent.CLOSE_CONFIRM])
def test_asking_after_an_emergency_or_saying_that_it_is_over_is_no_new_one(read_as: Intent) -> None:
    told = Understanding(Reads(reading(read_as)), MATTERS).understand("机房着火那件事怎么样了")

    assert (told.intent, told.kind) == (read_as, None)


@pytest.mark.parametrize("text", ["着火了，有人吗？什么时候来人", "机房起火了，快来人，谢谢"])
@pytest.mark.parametrize("read_as", [Intent.CASE_STATUS, Intent.CLOSE_CONFIRM])
def test_who_calls_for_help_has_an_emergency_now_whatever_the_rest_is_like(
    read_as: Intent, text: str
) -> None:
    told = Understanding(Reads(reading(read_as, confidence=0.99)), MATTERS).understand(text)

    assert (told.intent, told.level, told.kind) == (Intent.FAULT, Level.CRITICAL, Emergency.FIRE)


def test_what_made_words_look_like_a_question_is_no_evidence_of_an_emergency() -> None:
    told = Understanding(Triage(RULES), MATTERS).understand("机房着火了，怎么办")

    assert [each.words for each in told.evidence] == ["着火"]


def test_of_an_emergency_through_which_something_runs_half_is_down() -> None:
    told = Understanding(Triage(RULES), MATTERS).understand("机房进水，断网了一半，剩下的还能用")

    assert (told.level, told.kind) == (Level.SEVERE, Emergency.FLOOD)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("投诉：等了一周没人回复", Complaint.DELAY),
        ("投诉客服骂人，而且迟到两天", Complaint.ATTITUDE),
        ("Complaint: the fix made it worse", Complaint.TECHNICAL),
        ("我要投诉", None),
    ],
)
def test_a_complaint_says_what_it_is_about_or_not(text: str, kind: Complaint | None) -> None:
    assert Understanding(Reads(reading(Intent.COMPLAINT)), MATTERS).understand(text).kind is kind


def test_what_is_no_complaint_has_no_kind_of_one() -> None:
    assert (
        Understanding(Reads(reading(Intent.CASE_STATUS)), MATTERS).understand("等了一周了，怎么样了").kind
        is None
    )


def test_a_deployment_adds_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        'language = "zh"\n[[rule]]\nid = "ours-gas"\nkind = "fire"\nwords = ["燃气泄漏"]\n', encoding="utf-8"
    )

    assert load_matters(RULES, tmp_path).find("食堂燃气泄漏").emergency is Emergency.FIRE


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('language = "zh"\n[[rule]]\nid = "a"\nkind = "war"\nwords = ["x"]\n', "kind"),
        ('language = "zh"\n[[rule]]\nid = "a"\nkind = "fire"\npatterns = ["("]\n', "regular expression"),
        ("language = ", "TOML"),
    ],
)
def test_a_file_with_a_fault_is_refused(tmp_path: Path, text: str, field: str) -> None:
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=field):
        load_matters(RULES, tmp_path)


def test_an_emergency_below_a_long_story_is_found() -> None:
    found = MATTERS.find("今天天气不错，大家都在。" * 100 + "对了，机房着火了")

    assert (found.emergency, found.evidence[0].words) == (Emergency.FIRE, "着火")


def test_anything_at_all_is_read(subtests: pytest.Subtests) -> None:
    odd = (
        "",
        "\x00\x07",
        "🔥" * 5000,
        "着火" * 20000,
        "https://example.com/fire",
        "(" * 3000,
        "İıſ着火",
        "1" * 20000,
        "没有\ud83d着火",
    )
    for text in odd:
        with subtests.test(ascii(text[:10])):
            assert isinstance(MATTERS.find(text), Found)
