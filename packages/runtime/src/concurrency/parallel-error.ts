/** What `python.parallel` is rejected with where calls failed and `onError` is `'complete'`. */
export class ParallelError extends AggregateError {
  override readonly name = 'ParallelError';
  /** Of each call, in order; `undefined` for one that failed. */
  readonly results: readonly unknown[];
  /** Which calls failed: `errors[i]` is of the item `indexes[i]`. Ascending. */
  readonly indexes: readonly number[];

  constructor(errors: readonly unknown[], indexes: readonly number[], results: readonly unknown[]) {
    super(
      errors,
      `${errors.length} of ${results.length} calls failed; the first is item ${indexes[0]}: ${String(errors[0])}`,
    );
    this.indexes = indexes;
    this.results = results;
  }
}
