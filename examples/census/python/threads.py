"""The census on plain Python threads, without JavaScript: the ceiling for worker threads.

Reads ``{"files": [...], "warmUp": n, "workers": [1, 2], "rounds": 1}`` from standard input and
prints ``[[seconds, ...], ...]``: for each number of threads, one time per round. The files, their
order, the warm-up and the start barrier are those of the TypeScript program.
"""

import json
import sys
import threading
import time

import census


def run(files: list[str], warm_up: list[str], threads: int) -> float:
    """Measure all `files` on `threads` threads that share one queue; seconds from start to last."""
    queue = iter(files)
    lock = threading.Lock()
    start = threading.Barrier(threads + 1)
    finished = [0.0] * threads

    def work(number: int) -> None:
        for path in warm_up:
            census.measure(path)
        start.wait()
        while True:
            with lock:
                path = next(queue, None)
            if path is None:
                break
            census.measure(path)
        finished[number] = time.perf_counter()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    return max(finished) - began


def main() -> None:
    """Run what standard input asks for, the numbers of threads in turn within each round."""
    plan = json.load(sys.stdin)
    census.prepare()
    times: list[list[float]] = [[] for _ in plan["workers"]]
    for _ in range(plan["rounds"]):
        for row, threads in zip(times, plan["workers"]):
            row.append(run(plan["files"], plan["warmUp"], threads))
    print(json.dumps(times))


if __name__ == "__main__":
    main()
