"""The Ethernet of the stand-in `network`, which loads it on demand."""

import machine
import network

PHY_LAN8720 = 1


class LAN(network.Interface):
    """The Ethernet port of an ESP32: it wants to know its PHY (network_lan.c)."""

    def __init__(self, id=0, *, mdc, mdio, phy_type, phy_addr, power=None, ref_clk=None, ref_clk_mode=None):
        if phy_type != PHY_LAN8720 or not 0 <= phy_addr <= 31:
            raise ValueError("invalid PHY")
        super().__init__()

    def isconnected(self):
        return self._active and machine.world.network_up

    def status(self):
        return network.STAT_GOT_IP if self.isconnected() else network.STAT_IDLE


class WIZNET5K(LAN):
    """That of a W5500-EVB-Pico: its image knows the pins."""

    def __init__(self):
        network.Interface.__init__(self)
