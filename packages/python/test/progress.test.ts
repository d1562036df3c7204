import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { InstallProgress, type ProgressEvent } from '../src/progress/events.js';
import { createProgressReporter, formatSeconds, ProgressBar } from '../src/progress/index.js';

class Screen extends Writable {
  readonly rows = 24;
  text = '';

  constructor(
    readonly isTTY: boolean,
    readonly columns = 80,
  ) {
    super();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

describe('install progress', () => {
  test('goes forward only, from 0 to 1, and names phases by number', () => {
    const events: ProgressEvent[] = [];
    const progress = new InstallProgress((event) => events.push(event));
    progress.begin('prepare', 'begin');
    progress.begin('configure', 'configure');
    progress.advance(0.5);
    progress.advance(0.4);
    progress.begin('compile', 'compile');
    progress.advance(7);
    progress.begin('verify', 'verify');
    progress.advance(1);
    const fractions = events.map((event) => event.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[0]).toBe(0);
    expect(fractions.at(-1)).toBe(1);
    expect(events.at(-1)).toMatchObject({ phase: 'verify', phaseIndex: 8, phaseCount: 8 });
    expect(events.at(-1)?.estimateSeconds).toBe(0);
  });

  test('estimates from what this machine did, not from what an earlier run did', () => {
    let now = 0;
    let last: ProgressEvent | undefined;
    const progress = new InstallProgress(
      (event) => {
        last = event;
      },
      () => now,
    );
    progress.begin('prepare', 'begin');
    now = 1_000_000;
    progress.begin('download', 'archive');
    progress.begin('configure', 'done before');
    progress.skip(1);
    progress.begin('compile', 'compile');
    progress.skip(0.5);
    expect(last?.estimateSeconds).toBeGreaterThan(40);
    expect(last?.estimateSeconds).toBeLessThan(90);
    now += 200_000;
    progress.advance(0.75);
    expect(last?.estimateSeconds).toBeGreaterThan(100);
  });
});

describe('the progress bar', () => {
  test('on a terminal draws a bar, percent and time', () => {
    const screen = new Screen(true);
    const bar = new ProgressBar(screen, { frameInterval: 0 });
    bar.update('census', 5, 10, 12);
    bar.note('a note');
    bar.done();
    expect(screen.text).toContain('census  ████████████░░░░░░░░░░░░  50 %  12 s left');
    expect(screen.text).toContain('a note');
  });

  test('elsewhere writes plain lines: new labels, every ten seconds, and the end', () => {
    const screen = new Screen(false);
    let now = 0;
    const bar = new ProgressBar(screen, { now: () => now });
    for (let step = 0; step <= 25; step += 1) {
      now = step * 1000;
      bar.update('census', step, 25);
    }
    bar.done('finished');
    bar.done();
    expect(screen.text.trim().split('\n')).toEqual([
      'census  0 %',
      'census  40 %  15 s left',
      'census  80 %  5 s left',
      'census  100 %  0 s left',
      'finished',
    ]);
  });

  test('a terminal without a width gets plain lines', () => {
    const screen = new Screen(true, 0);
    new ProgressBar(screen).update('census', 1, 2, 3);
    expect(screen.text).toBe('census  50 %  3 s left\n');
  });

  test('nothing to do is no division by zero', () => {
    const screen = new Screen(false);
    new ProgressBar(screen).update('empty', 0, 0);
    expect(screen.text).toBe('empty  0 %\n');
  });

  test('the reporter writes each message once, with its phase', () => {
    const screen = new Screen(false);
    const reporter = createProgressReporter(screen);
    const progress = new InstallProgress(reporter.onProgress);
    progress.begin('configure', 'configuring');
    progress.advance(0.1);
    progress.begin('compile', 'compiling');
    reporter.close('done');
    expect(screen.text.match(/\[5\/8\] configuring/g)).toHaveLength(1);
    expect(screen.text).toContain('[6/8] compiling');
    expect(screen.text.endsWith('done\n')).toBe(true);
  });

  test('durations', () => {
    expect([0, 59.6, 60, 100].map(formatSeconds)).toEqual([
      '0 s',
      '1 min 0 s',
      '1 min 0 s',
      '1 min 40 s',
    ]);
  });
});
