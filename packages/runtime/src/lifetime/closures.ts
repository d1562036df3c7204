import type { Session } from 'node:inspector';

interface Remote {
  readonly objectId?: string;
  readonly description?: string;
  readonly type?: string;
}

interface Property {
  readonly name: string;
  readonly value?: Remote;
}

interface Properties {
  readonly result: readonly Property[];
  readonly internalProperties?: readonly Property[];
}

/** Where objects are handed over between the inspector and this module, while it works. */
const place = Symbol.for('nogil/closures/1');
const realm = globalThis as { [place]?: unknown[] | undefined };

/** Whether a scope is that of a module, which lives for good, whatever its functions do. */
function isModule(description: string, variables: readonly Property[]): boolean {
  const names = new Set(variables.map(({ name }) => name));
  return description.startsWith('Module') || (names.has('module') && names.has('exports'));
}

/**
 * Reads the variables that functions close over, which only the engine's inspector can see. Where the host has none,
 * nothing is found.
 *
 * Thread: its own; owner: whoever made it, who closes it.
 */
export class Closures {
  readonly #session: Session | undefined;
  /** Whether it can see anything. */
  readonly works: boolean;

  constructor() {
    try {
      // Now and not by an import: it takes the engine milliseconds, and only a search for leaks wants it.
      const inspector = process.getBuiltinModule('node:inspector');
      this.#session = new inspector.Session();
      this.#session.connect();
      let seen = false;
      const probe = {};
      for (const { value } of this.of(() => probe)) seen ||= value === probe;
      this.works = seen;
    } catch {
      // The host says that it has no inspector, each in its own way: `works` says the same to ours.
      this.works = false;
    }
  }

  /** The objects among the variables of a function's scopes, without the global ones. */
  of(from: object): { readonly name: string; readonly value: object }[] {
    const found: { name: string; value: object }[] = [];
    realm[place] = [from];
    try {
      const at = "globalThis[Symbol.for('nogil/closures/1')]";
      const { result } = this.#ask<{ result: Remote }>('Runtime.evaluate', {
        expression: `${at}[0]`,
      });
      const { internalProperties = [] } = this.#properties(result);
      const scopes = internalProperties.find(({ name }) => name === '[[Scopes]]')?.value;
      for (const { value: scope } of this.#properties(scopes).result) {
        if (scope?.description === undefined || /^(?:Global|Script)/u.test(scope.description)) {
          continue;
        }
        const variables = this.#properties(scope).result;
        if (isModule(scope.description, variables)) continue;
        for (const { name, value } of variables) {
          if (value?.objectId === undefined) continue;
          this.#ask('Runtime.callFunctionOn', {
            objectId: value.objectId,
            functionDeclaration: `function () { ${at}.push(this) }`,
          });
          found.push({ name, value: realm[place].pop() as object });
        }
      }
    } finally {
      realm[place] = undefined;
    }
    return found;
  }

  close(): void {
    this.#session?.disconnect();
  }

  #properties(of: Remote | undefined): Properties {
    if (of?.objectId === undefined) return { result: [] };
    return this.#ask('Runtime.getProperties', { objectId: of.objectId, ownProperties: true });
  }

  /** The inspector answers before `post` returns: it works on this thread. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows, nobody else does
  #ask<Answer>(method: string, parameters: object): Answer {
    let answer: { readonly error: Error | null; readonly value: unknown } | undefined;
    this.#session?.post(method, parameters, (error, value) => {
      answer = { error, value };
    });
    if (answer === undefined) throw new Error('the inspector does not answer at once');
    if (answer.error !== null) throw answer.error;
    return answer.value as Answer;
  }
}
