"""How long a message takes to be understood, and what the understanding keeps in memory."""

import json
import resource
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

from bot.triage.model import WEIGHTS
from bot.triage.rules import load_rules
from bot.triage.triage import Triage

MESSAGES = Path(__file__).parents[1] / "tests" / "data" / "triage" / "develop.jsonl"
ROUNDS = 3
LIMIT = 0.005  # seconds a message may take, of 99 in a hundred


def main() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = perf_counter()
    triage = Triage(load_rules())
    triage.understand("系统打不开")
    ready = perf_counter() - began
    texts = [json.loads(line)["text"] for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    samples = []
    for text in texts * ROUNDS:
        began = process_time()
        triage.understand(text)
        samples.append(process_time() - began)
    p99 = quantiles(samples, n=100)[98]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"**Understanding a message**: {len(samples)} readings, {len(texts)} messages")
    print(f"of one core: median {1000 * median(samples):.2f} ms, p99 {1000 * p99:.2f} ms")
    print(f"limit {1000 * LIMIT:.0f} ms: {'kept' if p99 <= LIMIT else 'not kept'}")
    size = WEIGHTS.stat().st_size
    print(f"ready after {ready:.2f} s, {grown / 1024:.0f} MB more, weights {size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
