/** One thing the doctor looked at. */
export interface Finding {
  /** What was looked at: `host`, `core`, `Python`, `GIL`, `numpy`, … */
  readonly subject: string;
  readonly state: 'good' | 'warning' | 'problem';
  /** What was found. */
  readonly says: string;
  /** What to do about it, where something can be done. */
  readonly remedy?: string;
}
