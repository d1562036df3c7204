// @ts-check
import { describe, expect, it } from 'vitest';
import { staticVariables } from '../lib/native-state.mjs';

describe('staticVariables', () => {
  it.each([
    ['static ng_mutex lock = NG_MUTEX_INITIALIZER;', ['lock']],
    ['static _Atomic(slot *) chunks[CHUNKS];', ['chunks']],
    ['ng_capi ng_py;', ['ng_py']],
    ['ng_gate gate = {.state = 0, .passes = NULL};', ['gate']],
    ['static char text[SIZE]; /* lock */', ['text']],
    ['static const char *latest;', ['latest']],
    ['static _Thread_local uint32_t state;', ['state']],
    ['static struct thing *first;', ['first']],
    ['int f(void)\n{\n    static int calls;\n    int local = 1;\n}', ['calls']],
    ['static table items[] = {\n    {1, 2},\n};', ['items']],
  ])('finds what can change: %s', (text, names) => {
    expect(staticVariables(text)).toEqual(names);
  });

  it.each([
    'static const char text[] = "x";',
    'static const thing *const last = &first;',
    'typedef struct a b;',
    'struct ng_mailbox {\n    int count;\n};',
    'extern ng_capi ng_py;',
    'int f(int a);',
    'static void f(ng_end_hook *hook, int b)\n{\n    int c = 1;\n}',
    '_Static_assert(sizeof(int) == 4, "so");',
    '/* static int no; */',
    '#define LIMIT 3',
  ])('passes over what cannot: %s', (text) => {
    expect(staticVariables(text)).toEqual([]);
  });
});
