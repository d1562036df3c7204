/** Carries a value that is no object through Python, which refers to objects only. */
export class Thrown {
  constructor(readonly value: unknown) {}
}

/** What a carrier brought back. */
export function thrownValue(carrier: object): unknown {
  return carrier instanceof Thrown ? carrier.value : carrier;
}
