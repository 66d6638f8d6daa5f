/** Which records belong on a server: by the region that a record is in, ten million amounts each; without an amount it is the first. */
import type { Ending, ServerEnding } from './ending.ts';
import type { Shown } from './ledger.ts';

const regionSize = 10_000_000;

const regionOf = (amount: string): number => Math.floor(Number(amount) / regionSize);

/**
 * Of a record by what a server holds that gets all records, where nothing of it waits for a person there; else by what the sync says that it
 * holds. Undefined where nobody knows of it.
 */
export function regionIn({ servers, heads }: Ending, key: string, isHeld: boolean): number | undefined {
  const whole = servers.filter(({ role, share }) => role !== 'send' && share === undefined);
  const [row] = whole.flatMap(({ rows }) => rows.filter(({ values }) => values['id'] === key));
  const head = heads.get(key)?.fields['amount']?.value;
  const amount = isHeld || row === undefined ? head : (row.values['amount'] ?? '');
  return amount === undefined ? undefined : regionOf(amount);
}

export const isIn = ({ share }: Pick<ServerEnding, 'share'>, region: number | undefined): boolean =>
  share === undefined || region === undefined || share.regions.includes(region);

/** Whether the row, as it was, was in the server's share. */
export const wasIn = (server: Pick<ServerEnding, 'share'>, { values }: Pick<Shown, 'values'>): boolean =>
  isIn(server, regionOf(values['amount'] ?? ''));
