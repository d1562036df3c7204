"""Ctrl-C in an interactive session (ctrl_c.c)."""


def interrupt_point():
    """Raises what was sent to this thread: Python looks for it where a loop goes back."""
    for _ in (1, 2):
        pass


def ctrl_c_report(thread):
    """An interrupt was sent a while ago, and the call goes on."""
    import sys
    import traceback

    frame = sys._current_frames().get(thread)
    if frame is None or sys.__stderr__ is None:
        return
    place = "".join(traceback.format_stack(frame)).rstrip()
    sys.__stderr__.write(
        "Ctrl-C interrupts Python as soon as its code goes on: C code has to return first, and Python code may catch "
        "KeyboardInterrupt. Where it is (most recent call last):\n%s\n" % place
    )
    sys.__stderr__.flush()
