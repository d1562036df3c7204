import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';

/**
 * A Python object that the runtime holds for itself, without a proxy: releasing it takes nothing from the user, who
 * may have a proxy of the same object. Released by hand, or when it is collected.
 */
export class Owned {
  readonly #environment: Environment;
  #number: number;

  /** @param number - a handle, which this takes over */
  constructor(environment: Environment, number: number) {
    this.#environment = environment;
    this.#number = number;
    environment.releases.watch(this, number);
  }

  get handle(): Handle {
    return new Handle(this.#number);
  }

  release(): void {
    const number = this.#take();
    if (number !== 0) this.#environment.releases.now([number]);
  }

  /**
   * Releases it soon, without waiting for Python now. What was just given to another thread to run may have the GIL
   * already, and keep it.
   */
  releaseLater(): void {
    const number = this.#take();
    if (number !== 0) this.#environment.releases.later(number);
  }

  /** Its handle for the last time; 0 when it was released before. */
  #take(): number {
    const number = this.#number;
    this.#number = 0;
    return number;
  }
}
