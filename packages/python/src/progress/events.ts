/** What an installation reports while it runs, and how the remaining time is estimated. */

/** The steps of an installation, in order. */
export type InstallPhase =
  'prepare' | 'download' | 'tools' | 'extract' | 'configure' | 'compile' | 'install' | 'verify';

/** One report. */
export interface ProgressEvent {
  readonly phase: InstallPhase;
  /** Counts from 1. */
  readonly phaseIndex: number;
  readonly phaseCount: number;
  /** Of the whole installation, 0 to 1. */
  readonly fraction: number;
  /** Seconds still to go, as far as can be told. */
  readonly estimateSeconds: number;
  /** What is being done, for people; a new sentence whenever something worth a line happens. */
  readonly message: string;
}

/** Seconds each phase takes on two cores; only their proportion matters once the work has begun. */
const phaseSeconds: Readonly<Record<InstallPhase, number>> = {
  prepare: 1,
  download: 4,
  tools: 3,
  extract: 5,
  configure: 25,
  compile: 80,
  install: 20,
  verify: 2,
};

const phases = Object.keys(phaseSeconds) as InstallPhase[];
const totalSeconds = Object.values(phaseSeconds).reduce((sum, seconds) => sum + seconds, 0);

/** Follows one installation through its phases and reports to one listener. */
export class InstallProgress {
  readonly #listener: ((event: ProgressEvent) => void) | undefined;
  readonly #now: () => number;
  #phase: InstallPhase = 'prepare';
  #phaseFraction = 0;
  #message = '';
  #started: number | undefined;
  #startFraction = 0;

  /**
   * @param listener - gets every report; an exception it throws ends the installation
   * @param now - a clock in milliseconds, for tests
   */
  constructor(listener?: (event: ProgressEvent) => void, now: () => number = Date.now) {
    this.#listener = listener;
    this.#now = now;
  }

  /** Begins a phase. */
  begin(phase: InstallPhase, message: string): void {
    this.#phase = phase;
    this.#phaseFraction = 0;
    if (this.#started === undefined && phase !== 'prepare') {
      // Waiting for another installer says nothing about the speed of this machine.
      this.#started = this.#now();
      this.#startFraction = this.#fraction();
    }
    this.say(message);
  }

  /** Reports a fact within the phase. */
  say(message: string): void {
    this.#message = message;
    this.#report();
  }

  /** Moves within the phase: a fraction from 0 to 1. */
  advance(fraction: number): void {
    this.#phaseFraction = Math.max(this.#phaseFraction, Math.min(1, fraction));
    this.#report();
  }

  /** Moves within the phase by work an earlier run did: it took no time now and predicts nothing. */
  skip(fraction: number): void {
    const before = this.#fraction();
    this.#phaseFraction = Math.max(this.#phaseFraction, Math.min(1, fraction));
    this.#startFraction += this.#fraction() - before;
    this.#report();
  }

  #fraction(): number {
    const before = phases.slice(0, phases.indexOf(this.#phase));
    const seconds = before.reduce((sum, phase) => sum + phaseSeconds[phase], 0);
    return (seconds + phaseSeconds[this.#phase] * this.#phaseFraction) / totalSeconds;
  }

  /** The plan at first; what this machine has shown so far, the longer it runs the more. */
  #estimate(fraction: number): number {
    const planned = totalSeconds * (1 - fraction);
    const done = fraction - this.#startFraction;
    if (this.#started === undefined || done <= 0) {
      return planned;
    }
    const measured = ((this.#now() - this.#started) / 1000 / done) * (1 - fraction);
    const trust = Math.min(1, done * 4);
    return measured * trust + planned * (1 - trust);
  }

  #report(): void {
    const fraction = this.#fraction();
    this.#listener?.({
      phase: this.#phase,
      phaseIndex: phases.indexOf(this.#phase) + 1,
      phaseCount: phases.length,
      fraction,
      estimateSeconds: Math.round(this.#estimate(fraction)),
      message: this.#message,
    });
  }
}
