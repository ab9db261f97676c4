from collections.abc import Iterator

import pytest

from tests.unit.jobs.bench import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.executor.close()
