"""Who works in a plant, in which roles, and how they are reached."""

from .names import Name, Part, Text, Uid


class Channel(Part):
    """A way to reach somebody. Its address is a secret, and stands in the secrets file of the service by this name."""

    name: Text


class Person(Part):
    """`badge`: the uid of the card that badge readers take. `channels`: how this person is reached."""

    name: Text | None = None
    badge: Uid | None = None
    channels: list[Name] = []


class Role(Part):
    """`on_call`: people by shift; `people`: those who are at any time. `channels`: told whoever is on call."""

    name: Text
    people: list[Name] = []
    on_call: dict[Name, list[Name]] = {}
    channels: list[Name] = []
