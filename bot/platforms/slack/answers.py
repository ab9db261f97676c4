"""The shapes in which Slack's Web API answers: only what we read of them."""

from pydantic import Field

from bot.platforms.slack.raw import Raw, RawChannel, RawFile


class RawMark(Raw):
    """What we wrote into a message of ours: the key, and which of how many parts it is."""

    key: str = ""
    part: int = 0
    parts: int = 1


class RawMetadata(Raw):
    """What an app wrote into a message."""

    event_type: str = ""
    event_payload: dict[str, object] = Field(default_factory=dict)


class RawShownFile(Raw):
    """A file as it stands in a conversation."""

    id: str
    alt_txt: str | None = None


class RawStanding(Raw):
    """A message that stands in a conversation."""

    ts: str
    user: str | None = None
    bot_id: str | None = None
    metadata: RawMetadata | None = None
    files: tuple[RawShownFile, ...] = ()


class RawWords(Raw):
    """The words of a message that stands in a conversation, and the thread it stands in."""

    ts: str
    thread_ts: str | None = None
    text: str = ""


class RawThreadPage(Raw):
    """Messages of one thread."""

    messages: tuple[RawWords, ...] = ()


class RawCursor(Raw):
    """Where the next page begins."""

    next_cursor: str = ""


class RawPage(Raw):
    """Some of a conversation's messages."""

    messages: tuple[RawStanding, ...] = ()
    response_metadata: RawCursor | None = None


class RawIdentity(Raw):
    """Who a token belongs to."""

    team_id: str
    user_id: str


class RawProfile(Raw):
    """The names a person goes by."""

    display_name: str | None = None
    real_name: str | None = None


class RawMember(Raw):
    """A person of a workspace."""

    name: str | None = None
    real_name: str | None = None
    profile: RawProfile = Field(default_factory=RawProfile)

    @property
    def shown(self) -> str:
        """The name Slack shows, the first there is."""
        names = (self.profile.display_name, self.profile.real_name, self.real_name, self.name)
        return next(filter(None, names), "")


class RawMemberInfo(Raw):
    """The answer that holds a person."""

    user: RawMember


class RawConversation(Raw):
    """The answer that holds a conversation."""

    channel: RawChannel


class RawPosted(Raw):
    """The answer to a message posted."""

    ts: str


class RawFileInfo(Raw):
    """The answer that holds a file."""

    file: RawFile


class RawUpload(Raw):
    """Where a file may be laid down."""

    upload_url: str
    file_id: str


class RawAddress(Raw):
    """Where a connection for events may be opened."""

    url: str
