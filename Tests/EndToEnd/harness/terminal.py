"""A terminal of the test's own, with a program on it."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios

from harness.network import wait_for


class Terminal:
    """A program on a terminal of 80 columns."""

    def __init__(self, command):
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ},
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.theirs = theirs
        self.output = ""

    def _read(self):
        while select.select([self.ours], [], [], 0.05)[0]:
            self.output += os.read(self.ours, 65536).decode()
        return self.output

    def sees(self, words):
        wait_for(lambda: words in self._read(), 10, f"{words!r} on the terminal")

    def types(self, text):
        os.write(self.ours, text.encode())

    def flags(self):
        return termios.tcgetattr(self.theirs)[3]

    def ends(self):
        status = wait_for(lambda: (self._read(), self.process.poll())[1] is not None and [self.process.poll()], 5, "an end")
        self._read()
        return status[0]
