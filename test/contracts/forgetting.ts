/** What is forgotten leaves nothing behind, and nothing else goes with it: judged by all that is stored, not by the ports. */
import { describe, expect, test } from 'vitest';
import { keyFact, linkFact, serverFact, type Identity } from '../../src/core/identity.ts';
import type { Control } from '../../src/ports/control.ts';
import type { Forgetting } from '../../src/ports/forgetting.ts';
import type { Records } from '../../src/ports/records.ts';
import { closing, type Open } from './opened.ts';
import {
  batchRow,
  clockState,
  conflict,
  fieldList,
  head,
  historyEntry,
  meeting,
  parkedRecord,
  replica,
  sending,
  watermark,
} from './samples.ts';

export type Forgetful = {
  readonly records: Records;
  readonly control: Control;
  readonly forgetting: Forgetting;
  readonly bindTo: (identity: Identity) => void | Promise<void>;
  /** Everything that is stored, whatever it is. */
  readonly dump: () => Promise<readonly string[]>;
};

const at = 1_732_000_000_000;

/** What is stored about no table and no server alone: by its method of Control. */
const aboutNeither: readonly string[] = ['putRun', 'putAct', 'putPauses'];

const isStoring = (method: string): boolean => /^(put|add|append|park$)/.test(method);

/** The same ports; which of their methods are called is noted. */
function noting(port: Forgetful): { readonly noted: Forgetful; readonly called: ReadonlySet<string> } {
  const called = new Set<string>();
  const over = <Port extends object>(one: Port): Port =>
    new Proxy(one, {
      get(target, name) {
        called.add(String(name));
        return Reflect.get(target, name);
      },
    });
  return { noted: { ...port, records: over(port.records), control: over(port.control) }, called };
}

/** Something of every kind that is stored about a table on a server. */
async function fillPlace({ records, control, bindTo }: Forgetful, table: string, server: string) {
  const of = { table, server };
  await bindTo({ [linkFact(table, server)]: 'Main/Sync' });
  await control.putMeeting(meeting({ ...of, state: 'passed', over: true }));
  await records.putReplicas(['k1', 'k2', 'k'.repeat(1000)].map((key) => replica(1, { ...of, key })));
  await control.putWatermark(watermark(1, of));
  await control.putUserClock({ ...of, worstByDay: { '19000': 7 } });
  await control.park([parkedRecord('k1', of)]);
  await control.putSuspects([{ ...of, key: 'k2', recordId: '2', rev: 1, at, source: 'sweep' }]);
  await control.putDeleteCount({ ...of, rev: 1, byHour: { '1': 1 } });
  await control.putHalt({ ...of, rev: 1, id: 'abc123', kind: 'clone', at, figures: {}, examples: [] });
  await control.putSweep(of);
  await control.putSweepAsk({ ...of, after: at });
  await control.putSweepPart({ ...of, startedAt: at, part: 0, rows: Float64Array.of(1, 2) });
  await control.putDeleteLog({ ...of, generation: 1, log: 'a log' });
  const place = { offset: 0, seen: [] };
  await control.putBookmark({
    ...of,
    kind: 'meeting',
    fields: ['name'],
    startedAt: at,
    place,
    shared: 0,
    differing: 0,
    examples: [],
  });
  await control.putAccountView({ ...of, at, seen: 1, total: 2 });
  await control.putFilesRead({ ...of, recordId: '7', modId: 1, files: {}, cutOff: {}, at });
  const id = `${table}-${server}`;
  await control.putBatches([batchRow(id, of)]);
  const row = await control.claim(id);
  await control.appendSending(id, row?.rev ?? 0, [sending(id, 'k1')]);
}

async function fillServer({ control, bindTo }: Forgetful, server: string): Promise<void> {
  await bindTo({ [serverFact(server)]: `https://${server}.example.com` });
  for (const rev of [1, 2]) await control.putClock(clockState(rev, { server }));
  for (const task of ['reading', 'writing'] as const)
    await control.putBreaker({ server, task, rev: 1, failures: 1, since: at, code: 'x', tryAt: at });
  await control.putFieldList(fieldList({ server }));
  await control.addDataUse({ server, day: '2026-11-29', bytes: 7 });
  await control.putWebhookState({ server, at, outcome: 'standing', tables: [], unknown: [] });
}

async function fillTable({ records, control, bindTo }: Forgetful, table: string): Promise<void> {
  await bindTo({ [keyFact(table)]: 'id' });
  // Of a shape without addresses, binding would put down those that are known by then.
  await control.putShape({ table, fields: ['name'], receivers: ['hq'], addresses: {} });
  const keys = ['k1', 'k2', 'k'.repeat(1000)];
  await records.putHeads(keys.map((key) => head(1, { table, key })));
  await control.putHistory(keys.map((key) => historyEntry(2, { table, key })));
  await control.putConflicts(
    ['a', 'b'].map((name) =>
      conflict(JSON.stringify([table, 'k1', name]), { table, ...(name === 'a' && { open: true }) }),
    ),
  );
}

export function describeForgettingContract(name: string, open: Open<Forgetful>): void {
  describe(`forgetting: ${name}`, () => {
    const opened = closing(open);

    /** Two tables on two servers, of which the last named is filled behind the look at what is stored. */
    async function filled(behind: (port: Forgetful) => Promise<void>) {
      const { port, reopen } = await opened();
      for (const table of ['contacts', 'contact']) {
        await fillTable(port, table);
        await fillPlace(port, table, 'hq');
      }
      await fillServer(port, 'hq');
      const before = await port.dump();
      await behind(port);
      expect((await port.dump()).length).toBeGreaterThan(before.length);
      return { port, before, after: async () => (await reopen()).dump() };
    }

    test('nothing is stored that these tests leave out', async () => {
      const { port } = await opened();
      const { noted, called } = noting(port);
      await fillTable(noted, 'contacts');
      await fillPlace(noted, 'contacts', 'hq');
      await fillServer(noted, 'hq');
      const methods = [...Object.keys(port.records), ...Object.keys(port.control)].filter(isStoring);
      expect([...called, ...aboutNeither].filter(isStoring).toSorted()).toEqual(methods.toSorted());
    });

    test('a table on a server leaves nothing, and the same table elsewhere and other tables there stay', async () => {
      const { port, before, after } = await filled((into) => fillPlace(into, 'contacts', 'h'));
      expect(await port.forgetting.forgetPlace('contacts', 'h')).toBe(3);
      expect(await port.forgetting.forgetPlace('contacts', 'h')).toBe(0);
      expect(await after()).toEqual(before);
    });

    test('a server leaves nothing, and another whose name begins so stays', async () => {
      const { port, before, after } = await filled((into) => fillServer(into, 'h'));
      for (let times = 0; times < 2; times += 1) await port.forgetting.forgetServer('h');
      expect(await after()).toEqual(before);
    });

    test('a table leaves no record, history, kept value or shape, and another whose name begins so stays', async () => {
      const { port, before, after } = await filled((into) => fillTable(into, 'contac'));
      expect(await port.forgetting.forgetTable('contac')).toBe(3);
      expect(await port.forgetting.forgetTable('contac')).toBe(0);
      expect(await after()).toEqual(before);
    });
  });
}
