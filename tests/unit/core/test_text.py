"""What happens to people's words wherever they go."""

import pytest

from bot.core.text import cut, storable


@pytest.mark.parametrize("unheard", ["\0", "\ud800"])
def test_what_no_database_can_hold_is_replaced(unheard: str) -> None:
    assert storable(f"登录{unheard}不上") == "登录\ufffd不上"


@pytest.mark.parametrize(("text", "short"), [("", ""), ("登录不上", "登录不上"), ("邮箱登录不上", "邮箱登…")])
def test_a_long_text_ends_with_a_sign_that_it_goes_on(text: str, short: str) -> None:
    assert cut(text, 4) == short
