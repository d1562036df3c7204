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
    const number = this.#number;
    if (number === 0) return;
    this.#number = 0;
    this.#environment.releases.now([number]);
  }
}
