"""Articles from a folder of Markdown files."""

from pathlib import Path

from bot.core.errors import ConfigError, Fault
from bot.kb.article import Article
from bot.kb.markdown import parse


def load_articles(folder: Path) -> tuple[Article, ...]:
    """Return the articles of every `*.md` file of `folder`, in order of id.

    Raises:
        ConfigError: with one fault for each thing that is wrong in any of the files.
    """
    articles: dict[str, Article] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.md")):
        try:
            article = _load(path)
        except ConfigError as error:
            faults.extend(error.faults)
            continue
        if article.id in articles:
            faults.append(
                Fault(str(path), 1, "id", f"an id of its own; {article.id} is taken by another file")
            )
        articles[article.id] = article
    if faults:
        raise ConfigError(*faults)
    if not articles:
        raise ConfigError(Fault(str(folder), 1, "*.md", "at least one article"))
    return tuple(articles[key] for key in sorted(articles))


def _load(path: Path) -> Article:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(Fault(str(path), 1, "file", "readable text in UTF-8")) from error
    return parse(text, str(path))
