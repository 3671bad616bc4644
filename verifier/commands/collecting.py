"""`pytest --nabla`: each claim of a record file is a test, verified batch by batch.

`pytest_nabla` beside this package is what pytest loads; this module is loaded when
`--nabla` is given. Collecting reads records and checks those whose verdicts are not
remembered, while a worker imports JAX. The first test that is run of a batch verifies
all of the batch that is selected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from ..engine.settings import LAYOUTS, Settings
from ..output import text
from ..reading.problem import Place, Problem
from ..reading.record import Record, records_of
from ..reading.source import SUFFIXES, read
from ..results import phrases
from ..results.model import Report, Result
from ..running import catalogue, session
from ..running.batches import batches, test_names
from ..running.catalogue import Selection, shown
from ..running.desk import Desk
from ..running.judged import asked

RUN = pytest.StashKey["Run"]()


def enter(config: pytest.Config) -> None:
    """Take part in a run of pytest."""
    run = Run(config)
    config.stash[RUN] = run
    config.pluginmanager.register(run, "nabla-records")


class Run:
    """One run of pytest: what is asked for, the records read, the results so far."""

    def __init__(self, config: pytest.Config):
        self.config = config
        self.settings = settings_of(config)
        self.files: list[str] = config.getini("nabla_files")
        self.taken: dict[str, Place] = {}
        self.read: dict[Path, tuple[list[Record], list[Problem]]] = {}
        self.reports: dict[str, Report] = {}
        self.sound: set[str] = set()
        self.desk = Desk(config.option.nabla_fresh)
        worker = getattr(config, "workerinput", None)  # of xdist
        self.mode = "load" if worker is None else worker["nabla_mode"]
        self.jobs = None if worker is None else 1
        self.named = config.args_source is pytest.Config.ArgsSource.ARGS
        if not self.named:
            self._name_files()

    def _name_files(self) -> None:
        """Add the files of the settings to what is collected where nothing is named."""
        if not self.files:
            hint = "name files or folders, or set `nabla_files` in pytest's settings"
            raise pytest.UsageError(f"--nabla: no record files: {hint}")
        root, given = self.config.rootpath, [Path(a) for a in self.config.args]
        for entry in self.files:
            pattern = bool(set(entry) & set("*?["))
            paths = sorted(root.glob(entry)) if pattern else [root / entry]
            if not any(path.exists() for path in paths):
                raise pytest.UsageError(f"nabla_files: there is no `{entry}`")
            for path in paths:
                if not any(path.is_relative_to(root / known) for known in given):
                    self.config.args.append(str(path))

    def wants(self, path: Path, named: bool) -> bool:
        """Whether a file is one of records: named itself, or as the settings say."""
        if path.suffix not in SUFFIXES:
            return False
        return named or (
            any(self._matches(path, entry) for entry in self.files)
            if self.files
            else self.named
        )

    def _matches(self, path: Path, entry: str) -> bool:
        root = self.config.rootpath
        if path.is_relative_to(root / entry):
            return True
        return path.is_relative_to(root) and fnmatch(str(path.relative_to(root)), entry)

    def records(self, path: Path) -> tuple[list[Record], list[Problem]]:
        """Read a file once; an id is unique over all files of the run."""
        if path not in self.read:
            source = read(shown(path))
            self.read[path] = (
                ([], [source])
                if isinstance(source, Problem)
                else catalogue.settled(*records_of(source, self.taken))
            )
            self._recall(self.read[path][0])
        return self.read[path]

    def _recall(self, records: Sequence[Record]) -> None:
        """See what is remembered; if not all is, start a worker while all is read."""
        known = self.desk.memory.recall(records, self.settings)
        pairs = zip(records, known, strict=True)
        self.sound |= {record.id for record, found in pairs if found is not None}
        if None in known and not self.config.option.collectonly:
            self.desk.start(self.settings.device)

    def result(self, item: ClaimItem) -> tuple[Result, Report]:
        """Return the result of a claim; verify its batch if that has not been done."""
        if item.record.id not in self.reports:
            self._verify(batch_of(item, self.mode))
        report = self.reports[item.record.id]
        own = [found for found in report.results if found.id == item.record.id]
        return own[item.number], report

    def _verify(self, items: Iterable[ClaimItem]) -> None:
        records = {item.record.id: item.record for item in items}
        left = [record for id, record in records.items() if id not in self.reports]
        selection = Selection(tuple(left), (), 0)
        report = session.run(selection, self.settings, jobs=self.jobs, desk=self.desk)
        if report.interrupted:
            raise KeyboardInterrupt
        self.reports |= dict.fromkeys([record.id for record in left], report)

    def problems(self, record: Record) -> list[Problem]:
        """Return what is wrong with a record: nothing, where it is remembered."""
        if record.id in self.sound:
            return []
        from ..language.checker import check

        return check(record)[1]

    # What pytest and xdist ask.

    def pytest_unconfigure(self) -> None:
        """End the workers."""
        self.desk.close()

    def pytest_report_header(self) -> str:
        """Say what decides the draws."""
        draws = phrases.plural(self.settings.draws, "draw")
        return f"nabla: {draws}, seed {self.settings.seed}"

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect a file of records."""
        if self.wants(file_path, parent.session.isinitpath(file_path)):
            inside = file_path.is_relative_to(self.config.rootpath)
            path = file_path.relative_to(self.config.rootpath) if inside else file_path
            name = phrases.inert(phrases.printable(path.as_posix()))
            # pytest shows names as they are, and people call files as they like.
            named: dict[str, Any] = (
                {} if name == path.as_posix() else {"name": name, "nodeid": name}
            )
            return RecordFile.from_parent(parent, path=file_path, **named)
        return None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist how tests are distributed: it decides the batches."""
        node.workerinput["nabla_mode"] = self.config.getoption("dist")

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Send a batch to one worker as a whole, every other test by itself."""
        if config.getoption("dist") != "load":
            return None
        from xdist.scheduler import LoadScopeScheduling

        class Batches(LoadScopeScheduling):
            def schedule(self) -> None:
                collections = iter(self.registered_collections.values())
                self.batches = batches(next(collections, []), "load")
                super().schedule()

            def _split_scope(self, nodeid: str) -> str:
                return self.batches.get(nodeid, nodeid)

        return Batches(config, log)


def settings_of(config: pytest.Config) -> Settings:
    """Return what the options say; refuse what makes no sense."""
    draws, seed = config.option.nabla_draws, config.option.nabla_seed
    layout = config.option.nabla_layout
    if not 1 <= draws <= 1_000_000:
        raise pytest.UsageError(f"--nabla-draws: {draws} is not from 1 to 1000000")
    if not 0 <= seed < 2**63:
        raise pytest.UsageError(f"--nabla-seed: {seed} is not from 0 to {2**63 - 1}")
    layouts = LAYOUTS if layout == "both" else (layout,)
    return Settings(seed, draws, layouts=layouts)


def batch_of(item: ClaimItem, mode: str) -> list[ClaimItem]:
    """Return the selected claims of an item's batch."""
    items = [one for one in item.session.items if isinstance(one, ClaimItem)]
    by_name = batches([one.nodeid for one in item.session.items], mode)
    own = by_name[item.nodeid]
    return [one for one in items if by_name[one.nodeid] == own]


class RecordFile(pytest.File):
    """A file of records."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Yield its records, and what is wrong with it."""
        records, problems = self.config.stash[RUN].records(self.path)
        by_id: dict[str, list[Problem]] = {}
        for problem in sorted(problems):
            by_id.setdefault(problem.id, []).append(problem)
        if "" in by_id:
            yield Malformed.of(self, by_id.pop(""))
        for id, found in by_id.items():
            yield RecordNode.from_parent(self, name=id, problems=found)
        for record in records:
            yield RecordNode.from_parent(self, name=record.id, record=record)


class RecordNode(pytest.Collector):
    """A record, or the problems of one that cannot be read."""

    def __init__(
        self,
        *,
        record: Record | None = None,
        problems: Sequence[Problem] = (),
        **more: Any,
    ):
        super().__init__(**more)
        self.record, self.problems = record, problems

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each claim in each layout, or one for all problems."""
        run, record = self.config.stash[RUN], self.record
        problems = self.problems if record is None else run.problems(record)
        if record is None or problems:
            yield Malformed.of(self, sorted(problems))
            return
        claims = asked(record, run.settings.layouts)
        names = test_names(record, run.settings.layouts)
        for number, (name, (claim, _)) in enumerate(zip(names, claims, strict=True)):
            place = claim.text.place
            yield ClaimItem.from_parent(
                self, name=name, record=record, number=number, place=place
            )


class NotAsExpected(Exception):
    """A verdict that is not the expected one; its text says all that is known."""


class _Placed(pytest.Item):
    """A test that stands at a line of a record file."""

    place: Place

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the claim is written."""
        about = self.nodeid.partition("::")[2].replace("::", ", ")
        return self.path, self.place.line - 1, about

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style=None):
        """Show what the command shows, and no traceback of ours."""
        if isinstance(excinfo.value, NotAsExpected):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class ClaimItem(_Placed):
    """One claim in one layout."""

    def __init__(self, *, record: Record, number: int, place: Place, **more: Any):
        super().__init__(**more)
        self.record, self.number, self.place = record, number, place
        self.add_marker("nabla")
        self.extra_keyword_matches.update(record.tags)

    def setup(self) -> None:
        """Verify the batch, if this is the first of it to run."""
        self.found, self.report = self.config.stash[RUN].result(self)

    def runtest(self) -> None:
        """Pass where the verdict is the expected one."""
        result = self.found
        self.user_properties += [
            ("nabla_verdict", result.verdict),
            ("nabla_evidence", phrases.evidence_of(result)),
        ]
        if not result.as_expected:
            raise NotAsExpected(text.result_text(result, self.report.run))


class Malformed(_Placed):
    """The problems of a record or a file: a test that fails."""

    @classmethod
    def of(cls, parent: pytest.Collector, problems: Sequence[Problem]) -> Malformed:
        """Make the test of some problems, the first of which gives its place."""
        item = cls.from_parent(parent, name="malformed")
        item.problems, item.place = problems, problems[0].place
        item.add_marker("nabla")
        return item

    problems: Sequence[Problem] = ()

    def runtest(self) -> None:
        """Fail, with every problem."""
        raise NotAsExpected("\n\n".join(map(text.problem_text, self.problems)))
