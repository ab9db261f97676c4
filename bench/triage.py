"""How long a message takes to be understood, and what the understanding keeps in memory."""

import json
import resource
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
from time import perf_counter, process_time

import httpx

from bot.triage.model import WEIGHTS
from bot.triage.rules import load_rules
from bot.triage.triage import Triage

MESSAGES = Path(__file__).parents[1] / "tests" / "data" / "triage" / "develop.jsonl"
ROUNDS = 3
CALLS = 200
ASKED = {"model": "none", "messages": [{"role": "user", "content": "系统打不开"}]}
ANSWER = b'{"choices": [{"message": {"content": "{}"}}]}'
LIMIT = 0.005  # seconds a message may take, of 99 in a hundred


class _AtOnce(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer: two would wait for each other

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def floor() -> float:
    """Return what a second opinion costs at least, in seconds: a loopback call that is answered at once."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _AtOnce) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        samples = []
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:
            for _ in range(CALLS):
                began = perf_counter()
                client.post("/v1/chat/completions", json=ASKED).raise_for_status().json()
                samples.append(perf_counter() - began)
        server.shutdown()
    return median(samples)


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
    print(f"a language model that answers at once costs {1000 * floor():.2f} ms of waiting at least (median)")
    size = WEIGHTS.stat().st_size
    print(f"ready after {ready:.2f} s, {grown / 1024:.0f} MB more, weights {size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
