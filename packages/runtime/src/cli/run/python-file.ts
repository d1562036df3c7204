import { python, type PyProxy } from '../../index.js';
import { ChildEnded } from '../process/ending.js';

/**
 * What `python FILE` does (`pymain_run_file` and `_PyRun_SimpleFile` in CPython): the file is the module `__main__`, its
 * folder comes first in `sys.path`, and what it raises is printed by `sys.excepthook`.
 *
 * This thread is none that Python has started, and threads inherit from those that they are daemons, for which nobody
 * waits: it says otherwise while the file runs. `_daemonic` is what `Thread.daemon` reads; that cannot be set here.
 */
const PROGRAM = `
import io, os, sys, threading
from importlib.machinery import SourceFileLoader

def exit_code(code):
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1

def run_file(file, arguments):
    """How it ended: an exit code; -1 for an interrupt; None when it came to its end."""
    path = os.path.abspath(file)
    sys.argv[:] = [file, *arguments]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    namespace = sys.modules["__main__"].__dict__
    namespace.update(
        __file__=path, __cached__=None, __loader__=SourceFileLoader("__main__", path), __package__=None, __spec__=None
    )
    thread = threading.current_thread()
    daemon, thread._daemonic = thread._daemonic, False
    try:
        with io.open_code(path) as opened:
            source = opened.read()
        exec(compile(source, path, "exec", dont_inherit=True), namespace)
    except SystemExit as error:
        return exit_code(error.code)
    except BaseException as error:
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next  # the first frame is this one
        sys.excepthook(type(error), error, error.__traceback__)
        return -1 if isinstance(error, KeyboardInterrupt) else 1
    finally:
        thread._daemonic = daemon

def wait_for_threads():
    """As Python does at its end, which here has a bound: tells executors that there is no more to come, and waits."""
    callbacks = getattr(threading, "_threading_atexits", [])
    while callbacks:
        callbacks.pop()()
    known = (threading.main_thread(), threading.current_thread())
    while others := [thread for thread in threading.enumerate() if not thread.daemon and thread not in known]:
        for thread in others:
            thread.join()

(run_file, wait_for_threads)
`;

/**
 * Runs a file as Python's main program, in this process and on this thread: `import js` reaches the engine. Threads that
 * are no daemons are waited for, and then what JavaScript still has to do.
 *
 * @param file - relative to the working directory
 * @param args - `sys.argv[1:]`
 * @throws ChildEnded when Python would not end with 0; NogilError as `python.start`
 */
export async function runPythonFile(file: string, args: readonly string[]): Promise<void> {
  python.start({ interactive: true });
  const [run, wait] = python.run(PROGRAM, { isolated: true }) as [PyProxy, PyProxy];
  const ended = python.call(run, [file, args]) as number | null;
  // From here on Ctrl-C ends the process.
  python.start({ interactive: false });
  await python.callAsync(wait);
  if (ended === -1) throw new ChildEnded({ code: null, signal: 'SIGINT' });
  // Also with 0: whatever JavaScript waits for, sys.exit() is the end.
  if (ended !== null) process.exit(ended);
}
