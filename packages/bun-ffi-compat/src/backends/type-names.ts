import type { RawType } from '../backend.js';

/** What libraries call differently. */
interface Words {
  readonly float32: string;
  readonly float64: string;
  readonly pointer: string;
}

/** A library's own word for each type. Every case is here, or this does not compile. */
export function typeNames(words: Words): (type: RawType) => string {
  return (type) => {
    switch (type) {
      case 0:
      case 1:
        return 'int8';
      case 2:
        return 'uint8';
      case 3:
        return 'int16';
      case 4:
        return 'uint16';
      case 5:
        return 'int32';
      case 6:
        return 'uint32';
      case 7:
      case 15:
        return 'int64';
      case 8:
      case 16:
        return 'uint64';
      case 9:
        return words.float64;
      case 10:
        return words.float32;
      case 11:
        return 'bool';
      case 12:
      case 17:
        return words.pointer;
      case 13:
        return 'void';
      default: {
        const never: never = type;
        throw new TypeError(`no such type: ${String(never)}`);
      }
    }
  };
}
