"""The key list: a key for every reference, and none any more for what was destroyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from intake.store.crypto.key_tree import KeyTree, Part

_REFERENCES = st.lists(
    st.sampled_from([f"IN-AAAA-{n:04}" for n in range(40)]), min_size=2, max_size=30, unique=True
)
_DESTROYED = st.lists(st.tuples(st.integers(0, 29), st.sampled_from(Part)), max_size=40)


@rules(max_examples=60)
@given(references=_REFERENCES, destroyed=_DESTROYED)
def test_only_what_was_destroyed_is_gone(
    references: list[str], destroyed: list[tuple[int, Part]]
) -> None:
    """Deleting one child's data must never cost another's, whatever was deleted before, in any
    order, twice or once.
    """
    whole = KeyTree.fresh()
    names = [(references[n % len(references)], part) for n, part in destroyed]

    left = whole
    for name in names:
        left = KeyTree.read(left.without([name]).written())

    for reference in references:
        gone = {part for r, part in names if r == reference}
        gone = set(Part) if Part.CASE in gone else gone
        assert left.keys(reference) == {
            part: key for part, key in whole.keys(reference).items() if part not in gone
        }
    assert left == whole.without(names)
    assert left.whole is not bool(names)


def test_no_node_above_a_destroyed_key_is_left() -> None:
    """A node that stays behind would let anybody derive the key again."""
    tree = KeyTree.fresh().without([("IN-AAAA-0001", Part.CASE), ("IN-AAAA-0002", Part.RAW_MAIL)])

    assert all(
        (above, bits >> (length - above)) not in tree.nodes
        for length, bits in tree.nodes
        for above in range(length)
    )
    assert tree.keys("IN-AAAA-0001") == {}


def test_every_key_is_its_own() -> None:
    """Two cases with one key would die together."""
    tree = KeyTree.fresh()

    assert len({key for n in range(50) for key in tree.keys(f"IN-AAAA-{n:04}").values()}) == 150


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d[:-1],
        lambda d: d[1:],
        lambda d: d[:5] + b"\xff" + d[6:],
        lambda d: b"",
        lambda d: b"\xff" * len(d),
    ],
)
def test_a_damaged_list_is_told(damage: object) -> None:
    """A list that was cut off would open nothing, or seal a new mail with a key that nobody has."""
    written = KeyTree.fresh().without([("IN-AAAA-0001", Part.CASE)]).written()

    with pytest.raises(ValueError, match="damaged"):
        KeyTree.read(damage(written))  # type: ignore[operator]
