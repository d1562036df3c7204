/** What a scope can release: a proxy's handler, or a buffer. */
export interface Scoped {
  /** @param farewell - what the error of a later use says */
  release(farewell?: string): void;
  /** Of a proxy: the first half of a release. It is dead from now on; the answer is the handle that is left, or 0. */
  retire?(farewell?: string): number;
}

/** The scope that is open, as those see it who make what it releases. */
export interface ScopeMembers {
  /** It is released at the end of the scope. */
  add(member: Scoped): void;
  /** It outlives all scopes: something else that does depends on it. */
  delete(member: Scoped): void;
}
