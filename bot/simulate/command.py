"""The command itself: options in, a table, a picture or JSON out."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from bot.cases.simulation import Plan
from bot.cases.simulation import simulate as simulated
from bot.configuration import Configuration, load_configuration
from bot.core.people import Language, Level
from bot.notify.picture import png, svg
from bot.notify.scene import Scene
from bot.notify.texts import Texts
from bot.notify.timeline import under
from bot.settings import Settings, load_settings
from bot.simulate.asked import EVENTS, happenings, instant, level_of, terms_of
from bot.simulate.shown import table, values
from bot.sla.terms import Terms

LADDER, REMINDERS = "s1_matrix", "s1_case_reminders"
"""What a contract has that does not say otherwise."""


def simulate(  # noqa: PLR0913, PLR0917 - these are the options
    policies: Annotated[
        list[str], typer.Argument(metavar="POLICY...", help="Schemes, such as s1_p4 s1_phone.")
    ],
    opened: Annotated[str, typer.Option(metavar="TIME", help="When it is reported: 2026-09-30T16:50.")],
    level: Annotated[str, typer.Option(help="1 to 5, P1 to P4, or urgent, serious, general.")] = "1",
    event: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME@TIME", help=f"What somebody does: {', '.join(EVENTS)}."),
    ] = None,
    customer_reply: Annotated[
        list[str] | None, typer.Option(metavar="TIME", help="When the customer writes.")
    ] = None,
    pause: Annotated[
        list[str] | None,
        typer.Option(metavar="START/END", help="Waiting for the customer, which pauses the fix."),
    ] = None,
    calendar: Annotated[str, typer.Option(help="Service hours; the document's own if left out.")] = "",
    zone: Annotated[str, typer.Option(help="Time zone; the calendar's if left out.")] = "",
    ladder: Annotated[str, typer.Option(help="Who is told while it is unsolved; or none.")] = LADDER,
    reminders: Annotated[str, typer.Option(help="The engineers' clock; or none.")] = REMINDERS,
    language: Annotated[Language, typer.Option(help="Of table and picture.")] = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="Milestones and alarms, for programs.")] = False,  # noqa: FBT002 - typer's way to say a flag
    svg_file: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Draw it.")] = None,
    png_file: Annotated[Path | None, typer.Option("--png", metavar="FILE", help="Draw it.")] = None,
) -> None:
    """Show every due time, reminder and rung of a case before it exists."""
    configuration = load_configuration(load_settings(Settings).config)
    terms = terms_of(
        configuration.book,
        policies,
        calendar=calendar,
        zone=zone,
        ladder=ladder,
        reminders=reminders,
        pauses=bool(pause),
    )
    opened_at = instant(opened, terms.zone, "--opened")
    deeds = happenings(event or (), customer_reply or (), pause or (), opened_at=opened_at, zone=terms.zone)
    plan = Plan(terms=terms, level=level_of(level), opened_at=opened_at, happenings=deeds)
    timeline = simulated(plan, book=configuration.book)
    scene = _scene(configuration, plan, language)
    title, line = _heading(scene, terms, plan.level)
    below = under(scene, timeline, line)
    drawn = svg(scene, timeline, title=title, under=below) if svg_file or png_file else ""
    if svg_file:
        svg_file.write_text(drawn, encoding="utf-8")
    if png_file:
        png_file.write_bytes(png(drawn))
    if as_json:
        typer.echo(json.dumps(values(timeline), ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    console.print(f"[bold]{escape(title)}[/]\n{escape(below)}")
    console.print(table(scene, timeline, width=console.width))


def _scene(configuration: Configuration, plan: Plan, language: Language) -> Scene:
    return Scene(
        lang=language,
        zone=plan.terms.zone,
        now=plan.opened_at,
        directory=configuration.directory,
        book=configuration.book,
        texts=Texts.load(),
        staff=True,
    )


def _heading(scene: Scene, terms: Terms, level: Level) -> tuple[str, str]:
    titles = (scene.book.policies[name].title.get(scene.lang) for name in terms.schemes)
    names = scene.say("word.comma").join(titles)
    return scene.say("timeline.imagined", schemes=names), scene.book.level_name(terms, level, scene.lang)
