"""The shapes in which Slack tells what happened: only what we read of them, everything else passed over."""

from pydantic import BaseModel, ConfigDict, Field


class Raw(BaseModel):
    """Something Slack sends; fields we do not know are none of our business."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class RawFile(Raw):
    """A file of a message; one behind `check_file_info` tells no more than its id."""

    id: str
    name: str | None = None
    title: str | None = None
    mimetype: str | None = None
    size: int | None = None
    mode: str = ""
    file_access: str = ""
    url_private: str = ""
    url_private_download: str = ""


class RawShare(Raw):
    """Something attached: with `is_share` a message that was passed on."""

    is_share: bool = False
    text: str = ""


class RawEdited(Raw):
    """Who changed a message, and when."""

    user: str = ""
    ts: str


class RawMessage(Raw):
    """A message, or what happened to one: `message` is what it is now, `previous_message` what it was."""

    subtype: str = ""
    channel: str = ""
    channel_type: str = ""
    user: str | None = None
    bot_id: str | None = None
    text: str | None = None
    ts: str = ""
    thread_ts: str | None = None
    event_ts: str = ""
    deleted_ts: str = ""
    edited: RawEdited | None = None
    files: tuple[RawFile, ...] | None = None
    attachments: tuple[RawShare, ...] | None = None
    message: "RawMessage | None" = None
    previous_message: "RawMessage | None" = None


class RawItem(Raw):
    """What a reaction was put on: a message, or something else that has no `ts`."""

    type: str = ""
    channel: str = ""
    ts: str = ""


class RawReaction(Raw):
    """A reaction put on something; `item_user` said it."""

    user: str
    reaction: str
    item: RawItem
    item_user: str = ""
    event_ts: str


class RawAuthorization(Raw):
    """For whom an event is: our own user in our own workspace."""

    team_id: str | None = None
    user_id: str = ""
    is_bot: bool = False


class RawNews(Raw):
    """An event about a channel or about us; which of the fields are there depends on its `type`."""

    type: str = ""
    channel: str = ""
    user: str = ""
    old_channel_id: str = ""
    new_channel_id: str = ""


class RawCallback(Raw):
    """An event with the envelope it came in."""

    event_id: str = ""
    team_id: str | None = None
    event: dict[str, object]
    authorizations: tuple[RawAuthorization, ...] | None = None


class RawCommand(Raw):
    """A slash command."""

    command: str
    text: str = ""
    user_id: str
    user_name: str = ""
    channel_id: str
    channel_name: str = ""
    trigger_id: str


class RawUser(Raw):
    """Who pressed or sent something."""

    id: str
    name: str = ""
    username: str = ""

    @property
    def names(self) -> dict[str, str]:
        """The name Slack gives along, by the id: the one to sign in with, better than none."""
        return {self.id: self.name or self.username}


class RawChannel(Raw):
    """Where something was pressed."""

    id: str


class RawContainer(Raw):
    """The message a button stands in."""

    message_ts: str | None = None
    channel_id: str | None = None
    thread_ts: str | None = None


class RawThread(Raw):
    """The message itself, of which we read in which thread it stands."""

    thread_ts: str | None = None


class RawAct(Raw):
    """What was pressed."""

    value: str | None = None
    action_ts: str = ""


class RawPress(Raw):
    """A button pressed."""

    user: RawUser
    channel: RawChannel | None = None
    container: RawContainer = Field(default_factory=RawContainer)
    message: RawThread | None = None
    actions: tuple[RawAct, ...] = ()
    trigger_id: str = ""


class RawOption(Raw):
    """A choice made."""

    value: str


class RawAnswer(Raw):
    """What was filled into a field: which of these depends on the kind of the field."""

    value: str | None = None
    selected_option: RawOption | None = None
    selected_user: str | None = None
    selected_time: str | None = None

    @property
    def words(self) -> str:
        """The answer as one would type it."""
        chosen = self.selected_option.value if self.selected_option else None
        return self.value or chosen or self.selected_user or self.selected_time or ""


class RawState(Raw):
    """Everything filled in, by field and, within it, by element."""

    values: dict[str, dict[str, RawAnswer]] = Field(default_factory=dict)


class RawView(Raw):
    """A form that was sent."""

    id: str
    root_view_id: str | None = None
    callback_id: str = ""
    private_metadata: str = ""
    state: RawState = Field(default_factory=RawState)


class RawSubmission(Raw):
    """A form sent, and by whom."""

    user: RawUser
    view: RawView
