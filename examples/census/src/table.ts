/** The table of the most complex modules. */
import Table from 'cli-table3';
import type { Standout } from './record.js';
import type { Module } from './totals.js';

/** Space between columns instead of rules: it survives narrow terminals and being pasted. */
const PLAIN_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Longer names of functions end in `…`. */
const MAX_NAME = 34;

/**
 * Lays out modules as a table, without colour.
 *
 * @param modules - the modules, in the order to show
 * @returns lines of text
 */
export function formatTable(modules: readonly Module[]): string {
  const table = new Table({
    head: [
      'module',
      'lines',
      'functions',
      'complexity',
      'nesting',
      'docs',
      'most complex function',
      'longest',
    ],
    chars: PLAIN_BORDERS,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left', 'right'],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const { name, figures } of modules) {
    table.push([
      name,
      formatCount(figures.lines.total),
      formatCount(figures.functions.total),
      formatCount(figures.complexity.total),
      figures.nesting,
      formatShare(figures.docstrings.present / Math.max(1, figures.docstrings.possible)),
      formatStandout(figures.complexity.worst),
      figures.longest ? `${formatCount(figures.longest.value)} lines` : '–',
    ]);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** `1 848`: thin groups of three, the same in every locale. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** `64 %`. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function formatStandout(standout: Standout | null): string {
  if (!standout) return '–';
  const { name, value } = standout;
  const short = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
  return `${short} (${formatCount(value)})`;
}
