"""Pickles that would run something when they are loaded, written operation by operation; none is ever loaded."""

from __future__ import annotations

import io
import pickle
import struct
import zlib
from collections.abc import Callable
from typing import Any

CANARY = "touch canary"


def text(value: str) -> bytes:
    """A text."""
    return b"\x8c" + bytes([len(value)]) + value.encode()


def named(name: str) -> bytes:
    """A global, by the old operation."""
    module, _, attribute = name.rpartition(".")
    return f"c{module}\n{attribute}\n".encode()


def stack_named(name: str) -> bytes:
    """A global, by the new operation."""
    module, _, attribute = name.rpartition(".")
    return text(module) + text(attribute) + b"\x93"


def reduced(name: str, argument: str = CANARY) -> bytes:
    """name(argument)"""
    return b"\x80\x02" + named(name) + text(argument) + b"\x85R."


CALLS = [
    *("os.system", "posix.system", "nt.system", "os.popen", "os.execvp", "os.spawnlp", "os.remove", "os.putenv"),
    *("subprocess.Popen", "subprocess.check_output", "subprocess.getoutput", "commands.getoutput", "pty.spawn"),
    *("builtins.eval", "builtins.exec", "builtins.compile", "builtins.__import__", "builtins.getattr", "builtins.open"),
    *("__builtin__.eval", "__builtin__.execfile", "__builtin__.apply", "builtins.breakpoint", "builtins.type"),
    *("importlib.import_module", "imp.load_source", "runpy.run_path", "code.interact", "codeop.compile_command"),
    *("pickle.loads", "_pickle.loads", "cPickle.loads", "marshal.loads", "shelve.open", "types.FunctionType"),
    *("types.CodeType", "operator.attrgetter", "operator.methodcaller", "functools.partial", "functools.reduce"),
    *("ctypes.CDLL", "socket.create_connection", "urllib.request.urlopen", "http.server.HTTPServer", "smtplib.SMTP"),
    *("webbrowser.open", "shutil.rmtree", "tempfile.mktemp", "timeit.timeit", "cProfile.run", "pdb.run", "bdb.Bdb"),
    *("doctest.debug_script", "asyncio.run", "multiprocessing.Process", "threading.Thread", "logging.config.listen"),
    *(
        "zipimport.zipimporter",
        "venv.create",
        "ensurepip.bootstrap",
        "distutils.spawn.spawn",
        "idlelib.run.manage_socket",
    ),
    *(
        "lib2to3.pgen2.driver.load_grammar",
        "trace.Trace",
        "unittest.main",
        "profile.run",
        "site.main",
        "sys.setprofile",
    ),
    *("numpy.load", "numpy.f2py.crackfortran.getlincoef", "numpy.testing._private.utils.runstring", "numpy.save"),
    *("joblib.load", "joblib.numpy_pickle.load", "sklearn.externals.joblib.load", "pandas.read_pickle", "pandas.eval"),
    *("scipy.io.loadmat", "sklearn.datasets.load_files", "sklearn.utils._joblib.load", "torch.load", "dill.loads"),
    *("dill._dill._create_function", "cloudpickle.loads", "pip.main", "setuptools.setup", "pkg_resources.require"),
]
"""Callables of published lists of what scanners let pass, and their relatives."""


def in_object_array(attack: bytes) -> bytes:
    """An array of objects, one of which is what the attack makes."""
    inner = attack[2:-1]
    head = (
        b"\x80\x02"
        + named("numpy.core.multiarray._reconstruct")
        + named("numpy.ndarray")
        + b"K\x00\x85"
        + b"C\x01b\x87R"
    )
    kind = named("numpy.dtype") + text("O8") + b"\x89\x88\x87R"
    return head + b"(K\x01K\x01\x85" + kind + b"\x89](" + inner + b"etb."


def in_joblib_array(attack: bytes) -> bytes:
    """An array of objects as joblib writes it: a pickle of its own behind the wrapper, where scanners stop."""
    kind = named("numpy.dtype") + text("O8") + b"\x89\x88\x87R"
    state = b"}(" + text("subclass") + named("numpy.ndarray") + text("shape") + b"K\x01\x85" + text("order") + text("C")
    state += text("dtype") + kind + text("allow_mmap") + b"\x88u"
    return b"\x80\x02" + named("joblib.numpy_pickle.NumpyArrayWrapper") + b")\x81" + state + b"b" + attack + b"."


def inst(name: str) -> bytes:
    """By INST, of protocol 0."""
    module, _, attribute = name.rpartition(".")
    return b"(S'" + CANARY.encode() + b"'\ni" + module.encode() + b"\n" + attribute.encode() + b"\n."


def obj(name: str) -> bytes:
    """By OBJ, of protocol 1."""
    return b"(" + named(name) + b"S'" + CANARY.encode() + b"'\no."


def new(name: str) -> bytes:
    """By NEWOBJ."""
    return b"\x80\x02" + named(name) + text(CANARY) + b"\x85\x81."


def new_ex(name: str) -> bytes:
    """By NEWOBJ_EX."""
    return b"\x80\x04" + stack_named(name) + text(CANARY) + b"\x85}\x92."


def through_memo(name: str) -> bytes:
    """The callable is put away, thrown off the stack, and taken again behind something harmless."""
    return b"\x80\x02" + named(name) + b"q\x070" + named("builtins.set") + b"0h\x07" + text(CANARY) + b"\x85R."


def on_the_quiet(name: str) -> bytes:
    """Called, thrown away, and a harmless value in its place."""
    return b"\x80\x02" + named(name) + text(CANARY) + b"\x85R0N."


STYLES: dict[str, Callable[[str], bytes]] = {
    "reduce": reduced,
    "stack_global": lambda name: b"\x80\x04" + stack_named(name) + text(CANARY) + b"\x85R.",
    "inst": inst,
    "obj": obj,
    "new": new,
    "new_ex": new_ex,
    "memo": through_memo,
    "popped": on_the_quiet,
    "object array": lambda name: in_object_array(reduced(name)),
    "joblib's array": lambda name: in_joblib_array(reduced(name)),
    "zlib": lambda name: zlib.compress(reduced(name)),
    "joblib's array in zlib": lambda name: zlib.compress(in_joblib_array(reduced(name))),
    "behind the end": lambda name: b"\x80\x02N." + reduced(name),
}
"""Ways to have a callable called."""

ODD = {
    "the state of a module's global": b"\x80\x02" + named("os.path") + b"}(" + text("sep") + text("x") + b"ub.",
    "an item of a global": b"\x80\x02" + named("sys.modules") + text("os") + b"Ns.",
    "an appended global": b"\x80\x02" + named("sys.path") + text("/tmp") + b"a.",
    "an attribute of an attribute": b"\x80\x04" + stack_named("os.path.join") + b".",
    "a name with dots": b"\x80\x04" + text("os") + text("path.join") + b"\x93" + text("a") + b"\x85R.",
    "a name that is made": b"\x80\x04" + text("os") + b"N\x93" + text("a") + b"\x85R.",
    "the result of a call": b"\x80\x02" + named("builtins.set") + b")R" + text("a") + b"\x85R.",
    "an extension": b"\x80\x02\x82\x01.",
    "a persistent id": b"\x80\x02" + text("x") + b"Q.",
    "a held function": b"\x80\x02" + named("os.system") + b".",
    "a second pickle": pickle.dumps(1) + pickle.dumps(2),
}
"""What no pickle of a model does, beside calls."""


def broken() -> dict[str, bytes]:
    """Files that are no pickles, or cost too much."""
    deep = b"\x80\x02)" + b"\x85" * 100_000 + b"."
    bomb = b"\x80\x02)" + b"2\x86" * 40 + b"."
    huge = zlib.compressobj(1)
    zeros = b"".join([huge.compress(bytes(1 << 24)) for _ in range(40)] + [huge.flush()])
    whole = pickle.dumps(list(range(100)))
    return {
        "empty": b"",
        "pointer of git-lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        "cut off": whole[:-20],
        "cut off in zlib": zlib.compress(whole)[:-9],
        "gigabytes of zeros": zeros,
        "a text": b"hello, world\n",
        "an operation that is none": b"\x80\x02\xff.",
        "nothing on the stack": b"\x80\x02R.",
        "no mark": b"\x80\x02t.",
        "nothing in the memo": b"\x80\x02h\x05.",
        "a length beyond the end": b"\x80\x02X" + struct.pack("<I", 1 << 31) + b"x.",
        "a negative length": b"\x80\x02T" + struct.pack("<i", -5) + b".",
        "protocol 9": b"\x80\x09N.",
        "a ZIP": b"PK\x03\x04" + bytes(40),
        "a file of numpy's": npy(),
        "nested deep": deep,
        "shared tuples": bomb,
    }


def npy() -> bytes:
    """The smallest .npy file."""
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }".ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header


def sidecar(attack: bytes) -> tuple[bytes, bytes]:
    """A pickle of joblib's before 0.10, and the .npy file beside it, whose object is what the attack makes."""
    state = b"}(" + text("filename") + text("x.pkl_01.npy") + text("subclass") + named("numpy.ndarray") + b"u"
    own = b"\x80\x02" + named("joblib.numpy_pickle.NDArrayWrapper") + b")\x81" + state + b"b."
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1L,), }".ljust(117) + b"\n"
    return own, b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + attack


def dumped(value: Any, protocol: int) -> bytes:
    """What Python itself writes."""
    stream = io.BytesIO()
    pickle.dump(value, stream, protocol)
    return stream.getvalue()
