"""Disks that are small, full or read-only, in a namespace that ends with us."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

INSIDE = "NABLA_FAULTS_INSIDE"
ROOMY = 64 * 1024  # KiB


def in_a_namespace() -> bool:
    """Start this program again where it may mount; say whether that is so."""
    if os.environ.get(INSIDE):
        return True
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    try:
        tried = "mount -t tmpfs none /mnt"
        subprocess.run([*alone, "sh", "-c", tried], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    sys.stdout.flush()
    os.environ[INSIDE] = "1"
    os.execvp(alone[0], [*alone, sys.executable, *sys.argv])


def mount(folder: Path) -> None:
    """Put a small disk in the place of an empty folder."""
    _run("mount", "-t", "tmpfs", "-o", f"size={ROOMY}k,mode=700", "none", str(folder))


def leave(folder: Path, kib: int) -> None:
    """Leave so much room on a disk, in KiB."""
    free = os.statvfs(folder)
    used = (free.f_blocks - free.f_bfree) * free.f_frsize // 1024
    _run("mount", "-o", f"remount,size={used + kib}k", str(folder))


def make_roomy(folder: Path) -> None:
    """Let a disk have room again."""
    _run("mount", "-o", f"remount,rw,size={ROOMY}k", str(folder))


def make_read_only(folder: Path) -> None:
    """Let nothing more be written to a disk."""
    _run("mount", "-o", "remount,ro", str(folder))


def unmount(folder: Path) -> None:
    """Take the disk away."""
    _run("umount", "--lazy", str(folder))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
