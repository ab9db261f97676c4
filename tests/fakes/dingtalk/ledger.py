"""What the fake DingTalk noticed: rules that were broken, calls that came, and a bell for whoever waits."""

from collections import Counter
from dataclasses import dataclass, field

from tests.fakes.bell import Bell


@dataclass
class Ledger:
    """One fake's memory, shared by its parts; `calls` counts them by path."""

    violations: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    bell: Bell = field(default_factory=Bell)

    def violated(self, sentence: str) -> None:
        """Note that a rule of the protocol was broken."""
        self.violations.append(sentence)
        self.bell.ring()

    def called(self, path: str) -> None:
        """Note a call, whatever becomes of it."""
        self.calls[path] += 1
        self.bell.ring()
