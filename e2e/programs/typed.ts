import { kw, python, PythonError, type PyProxy } from 'nogil';

interface Named {
  readonly name: string;
}

/** What a program in TypeScript does, with syntax that only has to be left out. */
export function roundTrip(value: Named): Named {
  const json: PyProxy = python.import('json');
  const text = json.dumps(value, kw({ sort_keys: true })) as string;
  return JSON.parse(text) satisfies Named;
}

export function typeOfError(source: string): string | undefined {
  try {
    python.eval(source);
    return undefined;
  } catch (error: unknown) {
    return error instanceof PythonError ? error.type : `${error}`;
  }
}
