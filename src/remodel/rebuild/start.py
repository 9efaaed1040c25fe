"""What `remodel rebuild` starts: as little as possible where there is nothing to do."""

from __future__ import annotations

from remodel.checkout import Checkout
from remodel.display.display import Display
from remodel.rebuild.idle import nothing_to_do
from remodel.rebuild.settled import untouched
from remodel.rebuild.view import JsonLines, Shown, View

Asked = tuple[tuple[str, ...], int | None, bool, str | None]
"""The fields of rebuild.command.Options, which is not loaded yet."""


def start(checkout: Checkout, asked: Asked, dry_run: bool, json: bool) -> None:
    """Rebuild with a display, or with JSON lines; or say what would be rebuilt."""
    if dry_run:
        from remodel.rebuild.command import Options
        from remodel.rebuild.command import dry_run as say_what_changed

        say_what_changed(checkout, Options(*asked), print)
    elif json:
        _rebuild(checkout, asked, JsonLines(), None)
    else:
        with Display() as display:
            _rebuild(checkout, asked, Shown(display), display)


def _rebuild(checkout: Checkout, asked: Asked, view: View, display: Display | None) -> None:
    if known := untouched(checkout):
        nothing_to_do(known, asked[0], view)
        return
    # Only now: a rebuild with nothing to do ends before these are loaded.
    from remodel.rebuild.command import Options, rebuild
    from remodel.rebuild.images import preparing

    rebuild(checkout, Options(*asked), view, preparing(view, display))
