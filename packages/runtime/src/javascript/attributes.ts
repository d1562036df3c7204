/** What an operation answers for no value at all, where `undefined` is one. */
export const missing: unique symbol = Symbol('missing');

/** Words that Python does not take as names of attributes: `object.from_` is the property `from`. */
const reserved: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for ' +
    'from global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

const UNDERSCORE = 0x5f;

/** The property that an attribute stands for: a reserved word, underscores behind it, loses one of those. */
export function propertyOf(attribute: string): string {
  const last = attribute.length - 1;
  if (attribute.charCodeAt(last) !== UNDERSCORE) return attribute;
  let end = last;
  while (end > 0 && attribute.charCodeAt(end - 1) === UNDERSCORE) end--;
  return reserved.has(attribute.slice(0, end)) ? attribute.slice(0, last) : attribute;
}

/** The attribute that stands for a property. */
function attributeOf(property: string): string {
  let end = property.length;
  while (end > 0 && property.charCodeAt(end - 1) === UNDERSCORE) end--;
  return reserved.has(property.slice(0, end)) ? `${property}_` : property;
}

/** The value of an attribute, or {@link missing}. */
export function getAttribute(target: object, attribute: string): unknown {
  return getProperty(target, propertyOf(attribute));
}

/** The value of a property, or {@link missing}. */
export function getProperty(target: object, key: PropertyKey): unknown {
  const value = (target as Record<PropertyKey, unknown>)[key];
  return value === undefined && !(key in target) ? missing : value;
}

/** @returns whether the object let it go; {@link missing} where there was none */
export function deleteProperty(target: object, key: PropertyKey): boolean | typeof missing {
  if (!Object.hasOwn(target, key)) return key in target ? false : missing;
  return Reflect.deleteProperty(target, key);
}

/** Names of all properties, inherited ones too, as attributes: what `dir()` lists. */
export function attributeNames(target: object): string {
  const names = new Set<string>();
  let holder: object | null = target;
  while (holder !== null) {
    for (const key of Reflect.ownKeys(holder)) {
      // An array's items are no attributes, and what is no identifier cannot be written as one.
      if (typeof key === 'string' && !/^\d|[\s\0]/u.test(key)) names.add(attributeOf(key));
    }
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return [...names].join('\n');
}
