import type { Office } from '../end-to-end/support/office.ts';

/** Whether two servers hold the same records, in the fields that are synced. */
export function same(a: Office, b: Office): boolean {
  const [mine, theirs] = [a.byKey, b.byKey];
  const fields = ['name', 'notes', 'amount'];
  return (
    mine.size === theirs.size &&
    [...mine].every(([key, values]) => {
      const other = theirs.get(key);
      return other !== undefined && fields.every((field) => (values[field] ?? '') === (other[field] ?? ''));
    })
  );
}
