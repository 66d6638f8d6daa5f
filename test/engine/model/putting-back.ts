/** People who put records back to earlier states, in the middle of everything. */
import type { TablePlan } from '../../../src/core/link.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { RecordBusy } from '../../../src/engine/choose.ts';
import { pastOf } from '../../../src/engine/past.ts';
import { putBackRecord, type WantedState } from '../../../src/engine/put-back-record.ts';
import type { Work } from './driving.ts';
import type { Dice } from './seeded-random.ts';
import type { World } from './world.ts';

/** Some record to some version of it, or back if it was deleted. Which values come back by that, if it comes so far, is noted. */
export const puttingBack =
  ({ plan, putBack }: World, dice: Dice): Work =>
  async (engine) => {
    const wanted = await someState(engine, plan, dice);
    if (wanted === undefined) return;
    const records = {
      ...engine.records,
      heads: engine.records.heads.bind(engine.records),
      putHeads: async (...of: Parameters<typeof engine.records.putHeads>) => {
        for (const { fields } of of[0]) for (const { value } of Object.values(fields)) putBack.add(value);
        return engine.records.putHeads(...of);
      },
    };
    try {
      await putBackRecord({ ...engine, records }, wanted);
    } catch (error) {
      // Others were faster each time.
      if (!(error instanceof RecordBusy)) throw error;
    }
  };

/** One that is not the present one; undefined where no record has another. */
async function someState(
  { records }: Pick<Engine, 'records'>,
  plan: TablePlan,
  dice: Dice,
): Promise<WantedState | undefined> {
  const changed = (await records.keys(plan.name, 100)).filter(({ version }) => version > 1);
  const { key, version = 1 } = changed[dice.pick(changed.length)] ?? {};
  if (key === undefined) return undefined;
  const isGone = (await records.heads(plan.name, [key])).get(key)?.deleted !== undefined;
  return { plan, key, ...(isGone && dice.chance(0.5) ? {} : { version: 1 + dice.pick(version - 1) }) };
}

/** What was put aside by that: it is in the history alone. */
export async function putAside({ plan, ports: { records, control } }: World): Promise<ReadonlySet<string>> {
  const listed = await records.keys(plan.name, 1000);
  const heads = await records.heads(
    plan.name,
    listed.map(({ key }) => key),
  );
  const pasts = await Promise.all([...heads.values()].map((head) => pastOf(control, head)));
  const replaced = pasts.flatMap(({ steps }) =>
    steps
      .filter(({ entry }) => entry.cause.kind === 'put-back')
      .flatMap(({ before }) => Object.values(before.fields)),
  );
  return new Set(
    replaced.flatMap(({ value, held }) => [
      value,
      ...Object.values(held?.candidates ?? {}).map((one) => one.value),
    ]),
  );
}
