"""A made-up bank of questions, as large as one likes, and what people would type instead."""

from collections.abc import Iterator, Sequence
from itertools import islice, product
from pathlib import Path
from random import Random

SEED = 20261120
PATTERNS = (
    "{product}怎么{verb}{thing}",
    "{product}的{thing}{verb}不了怎么办",
    "为什么{product}{number}上{thing}无法{verb}",
    "{verb}{thing}以后{product}报错{number}",
    "How do I {do} the {item} of {name} {number}?",
    "{name} {number}: cannot {do} the {item}",
    "Why does the {item} fail when I {do} {name} {number}?",
)
WORDS = {
    "product": ("防火墙", "网关", "日志平台", "堡垒机", "交换机", "门户", "审计系统", "备份服务器"),
    "verb": ("升级", "导出", "重置", "配置", "删除", "查看", "恢复", "同步", "授权", "登录"),
    "thing": ("许可证", "日志", "密码", "策略", "特征库", "证书", "账号", "报表", "接口", "配置文件"),
    "do": ("upgrade", "export", "reset", "configure", "delete", "restore", "synchronise", "license"),
    "item": ("certificate", "password", "policy", "audit log", "interface", "report", "signature set"),
    "name": ("gateway", "firewall", "console", "sensor", "portal", "archive", "bastion host"),
}
NUMBERS = range(1000, 1_000_000, 7)


def texts(size: int, pad: Path | None) -> list[str]:
    """Return so many different texts, of a file with one a line or made up."""
    if pad is not None:
        lines = dict.fromkeys(line.strip() for line in pad.read_text(encoding="utf-8").splitlines())
        return list(islice(filter(None, lines), size))
    return list(islice(_made_up(), size))


def _made_up() -> Iterator[str]:
    random = Random(SEED)  # made up, not secret
    for number, pattern in product(NUMBERS, PATTERNS):
        words = {name: random.choice(choice) for name, choice in WORDS.items()}
        yield pattern.format(number=number, **words)


def typed(known: Sequence[str], count: int) -> list[tuple[str, int]]:
    """Return texts as somebody in a hurry types them, two letters swapped and one missing, and which."""
    random = Random(SEED)
    chosen = [random.randrange(len(known)) for _ in range(count)]
    return [(_hurried(known[number], random), number) for number in chosen]


def _hurried(text: str, random: Random) -> str:
    at = random.randrange(max(len(text) - 2, 1))
    swapped = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    without = random.randrange(max(len(swapped), 1))
    return swapped[:without] + swapped[without + 1 :]
