"""A phone on another network: Chromium in a network namespace of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWPORT: ViewportSize = {"width": 390, "height": 844}


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@contextlib.contextmanager
def other_network() -> Iterator[str]:
    """Make a namespace whose only way out is a cable to this machine."""
    number = os.getpid() % 200
    name, near, far = f"phone{os.getpid()}", f"near{os.getpid()}"[:15], f"far{os.getpid()}"[:15]
    ip("netns", "add", name)
    try:
        ip("link", "add", near, "type", "veth", "peer", "name", far)
        ip("link", "set", far, "netns", name)
        ip("addr", "add", f"10.213.{number}.1/24", "dev", near)
        ip("link", "set", near, "up")
        ip("-n", name, "addr", "add", f"10.213.{number}.2/24", "dev", far)
        ip("-n", name, "link", "set", far, "up")
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "route", "add", "default", "via", f"10.213.{number}.1")
        yield name
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            ip("link", "del", near)
        ip("netns", "del", name)


@contextlib.contextmanager
def phone_browser(folder: Path, network: str, more: Sequence[str] = ()) -> Iterator[Browser]:
    """Start Chromium inside the namespace, with `more` flags."""
    starter = folder / "chromium-elsewhere"
    starter.write_text(f'#!/bin/sh\nexec ip netns exec {network} {CHROMIUM} "$@"\n')
    starter.chmod(0o755)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(starter), args=[*FLAGS, *more])
        try:
            yield browser
        finally:
            browser.close()
