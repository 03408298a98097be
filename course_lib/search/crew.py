"""Workers: run tasks one after another or in a pool, and outlive a worker that dies."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor, as_completed

from .._scalars import whole
from .work import Outcome, Step, Task, attempt

__all__ = ["Crew", "Pool"]

Pool = Callable[[int], Executor]  # number of workers -> executor


class Crew:
    """Runs tasks and yields each outcome as soon as it is there.

    With one worker and no ``pool`` everything happens in this thread; with more, in threads, or in
    whatever ``pool`` makes. Threads take any callable and suit numpy and torch, which let other
    threads run meanwhile; ``ProcessPoolExecutor`` suits an objective in pure Python that stands in
    a module.
    """

    def __init__(self, step: Step, workers: int, pool: Pool | None) -> None:
        self._step = step
        self._workers = whole("workers", workers, at_least=1)
        self._pool = ThreadPoolExecutor if pool is None and workers > 1 else pool
        self._executor: Executor | None = None

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """The outcome of every task, in the order in which they finish."""
        if self._pool is None:
            yield from (attempt(self._step, task) for task in tasks)
            return
        lost = yield from self._together(tasks, self._pool)
        # Which task killed the pool cannot be seen, so each that was lost runs again, alone.
        for task in lost:
            if (yield from self._together([task], self._pool)):
                death = RuntimeError("the process that ran this trial ended before it did")
                yield Outcome(task.failed(death))

    def _together(self, tasks: Sequence[Task], pool: Pool) -> Generator[Outcome, None, list[Task]]:
        """Run tasks in the pool; gives back those whose worker died."""
        self._executor = executor = self._executor or pool(self._workers)
        futures: dict[Future[Outcome], Task] = {}
        lost = []
        for task in tasks:
            try:
                futures[executor.submit(attempt, self._step, task)] = task
            except BrokenExecutor:
                lost.append(task)
        for future in as_completed(futures):
            try:
                yield _outcome(future)
            except BrokenExecutor:
                lost.append(futures[future])
        if lost:
            self.dismiss()
        return lost

    def dismiss(self) -> None:
        """End the workers; tasks that have not begun are dropped."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


def _outcome(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:
        # ``attempt`` catches all that the objective raises: this arose on the way to a process.
        raise ValueError(
            "objective, parameters and snapshots must be picklable to go to another process; got "
            f"{type(error).__name__}: {error}: define the objective at the top of a module, or "
            "leave out pool to use threads"
        ) from error
