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

DENIED_CALLS = (
    # network, other processes' sockets
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg",
    # programs and processes
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp",
    "kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "setsid", "setpgid",
    "unshare", "setns", "personality", "prctl", "setrlimit", "setpriority", "sched_setscheduler", "sched_setattr", "sched_setparam",
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups", "capset", "seccomp",
    # the kernel
    "bpf", "perf_event_open", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key", "request_key", "userfaultfd",
    "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot", "swapon", "swapoff", "acct", "quotactl",
    "syslog", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "iopl", "ioperm", "modify_ldt",
    "lookup_dcookie", "nfsservctl", "vhangup", "fanotify_init", "inotify_init", "inotify_init1",
    # memory outside the limits
    "memfd_create", "memfd_secret", "shmget", "shmat", "shmctl", "msgget", "msgsnd", "semget", "mq_open",
    # files
    "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
    "open_by_handle_at", "name_to_handle_at", "creat", "truncate", "mknod", "mknodat", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat",
    "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "fchmodat2",
    "chown", "lchown", "fchown", "fchownat", "utime", "utimes", "utimensat", "futimesat",
    "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
)  # fmt: skip
ABSENT_CALLS = ("clone3", "openat2")
"""Answered "no such call": the C library then takes the older call, whose arguments a filter can
see."""


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
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    with suppress(OSError):  # libseccomp before 2.5
        rules.set_attr(
            pyseccomp.Attr.CTL_OPTIMIZE, 2
        )  # as a tree: the kernel walks the filter once for each call there is, in every child
    refuse = pyseccomp.ERRNO(errno.EPERM)

    def deny(action: int, call: str, *conditions: object) -> None:
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call)
        if number >= 0:  # negative: not on this architecture, or newer than this libseccomp
            rules.add_rule(action, number, *conditions)

    for call in DENIED_CALLS:
        deny(refuse, call)
    deny(
        refuse,
        "clone",
        *((pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0),) if threads else ()),
    )
    for call in ABSENT_CALLS:
        deny(pyseccomp.ERRNO(errno.ENOSYS), call)
    for call, flags in (("open", 1), ("openat", 2)):
        for writing in (os.O_WRONLY, os.O_RDWR):
            deny(refuse, call, pyseccomp.Arg(flags, pyseccomp.MASKED_EQ, os.O_ACCMODE, writing))
        deny(refuse, call, pyseccomp.Arg(flags, pyseccomp.MASKED_EQ, os.O_CREAT, os.O_CREAT))
    deny(refuse, "prlimit64", pyseccomp.Arg(2, pyseccomp.NE, 0))
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
