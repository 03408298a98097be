"""Asking the kernel for what reaches out of name spaces, or slows down whoever is beside."""

from __future__ import annotations

from .attack import Attack

ANY = ("graded", "timeout", "memory", "crash", "tampered")

# unshare(2) is not the only way into a user name space, in which a process may mount.
CLONES = """
import ctypes, os, platform, struct
libc = ctypes.CDLL(None, use_errno=True)
clone = {"x86_64": 56, "aarch64": 220}[platform.machine()]
flags = {"user": 0x10000000, "user-and-mounts": 0x10020000, "mounts": 0x20000,
         "processes": 0x20000000, "network": 0x40000000, "ipc": 0x8000000}
def child(name, number):
    if number == 0:
        libc.mount(b"none", b"/usr", b"tmpfs", 0, None)
        os._exit(0)
    if number > 0:
        os.waitpid(number, 0)
        print("CLO" + "NED", name)
for name, flag in flags.items():
    child(name, libc.syscall(clone, flag | 17, 0, 0, 0, 0))
    words = struct.pack("8Q", flag, 0, 0, 0, 17, 0, 0, 0)
    child(name, libc.syscall(435, ctypes.create_string_buffer(words), 64))
for name in ("user/max_user_namespaces", "kernel/hostname", "kernel/shmmax", "vm/drop_caches",
             "net/ipv4/ip_forward", "fs/mqueue/msg_max", "kernel/ns_last_pid"):
    try: open("/proc/sys/" + name, "w").write("9")
    except OSError: pass
"""
# Families that no network name space keeps apart, or that lead deep into the kernel.
FAMILIES = """
import socket
for family in range(3, 46):
    for kind in (1, 2, 3, 5):
        try: socket.socket(family, kind, 0).close()
        except OSError: continue
        if family not in (10, 16): print("OP" + "EN", family, kind)
for address in ((0, 22), (1, 22), (2, 22)):
    try:
        with socket.socket(40, 1) as client:
            client.settimeout(0.05)
            client.connect(address)
            print("CONN" + "ECTED", address)
    except (OSError, TypeError): pass
"""
KERNEL_LOG = """
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
page = ctypes.create_string_buffer(4096)
number = {"x86_64": 103, "aarch64": 116}[platform.machine()]
if max(libc.syscall(number, act, page, 4096) for act in (2, 3, 10)) > 0: print("LOG" + "GED")
for path in ("/dev/kmsg", "/proc/kmsg", "/proc/kallsyms", "/proc/sched_debug", "/proc/kcore"):
    try: open(path, "rb").read(64)
    except OSError: pass
"""
# The descriptors that come along are for whoever receives them; urgent bytes are not in the row.
PASSED = """
import array, os, socket, stat
for name in os.listdir("/proc/self/fd"):
    number = int(name)
    try:
        if not stat.S_ISSOCK(os.fstat(number).st_mode): continue
        line = socket.socket(fileno=os.dup(number))
        folder = os.open("/proc/self", os.O_RDONLY)
        for _ in range(20): socket.send_fds(line, [b"\\0"], [folder] * 200)
        line.send(b"!", socket.MSG_OOB)
    except OSError: pass
"""
LOCKS = """
import fcntl, os, sys
held = []
for folder in [p for p in sys.path if os.path.isdir(p)] + ["/usr/lib", "/usr/bin", "/grader"]:
    for name in os.listdir(folder)[:100]:
        try:
            held.append(os.open(os.path.join(folder, name), os.O_RDONLY))
            fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.fcntl(held[-1], fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(held[-1], fcntl.F_NOTIFY, 0x3F)
        except OSError: pass
"""
# In sessions of their own, for Linux shares processors among sessions.
BURNERS = """
import os
for _ in range(50):
    if os.fork() == 0:
        os.setsid()
        while True: pass
"""
LIKELY = """
import os, resource
for number in ("self", str(os.getppid()), "1"):
    for value in ("-1000", "1000"):
        try: open(f"/proc/{number}/oom_score_adj", "w").write(value)
        except OSError: pass
for number in range(os.sched_get_priority_max(os.SCHED_FIFO)):
    for policy in (os.SCHED_FIFO, os.SCHED_RR, os.SCHED_IDLE):
        try: os.sched_setscheduler(0, policy, os.sched_param(number))
        except OSError: pass
try: os.sched_setaffinity(0, {0})
except OSError: pass
"""

KERNEL = (
    Attack("clones", (CLONES,), never=("CLONED",)),
    Attack("socket-families", (FAMILIES,), never=("OPEN", "CONNECTED")),
    Attack("log-of-the-kernel", (KERNEL_LOG,), never=("LOGGED",)),
    Attack("passed-descriptors", (PASSED,), states=ANY),
    Attack("locks", (LOCKS,), states=ANY),
    Attack("burning-processors", (BURNERS,), states=ANY),
    Attack("favourite-of-the-kernel", (LIKELY,), states=ANY),
)  # fmt: skip
