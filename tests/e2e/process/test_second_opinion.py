"""A desk that has a language model beside it, as operators set it up."""

import asyncio
from pathlib import Path

from tests.e2e.process.desk import CASEBELL, Books, Desk, finish, until
from tests.fakes.llm import Endpoint, says

UNCLEAR = "那个紫色的有点那样，您懂的"


async def test_an_unclear_message_is_asked_about_and_the_metrics_say_so(tmp_path: Path) -> None:
    endpoint = Endpoint()
    endpoint.answer = says(intent="fault", level=2)
    books = Books(tmp_path / "var" / "demo.db")
    async with endpoint.serving() as url:
        command = (*CASEBELL, "demo", "--port", "0")
        settings = {"CASEBELL_LLM_URL": url, "CASEBELL_LLM_MODEL": "reader-1"}
        desk = await asyncio.to_thread(Desk.start, *command, folder=tmp_path, **settings)
        try:
            await asyncio.to_thread(desk.say, "qin-shuyao", "huayue", UNCLEAR)
            await asyncio.to_thread(until, lambda: books.count("case_") == 1)
            metrics = await asyncio.to_thread(_metrics, desk)
        finally:
            await asyncio.to_thread(desk.stop)

    assert endpoint.messages == [UNCLEAR]
    assert books.rows("SELECT level FROM case_") == [(2,)]
    assert 'casebell_llm_asked{outcome="heard"} 1.0' in metrics


def _metrics(desk: Desk) -> str:
    with desk.client as client:
        return client.get("/metrics").text


def test_an_address_without_its_model_ends_the_start(tmp_path: Path) -> None:
    done = finish("run", folder=tmp_path, CASEBELL_LLM_URL="https://llm.example.com/v1")

    assert done.returncode == 2
    assert "CASEBELL_LLM_MODEL" in done.stderr
