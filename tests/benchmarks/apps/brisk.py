"""The station's app four times as fast: for tests that would otherwise wait for its patience."""

import hurried

hurried.SPEED = 4
main = hurried.main
