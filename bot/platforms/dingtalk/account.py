"""How the robot is known to a DingTalk organisation."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

DOMAIN = "dingtalk.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkAccount:
    """The app's credentials, its robot, and where DingTalk's two APIs are; no address ends with a slash."""

    client_id: str
    client_secret: str = field(repr=False)
    robot_code: str
    corp_id: str = ""
    openapi_endpoint: str = "https://api.dingtalk.com"
    oapi_endpoint: str = "https://oapi.dingtalk.com"

    def is_dingtalks(self, url: str) -> bool:
        """Return whether an address is DingTalk's own, or that of an API we were told to use."""
        try:
            there = urlsplit(url)
        except ValueError:
            return False
        if there[:2] in (urlsplit(self.openapi_endpoint)[:2], urlsplit(self.oapi_endpoint)[:2]):
            return True
        return there.scheme == "https" and f".{there.hostname}".endswith(f".{DOMAIN}")
