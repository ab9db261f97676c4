"""What is more than an ordinary fault or complaint, as documents tell it apart."""

from enum import StrEnum


class Emergency(StrEnum):
    """What has struck the customer (S1 annex 2 §4.2.4)."""

    FIRE = "fire"
    FLOOD = "flood"
    LIGHTNING = "lightning"
    EARTHQUAKE = "earthquake"
    THEFT = "theft"
    ATTACK = "attack"


class Complaint(StrEnum):
    """What a complaint is about (S1 annex 2 §5.4)."""

    TECHNICAL = "technical"
    ATTITUDE = "attitude"
    DELAY = "delay"
