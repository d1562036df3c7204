/** A failure the user can do something about: its message is all there is to show. */
export class CensusError extends Error {
  override readonly name = 'CensusError';
}
