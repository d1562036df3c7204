/** Attributes of builtin exceptions that are properties of their errors, too: what one catches them for. */
const attributes: Readonly<Record<string, readonly string[] | undefined>> = {
  SystemExit: ['code'],
  OSError: ['errno', 'strerror', 'filename', 'filename2'],
  SyntaxError: ['filename', 'lineno', 'offset', 'text'],
};

/** Those that the class of a builtin exception adds to its bases'. */
export function attributesOf(name: string): readonly string[] {
  return attributes[name] ?? [];
}
