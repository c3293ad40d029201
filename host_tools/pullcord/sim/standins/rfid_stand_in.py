"""The simulator's card reader (`"kind": "stand_in"`): same interface as the drivers of real chips."""

import machine


class Reader:
    """One reader. The World's `card` message with this name lays a card on it."""

    def __init__(self, name):
        self.name = name

    async def scan(self):
        """The uid (bytes) of the card in the field, or None. OSError: the reader does not answer."""
        if self.name in machine.world.broken:
            raise OSError("reader %s does not answer" % self.name)
        return machine.world.cards.get(self.name)
