// @ts-check
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * @typedef {object} Program
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 */

/** @typedef {Record<string, unknown>} Answer */

/** What a row may take beyond the time it was given: a warm-up of a slow bridge, on a machine that does other things. */
const PATIENCE_MS = 60_000;

/**
 * A program that answers requests, one at a time: columns/serve.mjs and floor/main.c are its other end. One that crashed
 * or hangs is ended, and started again by the next request.
 */
export class Lane {
  #program;
  #patience;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  /** @type {((answer: Answer) => void) | undefined} */
  #waiting;
  #stderr = '';

  /**
   * @param {Program} program
   * @param {number} [patience] - milliseconds
   */
  constructor(program, patience = PATIENCE_MS) {
    this.#program = program;
    this.#patience = patience;
  }

  /**
   * @param {Record<string, string | number | boolean>} request
   * @returns {Promise<Answer>} `{ problem }` for a program that crashed or did not answer in time; never rejects
   */
  async ask(request) {
    if (this.#child === undefined) {
      const started = await this.#start();
      if (started.problem !== undefined) return started;
    }
    const answer = this.#next();
    this.#child?.stdin?.write(`${JSON.stringify(request)}\n`);
    return answer;
  }

  /** Ends the program; it is asked to by the end of its stdin, and killed where that does not help. */
  async close() {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin?.end();
    const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(killer);
  }

  #start() {
    const { command, args, env } = this.#program;
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#stderr = '';
    const answer = this.#next();
    // A program that was given up may still say something, and must not answer for the one after it.
    const settle = (/** @type {Answer} */ said) => {
      if (this.#child === child) this.#settle(said);
    };
    // What bridges print is of interest only where they fail.
    child.stdout?.resume();
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      this.#stderr = (this.#stderr + text).slice(-2000);
    });
    child.stdin?.on('error', () => undefined); // 'close' tells why
    const answers = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
    answers.on('error', () => undefined);
    createInterface({ input: answers }).on('line', (line) => settle(JSON.parse(line)));
    child.on('error', (error) => settle({ problem: error.message }));
    child.on('close', (code, signal) => {
      settle({ problem: `ended with ${signal ?? code}${this.#lastWords()}` });
      if (this.#child === child) this.#child = undefined;
    });
    return answer;
  }

  /** @returns {Promise<Answer>} */
  #next() {
    return new Promise((resolve) => {
      const killer = setTimeout(() => {
        const child = this.#child;
        this.#child = undefined;
        child?.kill('SIGKILL');
        this.#settle({ problem: `no answer in ${this.#patience / 1000} s` });
      }, this.#patience);
      this.#waiting = (answer) => {
        clearTimeout(killer);
        resolve(answer);
      };
    });
  }

  /** @param {Answer} answer */
  #settle(answer) {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(answer);
  }

  #lastWords() {
    const last = this.#stderr.trim().split('\n').at(-1);
    return last ? `: ${last}` : '';
  }
}
