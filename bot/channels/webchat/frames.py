"""The frames a browser may send, checked before anything else looks at them."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22,128}$")]  # 128 bits or more
Tag = Annotated[str, Field(pattern=r"^[a-zA-Z-]{2,20}$")]


class Frame(BaseModel):
    """Strict: a wrong type or an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Hello(Frame):
    """The first frame: who (a secret only this browser knows), and what it has already."""

    type: Literal["hello"]
    token: Token
    since: int = Field(default=0, ge=0)
    language: Tag | None = None
    hint: Tag | None = None


class Spot(Frame):
    """The place a person shares, degrees, WGS 84."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class Say(Frame):
    """Something the person says; `id` is made by the browser and makes it count once."""

    type: Literal["say"]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    text: str = Field(default="", max_length=20_000)
    choice: Annotated[str, Field(max_length=120)] | None = None
    point: Spot | None = None


class Got(Frame):
    """The browser has the message `seq`."""

    type: Literal["got"]
    seq: int = Field(ge=0)


class Language(Frame):
    """The person chose a language."""

    type: Literal["language"]
    tag: Tag


class Ping(Frame):
    """Still there."""

    type: Literal["ping"]


AnyFrame = Hello | Say | Got | Language | Ping
_frames: TypeAdapter[AnyFrame] = TypeAdapter(Annotated[AnyFrame, Field(discriminator="type")])


class NotAFrame(Exception):
    """What came is no frame of the protocol."""


def read_frame(raw: str) -> AnyFrame:
    """The frame of a text; raises `NotAFrame`."""
    try:
        return _frames.validate_python(json.loads(raw))
    except (ValueError, ValidationError, RecursionError) as error:
        raise NotAFrame(type(error).__name__) from None
