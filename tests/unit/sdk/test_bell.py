"""The bell on which threads sleep."""

import threading
import time

from yardarm.sdk.bell import Bell


def test_rings_add_up_to_one() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(0) is True
    assert bell.wait(0) is False


def test_a_sleeper_wakes() -> None:
    bell = Bell()
    woken: list[bool] = []
    thread = threading.Thread(target=lambda: woken.append(bell.wait(30)))
    thread.start()
    bell.ring()
    thread.join(5)
    assert woken == [True]


def test_any_number_of_seconds_will_do() -> None:
    bell = Bell()
    began = time.monotonic()
    assert bell.wait(-1) is False
    assert bell.wait(0.01) is False
    bell.ring()
    assert bell.wait(1e300) is True
    assert time.monotonic() - began < 5
