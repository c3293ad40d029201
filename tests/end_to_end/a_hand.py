"""A person at a virtual board: does what is asked, and tells what is really to be seen at its pins."""

import re
import threading
import time
from typing import Any

from pullcord.acceptance.person import NO, YES
from pullcord.sim import wires
from pullcord.sim.usb_board import VirtualBoard

CARD = "04a1b2c3d40001"
MOMENT_S = 0.2


class Hand:
    """`exchanged`: moves another input than the one that was named. `answers`: by words of the question."""

    def __init__(self, board: VirtualBoard, config: dict[str, Any]) -> None:
        self.board, self.config = board, config
        self.answers: dict[str, str] = {}
        self.exchanged: dict[str, str] = {}
        self.told: list[str] = []
        self._inputs = {item["name"]: item for item in config["inputs"]}

    def tell(self, words: str) -> None:
        self.told.append(words)
        threading.Thread(target=self._do, args=(words,)).start()

    def ask(self, question: str) -> str:
        self.told.append(question)
        for words, answer in self.answers.items():
            if words in question:
                return answer
        if "Try again?" in question:
            return NO
        time.sleep(MOMENT_S)  # eyes are slower than a wire
        return YES if self._sees(question) else NO

    def _do(self, words: str) -> None:
        time.sleep(MOMENT_S)
        if found := re.match(r"(?:Pull|Press|Let) (\S+) ", words):
            item = self._inputs[self.exchanged.get(found[1], found[1])]
            self.board.say(wires.moved(item, True, self.config))
            time.sleep(MOMENT_S)
            self.board.say(wires.moved(item, False, self.config))
        elif found := re.match(r"Take one wire of (\S+) off", words):
            self._cut = self._inputs[found[1]]
            self.board.say(wires.broken(self._cut, "open"))
        elif found := re.match(r"Bridge the two terminals of (\S+) ", words):
            self._cut = self._inputs[found[1]]
            self.board.say(wires.broken(self._cut, "short"))
        elif "put it back" in words or "take the bridge away" in words:
            self.board.say(wires.moved(self._cut, False, self.config))
        elif found := re.match(r"Hold a card at reader (\S+)\. ", words):
            self.board.say({"card": found[1], "uid": CARD})
            time.sleep(3 * MOMENT_S)
            self.board.say({"card": found[1], "uid": None})

    def _sees(self, question: str) -> bool:
        lit = [name for name in self.config["light"]["pins"] if wires.lit(self.config, name, self.board.pins, {})]
        if found := re.match(r"Light (\S+): ", question):
            return lit == [found[1]]
        if "hear a tone" in question:
            frequency, duty = self.board.world.pwm.get(self.config["buzzer"]["pin"], (0, 0))
            return frequency > 0 and duty > 0
        if "Is the permit there" in question or "Is it gone again" in question:
            permit = self.config["permit"]
            there = self.board.pins.get(permit["pin"]) == (1 if permit["active"] == "high" else 0)
            return there == ("there" in question)
        if found := re.match(r"Reader (\S+): does its (\S+) light", question):
            reader = next(item for item in self.config["readers"] if item["name"] == found[1])
            return [name for name, pin in reader["pins"].items() if self.board.pins.get(pin)] == [found[2]]
        return "clear of it" in question
