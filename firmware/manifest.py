"""What belongs to a station, for a MicroPython image with the firmware frozen in (`FROZEN_MANIFEST`)."""

# ruff: noqa: F821  these names are given by MicroPython's build
package("station")
module("main.py")
