/** What SQLite says by number (sqlite.org/rescode.html); the low byte is the kind. */
export const sqliteKinds = {
  busy: 5,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** The kind of an error that SQLite gave, undefined for any other error. */
export function sqliteKind(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
