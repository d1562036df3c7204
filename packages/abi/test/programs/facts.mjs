// What the abi says of the build, of types and of the C API, beside what Python says.
import {
  addressOf,
  capabilities,
  describeBuild,
  reprOf,
  runPython,
  slotOf,
  startPython,
  typeFacts,
} from '../../dist/index.js';

const { executable, library } = JSON.parse(process.argv[2]);
startPython({ executable, library });

runPython(`
import json, sys, sysconfig, struct
class Liar(type):
    __basicsize__ = 1
    @property
    def __name__(cls):
        raise RuntimeError('asked')
class Lied(dict, metaclass=Liar):
    def __call__(self): pass
    __module__ = None
`);
/** A value of Python's, through JSON in ASCII: its repr() is the text in quotes. */
const ask = (code) => JSON.parse(reprOf(runPython(`json.dumps(${code})`)).slice(1, -1));

function errorOf(run) {
  try {
    run();
    return null;
  } catch (error) {
    return { code: error.code, message: error.message };
  }
}

const type = (code) => typeFacts(runPython(code));
const slot = (code, name) => slotOf(runPython(code), name);
console.log(
  JSON.stringify({
    build: describeBuild(),
    said: {
      version: ask('"%d.%d.%d" % sys.version_info[:3]'),
      freeThreaded: ask('bool(sysconfig.get_config_var("Py_GIL_DISABLED"))'),
      headSize: ask('object.__basicsize__'),
      pointerSize: ask('struct.calcsize("P")'),
      int: ask('[int.__basicsize__, int.__itemsize__, int.__flags__, int.__dictoffset__]'),
      lied: ask('type.__dict__["__basicsize__"].__get__(Lied)'),
    },
    int: type('int'),
    lied: type('Lied'),
    abstract: type('__import__("collections.abc").abc.Sized'),
    slots: {
      intCall: slot('int', 'tp_call'),
      typeCall: slot('type', 'tp_call'),
      liedCall: slot('Lied', 'tp_call'),
      intAdd: slot('int', 'nb_add'),
      boolAdd: slot('bool', 'nb_add'),
      base: slot('bool', 'tp_base'),
    },
    int_: addressOf(runPython('int')),
    id: ask('id(int)'),
    errors: {
      noType: errorOf(() => typeFacts(runPython('5'))),
      noSlot: errorOf(() => slot('int', 'tp_nothing')),
      token: errorOf(() => slot('int', 'tp_token')),
    },
    capabilities: Object.fromEntries(
      [
        'Py_IncRef',
        'Py_REFCNT',
        'PyObject_Vectorcall',
        'PyUnstable_Module_SetGIL',
        'PyLong_Type',
      ].map((name) => [name, capabilities().get(name) ?? null]),
    ),
    unknown: capabilities().has('Py_NoSuchThing'),
  }),
);
