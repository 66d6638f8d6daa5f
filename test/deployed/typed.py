"""Runs a command at a pseudo terminal and types, each text when another is shown.

python3 typed.py        reads {"command": [...], "typed": [[SHOWN, TYPED], ...]} from stdin, prints all that was shown,
                        and exits as the command did
"""

import json
import os
import pty
import select
import sys

# Longer than anything is waited for that the command shows next, s.
LONGEST = 60


def main() -> int:
    order = json.load(sys.stdin)
    command, typed = order["command"], list(order["typed"])
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    shown, asked = b"", 0
    while part := read(terminal):
        shown += part
        if typed and typed[0][0].encode() in shown[asked:]:
            asked = len(shown)
            os.write(terminal, f"{typed.pop(0)[1]}\r".encode())
    sys.stdout.buffer.write(shown)
    # Ends a command that waits for more.
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def read(terminal: int) -> bytes:
    """Nothing at the end: Linux says so by an error."""
    if not select.select([terminal], [], [], LONGEST)[0]:
        return b""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


sys.exit(main())
