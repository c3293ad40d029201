from pullcord.sim import cpython

cpython.install()
