"""What travels over HTTP: read from requests, described in `/openapi.json`."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from edge.pagination import Page
from handoff.cleaning import MAX_CHARACTERS


class Profil(StrEnum):
    """Profils of `connaissances/sujets.yml`."""

    SALARIE = "salarie"
    AGENT_PUBLIC = "agent_public"
    INDEPENDANT = "independant"
    DEMANDEUR_EMPLOI = "demandeur_emploi"
    JEUNE = "jeune"
    RETRAITE = "retraite"
    EMPLOYEUR = "employeur"


class Attribut(StrEnum):
    """Attributs of `connaissances/sujets.yml`."""

    SENIOR = "senior"
    HANDICAP = "handicap"
    AIDANT = "aidant"
    PARENT = "parent"
    TEMPS_PARTIEL = "temps_partiel"
    PEU_QUALIFIE = "peu_qualifie"
    CADRE = "cadre"
    INTERIMAIRE = "interimaire"
    SAISONNIER = "saisonnier"
    CONTRACTUEL_PUBLIC = "contractuel_public"
    ESAT = "esat"
    OUTRE_MER = "outre_mer"


Canal = Literal["web", "sms", "whatsapp", "messenger", "telegram", "matrix", "email", "phone"]
Langage = Literal["standard", "simple"]
Attributs = Annotated[list[Attribut], Field(max_length=len(Attribut))]
# PostgreSQL keeps no NUL, and nothing that is named needs a control character.
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_PRINTABLE)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHARACTERS)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 .\-]{10,20}$")]
_MAIL = r"[^@\s\x00-\x1f\x7f]+"
Email = Annotated[str, StringConstraints(pattern=rf"^{_MAIL}@{_MAIL}\.{_MAIL}$", max_length=254)]


class Body(BaseModel):
    """A request's body; what it does not know is ignored, what it knows is checked: "5" is not 5."""

    model_config = ConfigDict(extra="ignore", strict=True, str_max_length=MAX_CHARACTERS)


class NewConversation(Body):
    canal: Canal = "web"
    profil: Profil | None = None
    attributs: Attributs = []
    langage: Langage = "standard"
    reutilisation: bool = True


def _given(name: str, kind: str) -> dict[str, Any]:
    """A schema of the objects that give this field something else than null."""
    return {"required": [name], "properties": {name: {"type": kind}}}


class NewMessage(Body):
    model_config = ConfigDict(
        json_schema_extra={"oneOf": [_given("text", "string"), _given("payload", "string")]}
    )
    text: LongText | None = None
    payload: Annotated[str, StringConstraints(max_length=200, pattern=_PRINTABLE)] | None = None


class WhoIAm(Body):
    profil: Profil | None = None
    attributs: Attributs = []
    langage: Langage = "standard"


class Reutilisation(Body):
    reutilisation: bool


class Review(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {
                    "required": ["sujet"],
                    "properties": {"sujet": {"type": "string"}, "ecarte": {"const": False}},
                },
                {
                    "required": ["ecarte"],
                    "properties": {"ecarte": {"const": True}, "sujet": {"type": "null"}},
                },
            ]
        }
    )
    sujet: Name | None = None
    ecarte: bool = False


class HandoffRequest(Body):
    reason: Annotated[str, StringConstraints(max_length=500)] | None = None


class NewCallback(Body):
    phone: Phone | None = Field(default=None, description="un numéro de téléphone de 10 à 20 caractères")
    email: Email | None = Field(default=None, description="une adresse électronique")
    slot: AwareDatetime


class Comment(Body):
    comment: LongText | None = None


class Feedback(Comment):
    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [_given("helpful", "boolean"), _given("rating", "integer"), _given("comment", "string")]
        }
    )
    message_id: Annotated[str, StringConstraints(max_length=36, pattern=_PRINTABLE)] | None = None
    helpful: bool | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None


class DemoIdentity(Body):
    person: Name


class SignIn(Body):
    login: Name
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Presence(Body):
    status: Literal["online", "away", "offline"]
    skills: Annotated[list[Name], Field(max_length=30)] | None = None
    capacity: Annotated[int, Field(ge=1, le=50)] | None = None


class Claim(Body):
    skills: Annotated[list[Name], Field(max_length=30)] | None = None


class Versioned(Body):
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class Release(Versioned):
    note: Annotated[str, StringConstraints(max_length=MAX_CHARACTERS)] | None = None


class Close(Versioned):
    outcome: Annotated[str, StringConstraints(max_length=32)] = "resolu"


class Text(Body):
    text: LongText


class QueuePage(Page):
    state: Literal["QUEUED", "RESERVED", "HUMAN", "WAITING_USER", "CALLBACK"] | None = None


class Source(BaseModel):
    title: str
    url: str
    date: str


class Button(BaseModel):
    title: str
    payload: str
    sujet: str | None = None


class Alternative(BaseModel):
    sujet: str
    confidence: float


class Passage(BaseModel):
    """Words in another language than French, as they stand in the text or in the title of a button."""

    text: str
    lang: str


class Message(BaseModel):
    id: str
    seq: int
    author: Literal["usager", "assistant", "conseiller", "system"]
    author_name: str | None = None
    text: str
    created_at: datetime
    sujet: str | None = None
    profil: str | None = None
    confidence: float | None = None
    sources: list[Source]
    buttons: list[Button]
    simulation: dict[str, Any] | None = None
    foreign: list[Passage] | None = None
    attributs: list[str] | None = None
    langage: Langage
    alternatives: list[Alternative] | None = None
    question: dict[str, Any] | None = None


# The lowest and the highest likely wait.
WaitMinutes = Annotated[list[int], Field(min_length=2, max_length=2)]
State = Literal["BOT", "QUEUED", "RESERVED", "HUMAN", "WAITING_USER", "CALLBACK", "CLOSED"]


class OpenedConversation(BaseModel):
    id: str
    token: str
    state: State
    messages: list[Message]


class Answer(BaseModel):
    message: Message
    replies: list[Message]
    state: State


class Conversation(BaseModel):
    id: str
    state: State
    profil: Profil | None
    attributs: list[str]
    langage: Langage
    canal: Canal
    identity: str
    reutilisation: bool
    position: int | None = None
    wait_minutes: WaitMinutes | None = None
    messages: list[Message]


class HandoffAnswer(BaseModel):
    state: State
    open: bool
    position: int | None = None
    wait_minutes: WaitMinutes | None = None
    next_opening: datetime | None = None
    alternatives: list[Button]


class GivenUp(BaseModel):
    state: State


class Slot(BaseModel):
    slot: datetime
    title: str


class Slots(BaseModel):
    items: list[Slot]
    next_cursor: str | None


class BookedCallback(BaseModel):
    state: State
    slot: datetime


class Export(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: str
    messages: list[Message]


class Session(BaseModel):
    token: str
    id: str
    role: str
    name: str
    csrf: str


class PresenceAnswer(BaseModel):
    status: str
    skills: list[str]
    capacity: int


class PromisedCall(BaseModel):
    slot: datetime
    phone: str | None
    email: str | None


class Owner(BaseModel):
    id: str
    name: str


class Handoff(BaseModel):
    id: str
    conversation_id: str
    state: State
    skill: str
    priority: Literal["normale", "haute", "urgence"]
    reason: str
    queued_at: datetime
    owner: Owner | None = None
    version: int
    epoch: int
    canal: Canal
    outcome: str | None = None
    callback: PromisedCall | None = None
    briefing: dict[str, Any]


class HandoffDetail(Handoff):
    messages: list[Message]
    notes: list[dict[str, Any]]


class Handoffs(BaseModel):
    items: list[Handoff]
    next_cursor: str | None


class Note(BaseModel):
    author_name: str
    text: str
    created_at: datetime


class Person(BaseModel):
    id: str
    name: str
    profil: Profil
    attributs: list[str]
    summary: str


class Persons(BaseModel):
    items: list[Person]
    next_cursor: str | None


class Relecture(BaseModel):
    id: str
    text: str
    canal: Canal
    reason: Literal["incompris", "hesitation", "hors_sujet", "peu_sur"]
    sujet: str | None
    confidence: float | None
    alternatives: list[Alternative]
    kept_on: date


class Relectures(BaseModel):
    items: list[Relecture]
    next_cursor: str | None
    remaining: int


class Reviewed(BaseModel):
    id: str
    sujet: str | None
    ecarte: bool
