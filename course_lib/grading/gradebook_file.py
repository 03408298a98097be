"""The gradebook as a database that other programs use too: one writer, and errors of one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from nbgrader.api import Gradebook, Student
from sqlalchemy import Connection, create_engine, false, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from .record import CannotWrite

LOCK_SECONDS = 30.0  # how long another program may keep the gradebook to itself


class GradebookFile:
    """The database at ``db_url``, opened once for a run and closed by ``close``.

    Raises
    ------
    CannotWrite
        one line where it cannot be opened or written.
    """

    def __init__(self, db_url: str) -> None:
        self.shown = make_url(db_url).render_as_string(hide_password=True)
        sqlite = make_url(db_url).get_backend_name() == "sqlite"
        waits = {"timeout": LOCK_SECONDS} if sqlite else {}
        with self._told():
            Gradebook(db_url).close()  # makes the tables where there are none
            self.engine = create_engine(db_url, connect_args=waits)
            with self._writing():
                pass

    def write(self, change: Callable[[Connection], None]) -> None:
        """``change`` in one transaction: all of it, or nothing where it raises.

        Raises
        ------
        CannotWrite
            where the gradebook cannot be written.
        """
        with self._told():
            try:
                with self._writing() as db:
                    change(db)
            except IntegrityError:  # another program has just added the same student: it is there
                with self._writing() as db:
                    change(db)

    def read(self, query: Any) -> Sequence[Any]:
        with self._told(), self.engine.connect() as db:
            return db.execute(query).all()

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.engine.begin() as db:
            # SQLite waits for its lock only at a transaction's start: one that reads first and
            # then writes is refused at once where another program has written in between.
            db.execute(update(Student.__table__).where(false()).values(id=None))
            yield db

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise CannotWrite(self._sentence(error)) from error

    def _sentence(self, error: DBAPIError) -> str:
        said = " ".join(str(error.orig).split())
        advice = "see that it can be reached and written"
        if "locked" in said:
            advice = "another program keeps it to itself: close that"
        elif "readonly" in said:
            advice = "give yourself the right to write it"
        elif "full" in said:
            advice = "make room on the disk"
        again = "then run the same command again: what is graded stays"
        return f"the gradebook {self.shown} cannot be written ({said}): {advice}, {again}"
