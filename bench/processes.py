"""Whole processes, measured: seconds on the clock and the peak of memory of each alone."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

#: Starts a command from a small process: a child's peak begins with that of its parent.
_WATCH = """
import json, os, subprocess, sys, time
began = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
said = child.stderr.read()
_, status, usage = os.wait4(child.pid, 0)
taken = time.perf_counter() - began
if status:
    sys.stderr.buffer.write(said)
    sys.exit(1)
scale = 1e6 if sys.platform == "darwin" else 1e3
print(json.dumps([taken, usage.ru_maxrss / scale, usage.ru_utime + usage.ru_stime]))
"""

_FANAL = """
import sys
sys.modules["sklearn"] = None
sys.argv[0] = "fanal"
from fanal.cli.main import main
main()
"""


@dataclass(frozen=True, slots=True)
class Process:
    """What a process took.

    Parameters
    ----------
    seconds
        On the clock.
    peak_mb
        Peak of resident memory.
    cpu_s
        Processor seconds, user and system.
    """

    seconds: float
    peak_mb: float
    cpu_s: float


def process(*command: object) -> Process:
    """Run a command to its end; POSIX only.

    Raises
    ------
    CalledProcessError
        The command failed; what it said on stderr goes through.
    """
    watched = [sys.executable, "-S", "-c", _WATCH, *map(str, command)]
    done = subprocess.run(watched, check=True, stdout=subprocess.PIPE)
    return Process(*json.loads(done.stdout))


def fanal(*words: object) -> Process:
    """Run a `fanal` command to its end, as where only what it requires is installed.

    networkit loads scikit-learn where it finds it, 0.5 to 1 s; it is here for the benches only.
    """
    return process(sys.executable, "-P", "-c", _FANAL, *words)
