"""What the kinds of boards say of themselves, and how they hang on USB; by the ids of hardware/boards."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What a kind of board says of itself, and how it hangs on USB."""

    machine: str
    chip: str
    platform: str = "rp2"
    vid: int = 0x2E8A
    pid: int = 0x0005
    product: str = "Board in FS mode"
    manufacturer: str = "MicroPython"
    uf2_family: int = 0xE48BFF56
    drive: str = "RPI-RP2"
    own_usb: bool = True  # otherwise a bridge: its serial number says nothing of the chip


KINDS = {
    "raspberry-pi-pico": Kind("Raspberry Pi Pico", "RP2040"),
    "raspberry-pi-pico-w": Kind("Raspberry Pi Pico W", "RP2040"),
    "raspberry-pi-pico-2-w": Kind("Raspberry Pi Pico 2 W", "RP2350", uf2_family=0xE48BFF59, drive="RP2350"),
    "w5500-evb-pico": Kind("W5500-EVB-Pico", "RP2040"),
    "esp32-s3-devkitc": Kind(
        "Generic ESP32S3 module", "ESP32S3", "esp32", 0x303A, 0x4001, "Espressif Device", "Espressif Systems", 0, ""
    ),
    "esp32-devkitc": Kind(
        "Generic ESP32 module", "ESP32", "esp32", 0x10C4, 0xEA60, "CP2102N USB to UART Bridge Controller",
        "Silicon Labs", 0, "", own_usb=False,
    ),
}  # fmt: skip
