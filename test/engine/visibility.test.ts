/** How soon a batch whose message was lost is sent again, where some batches hold large files and others none. */
import { expect, test } from 'vitest';
import { visibilityOf } from '../../src/engine/measure.ts';
import { alone } from './model/alone.ts';
import { worldWith } from './model/invocations.ts';

test('how large a file may be delays only batches of tables that have containers', async () => {
  await alone(worldWith(1), async ({ tables, settings }) => {
    const given = { ...settings, visibilityMs: 1_000, fileVisibilityMs: 9_000 };
    const withFiles = new Map(
      [...tables].map(([name, { plan, ...rest }]) => [
        name,
        {
          ...rest,
          plan: { ...plan, fields: plan.fields.map((one) => ({ ...one, type: 'container' as const })) },
        },
      ]),
    );
    const of = (some: typeof tables): number => visibilityOf({ settings: given, tables: some }, 'contacts');
    expect([of(tables), of(withFiles), of(new Map())]).toEqual([1_000, 9_000, 1_000]);
  });
});
