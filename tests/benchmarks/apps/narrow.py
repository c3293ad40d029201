"""The station's app with a window of one event, to compare with."""


def main(root, extra_tasks=()):
    from station.core import delivery

    class Narrow(delivery.Delivery):
        def __init__(self, trust_broker=False):
            super().__init__(1, 64, trust_broker)

    delivery.Delivery = Narrow

    import main as station

    station.main(root, extra_tasks)
