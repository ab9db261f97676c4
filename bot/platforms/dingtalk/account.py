"""How the robot is known to a DingTalk organisation."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkAccount:
    """The app's credentials, its robot, and where DingTalk's two APIs are; no address ends with a slash."""

    client_id: str
    client_secret: str = field(repr=False)
    robot_code: str
    corp_id: str = ""
    openapi_endpoint: str = "https://api.dingtalk.com"
    oapi_endpoint: str = "https://oapi.dingtalk.com"
