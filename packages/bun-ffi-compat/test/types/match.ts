/**
 * Where the types of this package and of bun-types must agree. types.test.ts compiles it; it is never run. Each
 * `None<…>` gathers the names for which something does not hold: the compiler reports them.
 */
import type * as Bun from 'bun:ffi';

import type * as Compat from '../../src/index.js';

type None<Wrong extends never> = Wrong;
type Extends<Given, Wanted> = [Given] extends [Wanted] ? true : false;
type Same<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
/** The keys whose value is not true. */
type Wrong<Holds> = { [Name in keyof Holds]: Holds[Name] extends true ? never : Name }[keyof Holds];

// The same names, but for the error class and an interface that exists as a value in bun-types only.
type CompatName = Exclude<keyof typeof Compat, 'FfiError'>;
type BunName = Exclude<keyof typeof Bun, 'FFIFunctionCallableSymbol'>;
export type Missing = None<Exclude<BunName, CompatName>>;
export type Superfluous = None<Exclude<CompatName, BunName>>;

export type Shared = None<
  Wrong<{ Pointer: Same<Compat.Pointer, Bun.Pointer>; CString: Same<Compat.CString, Bun.CString> }>
>;

// Every type is known by its name, and is the same number.
type BunType = keyof Bun.FFITypeStringToType;
type BunMember = keyof typeof Bun.FFIType;
export type UnknownTypes = None<Exclude<BunType | BunMember, Compat.FFITypeName>>;
export type OtherNumbers = None<
  Wrong<{
    [Name in BunMember]: Extends<
      `${(typeof Bun.FFIType)[Name]}`,
      `${(typeof Compat.FFIType)[Name & Compat.FFITypeName]}`
    >;
  }>
>;

// A parameter takes what it takes there. napi types are refused. bun-types declares functions as pointers "for
// now", with null, which Bun itself refuses.
type Napi = 'napi_env' | 'napi_value';
type BunFunction = 'function' | 'callback';
type BunArgument<Name extends BunType> = Name extends BunFunction
  ? Bun.Pointer | bigint | Bun.JSCallback
  : Bun.FFITypeToArgsType[Bun.FFITypeStringToType[Name]];
type ArgumentName = Exclude<BunType, Napi | 'void'>;
export type NarrowerArguments = None<
  Wrong<{ [Name in ArgumentName]: Extends<BunArgument<Name>, Compat.ArgumentOf<Name>> }>
>;

// A result is what it is there. What has no length is no buffer.
type ResultName = Exclude<BunType, Napi | 'buffer' | 'buffer_length' | 'buffer_bytelength'>;
type BunResult<Name extends BunType> = Bun.FFITypeToReturnsType[Bun.FFITypeStringToType[Name]];
export type WiderResults = None<
  Wrong<{ [Name in ResultName]: Extends<Compat.ResultOf<Name>, BunResult<Name>> }>
>;

// What has no type parameters is assignable as it is, but for `ptr`, which takes no shared memory here.
type Plain = 'CString' | 'JSCallback' | 'suffix' | 'toArrayBuffer' | 'toBuffer' | 'read';
export type OtherMembers = None<
  Wrong<{ [Name in Plain]: Extends<(typeof Compat)[Name], (typeof Bun)[Name]> }>
>;
export type OtherInterfaces = None<
  Wrong<{
    JSCallback: Extends<Compat.JSCallback, Bun.JSCallback>;
    // `args` and `returns` are of its enum, which no other type is assignable to; program.ts is about them.
    FFIFunction: Extends<
      Omit<Bun.FFIFunction, 'args' | 'returns'>,
      Omit<Compat.FFIFunction, 'args' | 'returns'>
    >;
  }>
>;
