"""What stops a command, in one sentence for the person at the terminal."""


class Stop(Exception):
    """The message says what is wrong and what to do; the command ends with exit code 2."""
