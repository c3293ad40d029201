"""The wires between a board's pins and the chips."""

import time


class SpiBus:
    """Chips that share an SPI, each with a select pin. A transfer takes the board's time when `byte_us` says so."""

    def __init__(self, byte_us=0, transfer_us=0):
        self.chips = {}  # select pin -> chip
        self.levels = {}
        self._byte_us, self._transfer_us = byte_us, transfer_us

    def add(self, pin, chip):
        """Returns what is to hear the select pin."""
        self.chips[pin] = chip

        def select(level):
            self.levels[pin] = level
            chip.select(level)

        return select

    def exchange(self, data):
        if self._byte_us:
            time.sleep_us(self._transfer_us + self._byte_us * len(data))
        low = [chip for pin, chip in self.chips.items() if self.levels.get(pin) == 0]
        if len(low) > 1:
            raise RuntimeError("two chips are selected at once")
        return low[0].exchange(data) if low else b"\xff" * len(data)
