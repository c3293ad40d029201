"""Stand-in for MicroPython's own `micropython` module, for CPython only."""


def const(value):
    return value


def schedule(function, argument):
    function(argument)


def alloc_emergency_exception_buf(size):
    pass


def mem_info(verbose=None):
    pass


def kbd_intr(character):
    pass


def opt_level(level=None):
    return 0


def native(function):
    return function


viper = native
