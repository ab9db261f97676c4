"""Articles from a folder of Markdown files."""

from pathlib import Path

from bot.core.errors import ConfigError, Fault
from bot.kb.article import Article
from bot.kb.markdown import parse
from bot.kb.segment import Told


def load_article(path: Path) -> Article:
    """Return the article of one file.

    Raises:
        ConfigError: with one fault for each thing that is wrong in it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(Fault(str(path), 1, "file", "readable text in UTF-8")) from error
    return parse(text, str(path))


def load_articles(folder: Path, told: Told = lambda _: None) -> tuple[Article, ...]:
    """Return the articles of every `*.md` file of `folder`, in order of id.

    Args:
        folder: where the files are.
        told: hears how many more have been read.

    Raises:
        ConfigError: with one fault for each thing that is wrong in any of the files.
    """
    articles: dict[str, Article] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.md")):
        told(1)
        try:
            article = load_article(path)
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
