"""The Python side of every row: every column that has a Python runs this file. Syntax of 3.10."""

import math
import threading

sqrt = math.sqrt


def add(a, b):
    return a + b


def echo(value):
    return value


class Thing:
    def __init__(self):
        self.size = 1
        self.extent = 1

    def method(self, value):
        return value


thing = Thing()


def count(limit):
    yield from range(limit)


def raises():
    raise KeyError("key")


def call_often(function, times):
    result = None
    for i in range(times):
        result = function(i)
    return result


def get_often(target, times):
    result = None
    for _ in range(times):
        result = target.size
    return result


def method_often(target, times):
    result = None
    for i in range(times):
        result = target.method(i)
    return result


def nbytes(buffer):
    return memoryview(buffer).nbytes


small = bytearray(1024)
large = bytearray(8 * 1024 * 1024)


def work(limit):
    """One job of the parallel map. Its objects are its own, so that threads have nothing to wait for."""
    total = 0
    for i in range(limit):
        total += i * i % 7
    return 1 if total else 0


def plain_threads(jobs, limit, count=2):
    """The same jobs on two threads of Python's, with nothing of a bridge: what a map can gain at most."""
    done = [0] * count

    def run(index):
        for _ in range(index, jobs, count):
            done[index] += work(limit)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)
