"""Other ways to find a question's entry, each built over the same texts."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

import bm25s
import jieba
import tantivy
from rapidfuzz import fuzz, process, utils
from thefuzz import process as thefuzz

from bot.kb.engine import Engine
from bot.kb.entry import Entry

Search = Callable[[str], list[int]]
"""Returns the numbers of the texts found, the best first."""

FOUND = 3
CASEBELL, WRATIO = "Casebell", "rapidfuzz WRatio"


def casebell(texts: Sequence[str]) -> Search:
    engine = Engine.of([Entry(id=str(number), asked=(text,)) for number, text in enumerate(texts)])
    return lambda asked: [int(each.entry.id) for each in engine.search(asked, limit=FOUND)]


def wratio(texts: Sequence[str]) -> Search:
    return lambda asked: [
        found[2]
        for found in process.extract(
            asked, texts, scorer=fuzz.WRatio, processor=utils.default_process, limit=FOUND
        )
    ]


def the_fuzz(texts: Sequence[str]) -> Search:
    known = dict(enumerate(texts))
    return lambda asked: [found[2] for found in thefuzz.extract(asked, known, limit=FOUND)]


def bm25_of_words(texts: Sequence[str]) -> Search:
    jieba.setLogLevel(60)

    def words(text: str) -> list[str]:
        return [word for word in jieba.lcut(text.lower()) if not word.isspace()]

    index = bm25s.BM25()
    index.index([words(text) for text in texts], show_progress=False)
    limit = min(FOUND, len(texts))
    return lambda asked: [
        int(number) for number in index.retrieve([words(asked)], k=limit, show_progress=False)[0][0]
    ]


def trigrams(texts: Sequence[str]) -> Search:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE known USING fts5(asked, tokenize='trigram')")
    database.executemany("INSERT INTO known(rowid, asked) VALUES (?, ?)", enumerate(texts))
    statement = "SELECT rowid FROM known WHERE known MATCH ? ORDER BY rank LIMIT ?"

    def search(asked: str) -> list[int]:
        pieces = {asked[at : at + 3].replace('"', '""') for at in range(len(asked) - 2)}
        wanted = " OR ".join(f'"{piece}"' for piece in sorted(pieces))
        return [row for (row,) in database.execute(statement, (wanted, FOUND))] if wanted else []

    return search


def ngrams(texts: Sequence[str]) -> Search:
    fields = tantivy.SchemaBuilder()
    fields.add_integer_field("number", stored=True)
    fields.add_text_field("asked", tokenizer_name="pieces")
    index = tantivy.Index(fields.build())
    pieces = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(1, 3)).filter(tantivy.Filter.lowercase()).build()
    )
    index.register_tokenizer("pieces", pieces)
    writer = index.writer(50_000_000, 1)
    for number, text in enumerate(texts):
        writer.add_document(tantivy.Document(number=number, asked=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    schema = index.schema

    def search(asked: str) -> list[int]:
        terms = [tantivy.Query.term_query(schema, "asked", piece) for piece in pieces.analyze(asked)]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        hits = islice(searcher.search(query, FOUND).hits, FOUND)
        return [int(searcher.doc(address)["number"][0]) for _, address in hits]

    return search


ENGINES: Mapping[str, Callable[[Sequence[str]], Search]] = {
    CASEBELL: casebell,
    WRATIO: wratio,
    "thefuzz": the_fuzz,
    "bm25s, jieba": bm25_of_words,
    "SQLite FTS5": trigrams,
    "tantivy": ngrams,
}
SLOW = frozenset({WRATIO, "thefuzz"})
"""Engines that look at every entry: fewer questions are asked."""
