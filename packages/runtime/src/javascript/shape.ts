import { NG_JS_SHAPE_CALLABLE } from '@nogil/abi/constants';

/** What an object can do, as `NG_JS_SHAPE_…`: decides its class in Python. */
export function shapeOf(value: object): number {
  return typeof value === 'function' ? NG_JS_SHAPE_CALLABLE : 0;
}
