"""What leaves the desk, or becomes an example, has no telephone, address, number or password in it."""

import pytest

from bot.kb.drafting import GONE
from bot.services.privacy import redacted


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("我的电话13812345678", f"我的电话{GONE}"),
        ("打138 1234 5678找我", f"打{GONE}找我"),
        ("座机010-62345678，转 8", f"座机{GONE}，转 8"),
        ("(021)5555 6666", GONE),
        ("call me on +44 20 7946 0958", f"call me on {GONE}"),
        ("電話１３８１２３４５６７８", f"電話{GONE}"),
        ("身份证11010119900307123X", GONE),
        ("身份证 110101 19900307 123X", GONE),
        ("卡号6222 0212 3456 7890 123", f"卡号{GONE}"),
        ("发到zhang.san@example.com就行", f"发到{GONE}就行"),
        ("服务器10.1.2.3上不去", f"服务器{GONE}上不去"),
        ("员工号A00123", f"员{GONE}"),
        ("微信号wx_abc123", GONE),
        ("QQ 123456789", GONE),
        ("密码是abc123，还是进不去", f"{GONE}，还是进不去"),
        ("住在建设小区3栋2单元501", f"住在建设小区{GONE}"),
    ],
)
def test_private_data_is_taken_out_also_where_chinese_words_touch_it(text: str, left: str) -> None:
    assert redacted(text, frozenset()) == left


@pytest.mark.parametrize(
    "text",
    [
        "密码是不是错了",
        "the password is incorrect",
        "错误 0x80070005",
        "30个人上不了网",
        "端口 8080",
        "2026-11-20 10:00",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert redacted(text, frozenset()) == text
