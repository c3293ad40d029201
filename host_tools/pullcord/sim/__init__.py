"""Virtual stations that run the firmware's own files.

Kept empty: MicroPython imports it too (`pullcord.sim.virtual_time`, `pullcord.sim.flash`)."""
