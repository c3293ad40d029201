"""Finds the driver of a card reader. Loaded when a reader is opened, and forgotten again."""


def open_reader(item: dict, machine):
    """Loads only the driver that is asked for. ValueError when the firmware has none of that kind."""
    kind = item["kind"]
    if kind == "mfrc522":
        from .mfrc522 import Mfrc522

        return Mfrc522(item, machine)
    if kind == "pn532-spi":
        from .pn532_spi import open_spi

        return open_spi(item, machine)
    if kind == "pn532-uart":
        from .pn532_uart import open_uart

        return open_uart(item, machine)
    if kind == "stand_in":
        import rfid_stand_in

        return rfid_stand_in.Reader(item["name"])
    raise ValueError("reader %s: no driver for kind %s" % (item["name"], kind))
