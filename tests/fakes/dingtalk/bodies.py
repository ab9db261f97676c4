"""The bodies of calls, field by field as documented: anything missing, surplus or mistyped is a fault."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Text = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """A body that holds exactly what is documented."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


def faults(error: ValidationError) -> str:
    """Return what a body has wrong, without what it says."""
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())


# --- the gateway ----------------------------------------------------------------------------------------


class Subscription(Strict):
    type: Literal["EVENT", "CALLBACK"]
    topic: str


class OpenConnection(Strict):
    client_id: str = Field(alias="clientId")
    client_secret: str = Field(alias="clientSecret")
    subscriptions: tuple[Subscription, ...] = Field(min_length=1, strict=False)
    ua: str = ""
    local_ip: str = Field(default="", alias="localIp")


class AckHeaders(Strict):
    content_type: Literal["application/json"] = Field(alias="contentType")
    message_id: str = Field(alias="messageId", min_length=1)


class Ack(Strict):
    code: int
    headers: AckHeaders
    message: str
    data: str


# --- tokens ---------------------------------------------------------------------------------------------


class AppSecret(Strict):
    app_key: Text = Field(alias="appKey")
    app_secret: Text = Field(alias="appSecret")


class ClientSecret(Strict):
    client_id: Text
    client_secret: Text
    grant_type: Literal["client_credentials"]


# --- what a robot says: msgParam by msgKey --------------------------------------------------------------


class SampleText(Strict):
    content: Text


class SampleMarkdown(Strict):
    title: Text
    text: Text


class SampleImage(Strict):
    photo_url: Text = Field(alias="photoURL")


class SampleLink(Strict):
    text: Text
    title: Text
    pic_url: str = Field(alias="picUrl")
    message_url: Text = Field(alias="messageUrl")


class SampleActionCard(Strict):
    title: Text
    text: Text
    single_title: Text = Field(alias="singleTitle")
    single_url: Text = Field(alias="singleURL")


class SampleAudio(Strict):
    media_id: Text = Field(alias="mediaId")
    duration: Text


class SampleFile(Strict):
    media_id: Text = Field(alias="mediaId")
    file_name: Text = Field(alias="fileName")
    file_type: Literal["xlsx", "pdf", "zip", "rar", "doc", "docx"] = Field(alias="fileType")


class SampleVideo(Strict):
    duration: Text
    video_media_id: Text = Field(alias="videoMediaId")
    video_type: Literal["mp4"] = Field(alias="videoType")
    pic_media_id: Text = Field(alias="picMediaId")


MSG_PARAMS: Mapping[str, type[Strict]] = {
    "sampleText": SampleText,
    "sampleMarkdown": SampleMarkdown,
    "sampleImageMsg": SampleImage,
    "sampleLink": SampleLink,
    "sampleActionCard": SampleActionCard,
    "sampleAudio": SampleAudio,
    "sampleFile": SampleFile,
    "sampleVideo": SampleVideo,
}


class Spoken(Strict):
    robot_code: Text = Field(alias="robotCode")
    msg_key: Text = Field(alias="msgKey")
    msg_param: Text = Field(alias="msgParam")


class ToGroup(Spoken):
    open_conversation_id: Text = Field(alias="openConversationId")
    cool_app_code: str = Field(default="", alias="coolAppCode")


class ToPeople(Spoken):
    user_ids: tuple[Text, ...] = Field(alias="userIds", min_length=1, strict=False)


class QueryGroupMessage(Strict):
    process_query_key: Text = Field(alias="processQueryKey")
    open_conversation_id: str = Field(default="", alias="openConversationId")
    robot_code: str = Field(default="", alias="robotCode")
    max_results: int = Field(default=200, alias="maxResults", ge=1, le=200)
    next_token: str = Field(default="", alias="nextToken")


class RecallGroupMessages(Strict):
    open_conversation_id: Text = Field(alias="openConversationId")
    robot_code: Text = Field(alias="robotCode")
    process_query_keys: tuple[Text, ...] = Field(
        alias="processQueryKeys", min_length=1, max_length=20, strict=False
    )


class DownloadFile(Strict):
    download_code: Text = Field(alias="downloadCode")
    robot_code: Text = Field(alias="robotCode")


class GetUser(Strict):
    userid: Text
    language: str = "zh_CN"


# --- answers by sessionWebhook --------------------------------------------------------------------------


class At(Strict):
    at_user_ids: tuple[Text, ...] = Field(default=(), alias="atUserIds", max_length=50, strict=False)
    at_mobiles: tuple[Text, ...] = Field(default=(), alias="atMobiles", max_length=50, strict=False)
    is_at_all: bool = Field(default=False, alias="isAtAll")


class WebhookText(Strict):
    msgtype: Literal["text"]
    text: SampleText
    at: At = At()


class WebhookMarkdown(Strict):
    msgtype: Literal["markdown"]
    markdown: SampleMarkdown
    at: At = At()


class WebhookButton(Strict):
    title: Text
    action_url: Text = Field(alias="actionURL")


class ActionCard(Strict):
    title: Text
    text: Text
    single_title: str = Field(default="", alias="singleTitle")
    single_url: str = Field(default="", alias="singleURL")
    btn_orientation: Literal["0", "1"] = Field(default="0", alias="btnOrientation")
    btns: tuple[WebhookButton, ...] = Field(default=(), strict=False)


class WebhookActionCard(Strict):
    msgtype: Literal["actionCard"]
    action_card: ActionCard = Field(alias="actionCard")


# --- cards ----------------------------------------------------------------------------------------------


class CardData(Strict):
    params: dict[Annotated[str, Field(max_length=100)], str] = Field(alias="cardParamMap")


class GroupSpace(Strict):
    support_forward: bool = Field(alias="supportForward")


class DeliverToGroup(Strict):
    robot_code: Text = Field(alias="robotCode")
    at_user_ids: dict[str, str] = Field(default={}, alias="atUserIds")
    recipients: tuple[Text, ...] = Field(default=(), strict=False)


class DeliverToPerson(Strict):
    space_type: Literal["IM_ROBOT"] = Field(alias="spaceType")


class CreateAndDeliver(Strict):
    template: Text = Field(alias="cardTemplateId")
    out_track_id: Text = Field(alias="outTrackId", max_length=100)
    callback_type: Literal["STREAM"] = Field(alias="callbackType")
    user_id_type: Literal[1, 2] = Field(default=1, alias="userIdType")
    data: CardData = Field(alias="cardData")
    private: dict[str, CardData] = Field(default={}, alias="privateData")
    space: Text = Field(alias="openSpaceId", max_length=1000)
    group_space: GroupSpace | None = Field(default=None, alias="imGroupOpenSpaceModel")
    group: DeliverToGroup | None = Field(default=None, alias="imGroupOpenDeliverModel")
    person_space: GroupSpace | None = Field(default=None, alias="imRobotOpenSpaceModel")
    person: DeliverToPerson | None = Field(default=None, alias="imRobotOpenDeliverModel")


class UpdateOptions(Strict):
    data_by_key: bool = Field(default=False, alias="updateCardDataByKey")
    private_by_key: bool = Field(default=False, alias="updatePrivateDataByKey")


class UpdateCard(Strict):
    out_track_id: Text = Field(alias="outTrackId")
    data: CardData | None = Field(default=None, alias="cardData")
    private: dict[str, CardData] = Field(default={}, alias="privateData")
    options: UpdateOptions = Field(default=UpdateOptions(), alias="cardUpdateOptions")
    user_id_type: Literal[1, 2] = Field(default=1, alias="userIdType")
