"""A circuit: devices with terminals, and wires between them in cables. What a drawing and a bill are made of."""

from dataclasses import dataclass, field

# Cores of a field cable, in the order of DIN 47100.
CORES = ("WH", "BN", "GN", "YE", "GY", "PK", "BU", "RD")
# Wires in the enclosure: DC supply blue (IEC 60204-1, 13.2), 0 V told apart by white, logic as people expect it.
PLUS, ZERO, LOGIC, GROUND, SIGNAL, EARTH = "BU", "WHBU", "RD", "BK", "GY", "GNYE"

End = tuple[str, str]


@dataclass(frozen=True)
class Device:
    """`part` is its id in the catalogue. `net`: no device, only the name of a potential."""

    name: str
    title: str
    terminals: tuple[str, ...]
    part: str = ""
    note: str = ""
    net: bool = False


@dataclass(frozen=True)
class Cable:
    """`part` "" for wires in the enclosure. `length_m` of each of its wires."""

    name: str
    part: str = ""
    length_m: float = 0.3


@dataclass(frozen=True)
class Wire:
    cable: str
    colour: str
    left: End
    right: End


@dataclass
class Sheet:
    """One drawing. `name` is that of its file."""

    name: str
    devices: dict[str, Device] = field(default_factory=dict)
    cables: dict[str, Cable] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)

    def add(self, device: Device) -> str:
        self.devices[device.name] = device
        return device.name

    def net(self, title: str, name: str) -> End:
        """A potential at one place of the drawing."""
        self.add(Device(name, title, (title,), net=True))
        return name, title

    def cable(self, name: str, part: str = "", length_m: float = 0.3) -> str:
        self.cables[name] = Cable(name, part, length_m)
        return name

    def wire(self, cable: str, colour: str, left: End, right: End) -> None:
        for name, terminal in (left, right):
            assert terminal in self.devices[name].terminals, f"{name} has no {terminal}"
        self.wires.append(Wire(cable, colour, left, right))
