"""Words made comparable: width, case, punctuation, script and fillers no longer tell them apart."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin

HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[^\W\d_\u3400-\u9fff]+|\d+")
IDENTIFIER = re.compile(
    r"(?<![a-z0-9])"
    r"(?:[a-z]{1,10}(?:[-_][a-z]{1,10})*[-_]?\d+(?:[-_.]?[a-z0-9]+)*|\d+(?:\.\d+)+|\d{3,})"
    r"(?![a-z0-9])"
)
FRAME = re.compile(
    "an?|the|and|or|not?|if|at|by|for|from|in|of|on|to|with|that|there|they|this|is|are|be|was|has|have|had|get|"
    "can|could|did|do|does|should|will|would|i|me|my|we|us|our|you|your|it|its|"
    "how|what|when|where|which|who|why|long|many|much|any"
)
"""Words that frame a question: they count once as a word, and not again by their parts."""

NOT_WORDS = re.compile(r"[\W_]+")
BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) (?=\w)|(?<=\w) (?=[\u3400-\u9fff])")

TRADITIONAL = (
    "並個們來併備傳價優儲償兌內兩冊凍別務動勞勢區協單卻參員問啟喚嗎嘗嚴囑國圍園圖團報場塊壞壓執堅夠學實審"
    "寫寬將專尋對導層屬峯帳帶幫幹幾庫廠廢廣張強彈復應態慶憑懷戶據掃換損擊擔擇擬擴數斷於時曆書會條極樓標樣"
    "機檔檢櫃權歡歷歸殺決沒況準為無熱爾獎獲獨現環產畫異當發監盤盡碼確禮種稱積穩竄範築簡簽籤級納紙組結絕給"
    "統網線維緊總績繼續罷聯聽聲職脫與舊萬葉蓋處號術補裝裡製複規視覽觀觸計訂訓記設許訴診註試話該詳誤說誰調"
    "請論證識議護讀變讓貨責費資賠賣質賬購軟載較輕輸轉辦這連週進過運達違遠適選遲還郵鄉鍵錄錯鏈鎖鎮長門開間"
    "關隊際隨險電靜頁項順預頻題額類顧顯飛飯館驗麼點齊業響營體雲後臺亂礙離構緩節測東車畢濟紅綠燈腦藍筆紹滿"
    "誌遷儘訊絡獻閱佈佔採徵鑰憶刪繫係夾幣"
)
SIMPLIFIED = (
    "并个们来并备传价优储偿兑内两册冻别务动劳势区协单却参员问启唤吗尝严嘱国围园图团报场块坏压执坚够学实审"
    "写宽将专寻对导层属峰账带帮干几库厂废广张强弹复应态庆凭怀户据扫换损击担择拟扩数断于时历书会条极楼标样"
    "机档检柜权欢历归杀决没况准为无热尔奖获独现环产画异当发监盘尽码确礼种称积稳窜范筑简签签级纳纸组结绝给"
    "统网线维紧总绩继续罢联听声职脱与旧万叶盖处号术补装里制复规视览观触计订训记设许诉诊注试话该详误说谁调"
    "请论证识议护读变让货责费资赔卖质账购软载较轻输转办这连周进过运达违远适选迟还邮乡键录错链锁镇长门开间"
    "关队际随险电静页项顺预频题额类顾显飞饭馆验么点齐业响营体云后台乱碍离构缓节测东车毕济红绿灯脑蓝笔绍满"
    "志迁尽讯络献阅布占采征钥忆删系系夹币"
)
TO_SIMPLIFIED = str.maketrans(TRADITIONAL, SIMPLIFIED)

SYNONYMS = {
    "咋样": "怎么",
    "咋": "怎么",
    "怎样": "怎么",
    "如何": "怎么",
    "啥时候": "什么时候",
    "何时": "什么时候",
    "啥": "什么",
    "多长时间": "多久",
    "口令": "密码",
    "pwd": "password",
    "passwd": "password",
    "pw": "password",
}
FILLERS = (
    *(
        "您好",
        "你好",
        "请问一下",
        "请问",
        "麻烦问下",
        "麻烦问一下",
        "麻烦",
        "想问一下",
        "想问下",
        "我想问",
        "问一下",
        "问下",
    ),
    *("谢谢", "亲", "啊", "呀", "呢", "哦", "哈", "嘛", "吧", "的话"),
    *(
        "hello",
        "hi",
        "hey",
        "please",
        "pls",
        "thanks",
        "thank you",
        "excuse me",
        "um",
        "uh",
        "btw",
        "quick question",
    ),
)

SAME_SOUND = ((re.compile("^(zh|ch|sh)"), lambda found: found[0][0]), (re.compile("(in|en|an)g$"), r"\1"))


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of `words`, the longest first; Latin ones only as whole words."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(
        "|".join(
            rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else word
            for word in longest_first
        )
    )


SYNONYM = _any_of(tuple(SYNONYMS))
FILLER = _any_of(FILLERS)


def fold(text: str) -> str:
    """Return `text` with one width, one case and one Chinese script."""
    return unicodedata.normalize("NFKC", text).lower().translate(TO_SIMPLIFIED)


def normalise(text: str) -> str:
    """Return the words of a question that carry its meaning, single spaces between, none beside Han."""
    said = SYNONYM.sub(lambda found: SYNONYMS[found[0]], fold(text))
    bare = _tidy(FILLER.sub(" ", said))
    return bare or _tidy(said)


def identifiers(text: str) -> frozenset[str]:
    """Return the names in `text` that match exactly or not at all: VPS-B1, P2, V6.0.7.1, 8022."""
    return frozenset(
        found.removeprefix("v") if "." in found else found for found in IDENTIFIER.findall(fold(text))
    )


def family(identifier: str) -> str:
    """Return what an identifier is made like: VPS-B1 and VPS-B12 are of one family, 691 and 8022 are not."""
    each = r"\d" if identifier.isdigit() else r"\d+"
    return re.sub(each, "#", identifier)


def grams(normalised: str) -> Iterator[str]:
    """Yield the terms of a normalised text: 1- to 3-grams of Han, words and their padded 3- and 4-grams."""
    for run in HAN.findall(normalised):
        for size in (1, 2, 3):
            yield from (run[at : at + size] for at in range(len(run) - size + 1))
    for word in LATIN.findall(normalised):
        yield f"={word}"
        if FRAME.fullmatch(word):
            continue
        padded = f"^{word}$"
        for size in (3, 4):
            yield from (padded[at : at + size] for at in range(len(padded) - size + 1))


def sounds(normalised: str) -> Iterator[str]:
    """Yield the toneless syllables and pairs of syllables of the Han in a normalised text."""
    for run in HAN.findall(normalised):
        syllables = [_syllable(character) for character in run]
        yield from syllables
        yield from (f"{first} {second}" for first, second in pairwise(syllables))


@lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    """Return how a Chinese character sounds, with sounds that people confuse made equal."""
    sound = lazy_pinyin(character)[0]
    for pattern, folded in SAME_SOUND:
        sound = pattern.sub(folded, sound)
    return sound


def _tidy(text: str) -> str:
    return BETWEEN_HAN.sub("", NOT_WORDS.sub(" ", text)).strip()
