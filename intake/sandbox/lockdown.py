"""The locks a child process puts on itself before it looks at a stranger's bytes.

Four layers, each worth something alone: resource limits (setrlimit(2)), no_new_privs (prctl(2)),
Landlock (Linux ≥ 5.13, https://docs.kernel.org/userspace-api/landlock.html) and a system call
filter (seccomp(2), built by libseccomp). ``prepare`` does the slow half once in the template
process; ``apply`` is the cheap half that every child runs: some twenty system calls.

A lock that cannot be had is told, not raised: the caller decides (``SandboxNeed``).
"""

from __future__ import annotations

import ctypes
import errno
import math
import os
import resource
import sys
import sysconfig
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

MEMORY_BYTES = 1 << 30
"""Address space a child may use beyond what the warm template already has."""
MAX_ANSWER_BYTES = 64 << 20
"""Largest answer (and largest file) a child may write."""
OPEN_FILES = 64

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER = 2
# Landlock's system calls have the same number on every architecture (added after numbers were unified).
_CLONE_THREAD = 0x00010000
"""Of clone(2): a thread of this process, no new one."""
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FS_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many file rights an ABI knows; later ABIs add none that we need."""

_CALLS = {
    "memory": """
        brk mmap munmap mremap mprotect madvise mincore msync membarrier mseal
    """,
    "what is open already, and files of Python's own (Landlock tells which)": """
        read readv pread64 preadv preadv2 write writev pwrite64 lseek _llseek ftruncate close
        close_range dup dup2 dup3 fcntl fcntl64 ioctl fadvise64 readahead getdents getdents64
        fstat fstat64 stat lstat newfstatat fstatat64 statx statfs fstatfs access faccessat
        faccessat2 readlink readlinkat getcwd poll ppoll select pselect6 pipe2 umask
    """,
    "threads and signals of its own": """
        futex futex_waitv futex_wake futex_wait futex_requeue set_robust_list get_robust_list
        set_tid_address rseq sched_yield sched_getaffinity sched_getparam sched_getscheduler
        sched_get_priority_min sched_get_priority_max getcpu arch_prctl rt_sigaction
        rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait sigaltstack restart_syscall
        exit exit_group
    """,
    "time, chance, and who it is": """
        clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getrandom
        alarm setitimer getitimer getrusage getrlimit getpid gettid getppid getpgrp getpgid
        getsid getpriority getuid geteuid getgid getegid getresuid getresgid uname sysinfo
        capget
    """,
}
ALLOWED_CALLS = tuple(" ".join(_CALLS.values()).split())
"""What a child may ask of the kernel; a call that is not named here does not exist for it (ENOSYS),
so that a newer C library falls back on an older call (docs/decisions/22)."""
_WRITES = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class _RulesetAttribute(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _system_call(number: int, *arguments: object) -> int:
    result: int = _libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "system call refused")
    return result


def _prctl(option: int, value: int, pointer: object = None) -> bool:
    result: int = _libc.prctl(
        ctypes.c_int(option),
        ctypes.c_ulong(value),
        pointer or ctypes.c_ulong(0),
        ctypes.c_ulong(0),
        ctypes.c_ulong(0),
    )
    return result == 0


def die_with_parent(number: int) -> None:
    """Have the kernel send signal ``number`` when the thread that started this process ends."""
    _prctl(_PR_SET_PDEATHSIG, number)


def _code_folders() -> set[Path]:
    """Where Python code lives: late imports and the tables of readers (CMaps, codecs) need no more
    than this.
    """
    paths = sysconfig.get_paths()
    installed = {Path(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    installed.add(Path(sysconfig.get_config_var("DESTSHARED") or paths["platstdlib"]))
    return {
        folder for folder in (*installed, Path(__file__).resolve().parent.parent) if folder.is_dir()
    }


def _landlock_ruleset() -> int | None:
    """A ruleset that forbids all files but reading Python's own folders; None when the kernel has
    no Landlock.
    """
    try:
        abi = _system_call(
            _LANDLOCK_CREATE_RULESET,
            None,
            ctypes.c_size_t(0),
            ctypes.c_uint32(_LANDLOCK_CREATE_RULESET_VERSION),
        )
        files = (1 << _FS_RIGHTS_BY_ABI.get(abi, 16)) - 1
        attribute = _RulesetAttribute(files, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
        size = 8 if abi < 4 else 16 if abi < 6 else 24
        ruleset = _system_call(
            _LANDLOCK_CREATE_RULESET,
            ctypes.byref(attribute),
            ctypes.c_size_t(size),
            ctypes.c_uint32(0),
        )
        for folder in _code_folders():
            descriptor = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            rule = _PathBeneath(_READ_FILE | _READ_DIR, descriptor)
            _system_call(
                _LANDLOCK_ADD_RULE,
                ctypes.c_int(ruleset),
                ctypes.c_int(_LANDLOCK_RULE_PATH_BENEATH),
                ctypes.byref(rule),
                ctypes.c_uint32(0),
            )
            os.close(descriptor)
    except OSError:
        return None
    return ruleset


def _filter_program(threads: bool) -> bytes | None:
    """The system call filter as BPF, ready for prctl(2); None when libseccomp is not on this
    machine.
    """
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError):
        return None
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.ENOSYS))
    with suppress(OSError):  # libseccomp before 2.5
        rules.set_attr(
            pyseccomp.Attr.CTL_OPTIMIZE, 2
        )  # as a tree: the kernel walks the filter once for each call there is, in every child

    def allow(call: str, *conditions: object) -> None:
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call)
        if number >= 0:  # negative: not on this architecture, or newer than this libseccomp
            rules.add_rule(pyseccomp.ALLOW, number, *conditions)

    for call in ALLOWED_CALLS:
        allow(call)
    allow("open", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, _WRITES, os.O_RDONLY))
    allow("openat", pyseccomp.Arg(2, pyseccomp.MASKED_EQ, _WRITES, os.O_RDONLY))
    allow("prlimit64", pyseccomp.Arg(2, pyseccomp.EQ, 0))
    if threads:
        allow("clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD))
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


@dataclass(frozen=True, slots=True)
class Locks:
    """What the template prepared for all of its children."""

    ruleset: int | None = None
    program: bytes | None = None
    base_memory: int = 0
    """Address space of the warm template, in bytes."""
    threads: bool = False
    """The filter tells threads from processes, so that the limit on both together need not."""
    _buffer: ctypes.Array[ctypes.c_char] | None = field(default=None, repr=False)


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def prepare(filtered: bool, threads: bool = False) -> Locks:
    """Build the rules once, in the template, after the readers are warm.

    Args:
        filtered: False for resource limits only.
        threads: a library of this kind of child works in threads of its own; processes stay
            forbidden.
    """
    if not filtered:
        return Locks(base_memory=_address_space())
    ruleset, program = _landlock_ruleset(), _filter_program(threads)
    buffer = ctypes.create_string_buffer(program, len(program)) if program else None
    return Locks(ruleset, program, _address_space(), threads and program is not None, buffer)


def apply(locks: Locks, seconds: float) -> dict[str, bool]:
    """Close the locks on this process for good and tell which ones hold."""
    return {
        "rlimits": _limit_resources(locks.base_memory + MEMORY_BYTES, seconds, locks.threads),
        "no_new_privs": _prctl(_PR_SET_NO_NEW_PRIVS, 1),
        "landlock": _restrict_files(locks.ruleset),
        "seccomp": _filter_calls(locks),
    }


def _limit_resources(memory: int, seconds: float, threads: bool) -> bool:
    _prctl(_PR_SET_DUMPABLE, 0)
    processor = math.ceil(seconds) + 1  # SIGXCPU; a second later SIGKILL
    limits = (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_FSIZE, MAX_ANSWER_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        *(() if threads else ((resource.RLIMIT_NPROC, 0),)),
    )
    try:
        for which, value in limits:
            resource.setrlimit(which, (value, value + (which == resource.RLIMIT_CPU)))
    except (OSError, ValueError):  # a hard limit already stands below ours
        return _limit_below(limits)
    return True


def _limit_below(limits: tuple[tuple[int, int], ...]) -> bool:
    """Set each limit to the lower of ours and the hard limit that stands."""
    try:
        for which, value in limits:
            hard = resource.getrlimit(which)[1]
            lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(which, (lowest, lowest))
    except (OSError, ValueError):
        return False
    return True


def _restrict_files(ruleset: int | None) -> bool:
    if ruleset is None:
        return False
    try:
        _system_call(_LANDLOCK_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    except OSError:
        return False
    return True


def _filter_calls(locks: Locks) -> bool:
    if locks._buffer is None or locks.program is None or sys.platform != "linux":
        return False
    program = _FilterProgram(len(locks.program) // 8, ctypes.cast(locks._buffer, ctypes.c_void_p))
    return _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program))
