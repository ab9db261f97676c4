from tests.oracle.year import simulate


def test_a_year_of_a_mixed_desk_is_what_the_documents_say() -> None:
    result = simulate(200, seed=20260101)

    assert result.differences == ()
    assert result.recorded > 500
