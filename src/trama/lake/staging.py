"""A run that leaves several layers leaves all or none: written aside, published together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from trama.kernel.layers import Manifest, Provenance
from trama.lake.checks import Finding
from trama.lake.draft import Draft
from trama.lake.files import claimed, one_at_a_time, sweep
from trama.lake.lake import Lake
from trama.lake.version import Version

_ASIDE = "aside-"


class StagedLake(Lake):
    """A lake that is read as it is and written aside, under `aside`, until `publish`.

    What was written is not read back from here: a layer made earlier in the same run answers with the
    version that is current in the real lake. The versions that drafts return are those aside, with their
    own numbers; `publish` returns the real ones.
    """

    def __init__(self, lake: Lake, aside: Path) -> None:
        super().__init__(lake.root)
        self.traces = lake.traces  # named after their content: one too many does no harm
        self._real = lake
        self._aside = Lake(aside)

    @contextmanager
    def draft(self, manifest: Manifest, provenance: Provenance) -> Iterator[Draft]:
        """Open a version for writing, aside; raises as `Lake.draft` does."""
        with self._aside.draft(manifest, provenance) as draft:
            yield draft

    def publish(self) -> dict[str, Version]:
        """Move what was written into the real lake and return the versions by layer.

        Every draft is complete on the disk of the lake before the first one takes its name, so what remains
        is one rename per layer. Where one cannot be written, those not yet named leave no sign. Two that
        publish at once do it one after the other: the current layers are all of the second.
        """
        drafts: dict[str, Draft] = {}
        self._real.root.mkdir(parents=True, exist_ok=True)
        with one_at_a_time(self._real.root), ExitStack() as pending:
            for layer in self._aside.layers():
                made = self._aside.version(layer)
                drafts[layer] = pending.enter_context(self._real.draft(made.manifest, made.provenance))
                _fill(drafts[layer], made)
        return {layer: draft.version for layer, draft in drafts.items()}


def _fill(draft: Draft, made: Version) -> None:
    """Move the files of a version into a draft, and say of it what the version says."""
    for name in made.files:
        (made.folder / name).rename(draft.folder / name)
    draft.bbox, draft.rows = made.bbox, made.rows
    draft.findings = [Finding(**{**one, "where": tuple(one["where"])}) for one in made.findings]


@contextmanager
def staged(lake: Lake) -> Iterator[StagedLake]:
    """Yield a lake to write aside, in a folder that goes away at the end, however the process ends.

    What is written is published only by calling `StagedLake.publish`.
    """
    workshop = lake.root.parent / "in-corso"
    workshop.mkdir(parents=True, exist_ok=True)
    sweep(workshop, _ASIDE)
    with claimed(workshop, _ASIDE) as folder:
        yield StagedLake(lake, folder / "lake")
