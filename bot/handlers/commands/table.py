"""Which function carries out which verb: every verb has exactly one."""

from collections.abc import Mapping

from bot.core.verbs import Verb
from bot.handlers.call import Handler
from bot.handlers.commands import acting, closing, desk, knowledge, looking, opening, working

HANDLERS: Mapping[Verb, Handler] = {
    **opening.HANDLERS,
    **acting.HANDLERS,
    **working.HANDLERS,
    **closing.HANDLERS,
    **looking.HANDLERS,
    **desk.HANDLERS,
    **knowledge.HANDLERS,
}
