import { describe, expect, it } from 'vitest';

import type { Build, Capability, TypeFacts } from '../src/index.js';

import { testPythons } from './pythons.js';
import { runProgram } from './run-program.js';

interface Failure {
  readonly code: string;
  readonly message: string;
}

interface Answer {
  readonly build: Build;
  readonly said: {
    readonly version: string;
    readonly freeThreaded: boolean;
    readonly headSize: number;
    readonly pointerSize: number;
    /** Basic size, item size, flags, offset of __dict__. */
    readonly int: readonly [number, number, number, number];
    readonly lied: number;
  };
  readonly int: TypeFacts;
  readonly lied: TypeFacts;
  readonly abstract: TypeFacts;
  readonly slots: Record<string, number | null>;
  readonly int_: number;
  readonly id: number;
  readonly errors: Record<string, Failure | null>;
  readonly capabilities: Record<string, Capability | null>;
  readonly unknown: boolean;
}

describe.each(testPythons().map((python) => [python.name, python] as const))(
  'what is known of %s',
  (name, python) => {
    const { answer } = runProgram<Answer>('facts', python);
    const { build, said, slots, errors, capabilities } = answer;
    const minor = Number(name.replace('t', '').split('.')[1]);

    it('is what the interpreter says of its build', () => {
      expect(build).toMatchObject({
        version: said.version,
        freeThreaded: said.freeThreaded,
        gilEnabled: !said.freeThreaded,
        pointerSize: said.pointerSize,
        implementation: 'cpython',
        debug: false,
      });
      expect(build.layout).toMatchObject({
        headSize: said.headSize,
        typeOffset: said.headSize - said.pointerSize,
      });
      expect(build.layout?.freeThreaded !== null).toBe(said.freeThreaded);
    });

    it('is what the structure of a type holds', () => {
      const [basicSize, itemSize, flags, dictOffset] = said.int;
      expect(answer.int).toMatchObject({ name: 'int', module: 'builtins' });
      expect(answer.int).toMatchObject({ basicSize, itemSize, flags, dictOffset });
      expect(answer.int).toMatchObject({ heapType: false, baseType: true, immutable: true });
      expect(answer.abstract).toMatchObject({ name: 'Sized', abstract: true, heapType: true });
    });

    it('is not what a metaclass makes of it', () => {
      expect(answer.lied).toMatchObject({
        name: 'Lied',
        module: null,
        basicSize: said.lied,
        collected: true,
      });
    });

    it('has the functions in the slots of types', () => {
      expect(slots.intCall).toBeNull();
      expect(slots.typeCall).toBeGreaterThan(0);
      expect(slots.liedCall).toBeGreaterThan(0);
      expect(slots.intAdd).toBeGreaterThan(0);
      expect(slots.boolAdd).toBe(slots.intAdd);
      expect(slots.base).toBe(answer.id);
    });

    it('has the addresses of objects', () => {
      expect(answer.int_).toBe(answer.id);
    });

    it('refuses what is no type and no slot', () => {
      expect(errors.noType).toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(errors.noSlot?.code).toBe('INVALID_ARGUMENT');
      expect(errors.noSlot?.message).toContain('tp_nothing');
      if (minor < 14) {
        expect(errors.token?.code).toBe('UNSUPPORTED_BUILD');
        expect(errors.token?.message).toContain('tp_token');
      } else {
        expect(errors.token).toBeNull();
      }
    });

    it('is the C API that this build exports', () => {
      expect(capabilities.Py_IncRef).toMatchObject({ required: true, present: true, since: null });
      expect(capabilities.PyLong_Type).toMatchObject({ kind: 'data', present: true });
      expect(capabilities.Py_REFCNT).toMatchObject({
        required: false,
        present: minor >= 14,
        since: '3.14',
        standsIn: false,
      });
      expect(capabilities.PyObject_Vectorcall).toMatchObject({
        present: minor >= 11,
        since: '3.11',
        standsIn: minor < 11,
      });
      expect(capabilities.PyUnstable_Module_SetGIL).toMatchObject({
        present: said.freeThreaded,
        freeThreadedOnly: true,
        since: null,
      });
      expect(answer.unknown).toBe(false);
    });
  },
);
