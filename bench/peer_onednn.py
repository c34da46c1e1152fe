"""oneDNN, as many versions as are installed."""
import ctypes
import glob
import os

from candidates import CCandidate, address_of
from shapes import PEERS


class OneDnn:
    """One installation of oneDNN."""
    LAYOUTS = {"first": 0, "last": 1, "blocked": 2, "any": 3}

    def __init__(self, builder, flags):
        self.library = ctypes.CDLL(builder.library(
            ["peer_onednn.c"], "onednn.so", flags))
        self.library.onednn_new.restype = ctypes.c_void_p
        text = ctypes.create_string_buffer(80)
        self.library.onednn_version(text, ctypes.c_int64(80))
        self.name = "onednn-" + text.value.decode()

    def make(self, tensors):
        """Every way to use it: in the user's order, in one it prefers, and
        in one it prefers with the moves."""
        made = []
        for user, own, way in (
                ("first", "first", "direct"), ("last", "last", "direct"),
                ("first", "blocked", "favourite"),
                ("first", "any", "favourite"), ("first", "any", "moved"),
                ("first", "last", "moved"), ("last", "any", "moved")):
            candidate = self.make_one(tensors, user, own, way)
            if candidate:
                made.append(candidate)
        return made

    def make_one(self, tensors, user, own, way):
        """A candidate, or None where oneDNN has none."""
        bias = tensors.exact["b"] if tensors.has_bias else None
        at = (ctypes.c_void_p * 4)(
            tensors.place("x", user), tensors.place("w", "first"), bias,
            tensors.output(user))
        state = self.library.onednn_new(
            ctypes.byref(tensors.numbers), ctypes.c_int64(self.LAYOUTS[user]),
            ctypes.c_int64(self.LAYOUTS[own]), ctypes.c_int64(way == "moved"),
            at)
        if not state:
            return None
        function = address_of(self.library.onednn_run)
        made = OneDnnCandidate(self, state, function, [state], self.name, "",
                               user, own, way, tensors)
        if made.note.startswith("ref") and way != "direct":
            made.free()  # never its best, and minutes of large shapes
            return None
        return made


class OneDnnCandidate(CCandidate):
    """A convolution of oneDNN."""

    def __init__(self, peer, state, *rest):
        super().__init__(*rest)
        self.library, self.state = peer.library, ctypes.c_void_p(state)
        text = ctypes.create_string_buffer(80)
        self.library.onednn_describe(self.state, text, ctypes.c_int64(80))
        self.note = text.value.decode()

    def fetch(self):
        self.library.onednn_fetch(self.state)

    def free(self):
        self.library.onednn_free(self.state)


def list_onednn(builder, complain):
    """Installations: the system's, and one in the folder of peers."""
    found, flags = [], [["-ldnnl"]]
    for header in glob.glob(os.path.join(
            PEERS, "include", "dnnl.h")):
        prefix = os.path.dirname(os.path.dirname(header))
        lib = os.path.join(prefix, "lib")
        flags.append(["-I", os.path.join(prefix, "include"), "-L", lib,
                      "-Wl,--disable-new-dtags,-rpath," + lib, "-ldnnl"])
    for words in flags:
        try:
            found.append(OneDnn(builder, words))
        except (RuntimeError, OSError) as error:
            complain("onednn (%s): %s" % (
                " ".join(words), str(error).strip().splitlines()[-1]))
    return found
