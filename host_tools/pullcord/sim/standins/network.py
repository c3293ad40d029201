"""Stand-in for MicroPython's `network`: follows the World's, and is as fussy as the real ones: a lost link
stays lost until connect() is called again; connect() while connecting raises."""

import machine

STA_IF, AP_IF = 0, 1
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 0, 1, 3
_ADDRESS = ("127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1")


def __getattr__(name):
    """Ethernet is loaded for those who have it: a station's heap is small."""
    if name not in ("LAN", "WIZNET5K", "PHY_LAN8720"):
        raise AttributeError(name)
    import network_lan

    return getattr(network_lan, name)


def country(code=None):
    return code


def hostname(name=None):
    return name


class Interface:
    def __init__(self):
        self._active = False
        self._settings = {}

    def active(self, on=None):
        if on is None:
            return self._active
        self._active = bool(on)
        return self._active

    def config(self, name=None, **settings):
        if name is not None:
            return b"\x02virt" + machine.unique_id()[-1:] if name == "mac" else self._settings.get(name)
        self._settings.update(settings)

    def ifconfig(self, addresses=None):
        return _ADDRESS if self.isconnected() else ("0.0.0.0",) * 4


class WLAN(Interface):
    IF_STA, IF_AP = STA_IF, AP_IF
    PM_NONE, PM_PERFORMANCE, PM_POWERSAVE = 0, 1, 2

    def __init__(self, interface=STA_IF):
        super().__init__()
        self._wanted = False
        self._lost = 0

    def active(self, on=None):
        if on is False:
            self._wanted = False
        return super().active(on)

    def connect(self, ssid=None, key=None, **settings):
        if not self._active:
            raise OSError("Wifi Not Started")
        if self.status() == STAT_CONNECTING:
            raise OSError("Wifi Internal Error")
        self._wanted = True
        self._lost = machine.world.links_lost

    def disconnect(self):
        self._wanted = False

    def isconnected(self):
        return self.status() == STAT_GOT_IP

    def status(self, what=None):
        if what == "rssi":
            return -55
        if not (self._active and self._wanted) or self._lost != machine.world.links_lost:
            return STAT_IDLE
        return STAT_GOT_IP if machine.world.network_up else STAT_CONNECTING
