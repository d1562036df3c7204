/** A Map whose entries with string keys are properties, too. Methods win over entries of their names. */
class LiteralMap extends Map<unknown, unknown> {}

export function makeLiteralMap(): object {
  const map = new LiteralMap();
  return new Proxy(map, {
    get(target, key) {
      if (typeof key === 'string' && !(key in target) && target.has(key)) return target.get(key);
      const value = Reflect.get(target, key, target) as unknown;
      return typeof value === 'function' && key !== 'constructor'
        ? (value.bind(target) as unknown)
        : value;
    },
    has: (target, key) => key in target || target.has(key),
    set(target, key, value) {
      if (typeof key === 'symbol' || key in target) return false;
      target.set(key, value);
      return true;
    },
    deleteProperty: (target, key) => (key in target ? false : target.delete(key)),
    ownKeys: (target) => [...target.keys()].filter((key): key is string => typeof key === 'string'),
    getOwnPropertyDescriptor(target, key) {
      if (typeof key === 'symbol' || !target.has(key)) return undefined;
      return { value: target.get(key), writable: true, enumerable: true, configurable: true };
    },
  });
}
