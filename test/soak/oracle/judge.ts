/** What must be so at the end of every game: a rule, and what breaks it. Nothing breaks it if it holds. */
import type { Ending, ServerEnding } from './ending.ts';
import type { Entry, Ledger } from './ledger.ts';
import { deletesFaults, returnsFaults } from './deletes.ts';
import { Traces } from './traces.ts';

type Rule = readonly [says: string, broken: (traces: Traces) => readonly string[]];

/** Passes after the last fault that may still write: a run, the rest of a sweep that somebody died over, and a sweep. */
const mayWrite = 3;

const rules: readonly Rule[] = [
  ['R1: all servers that receive hold the same, or the field is held and listed as open', different],
  ['no server that removes what leaves its share holds anything outside it', left],
  [
    'R2: nothing is left to deliver',
    ({ ending }) => (ending.openRows > 0 ? [`${ending.openRows} rows`] : []),
  ],
  ['R3: no key is on a server twice', doubled],
  [
    'R3: each write was preceded by its look, each edit named its modId',
    ({ ending }) => [
      ...ending.unseen,
      ...ending.servers.flatMap(({ name, updatesWithoutModId: count }) =>
        count > 0 ? [`${name}: ${count} edits without a modId`] : [],
      ),
    ],
  ],
  ['R4: no value that a person saw and replaced comes back', broughtBack],
  ['R5: each value that a person entered is there, was seen by who replaced it, or is kept', lost],
  ['what is on a server was entered by a person, into that field of that record', strange],
  ['a record is gone only where a person deleted it who had seen all of it', deletesFaults],
  ['a record that a person deleted comes back only for an edit that was not seen', returnsFaults],
  ['R6: after a run and a sweep without edits nothing is written any more', restless],
  ['what waits for a person is listed as open, with what each server holds, and nothing else is', waiting],
  ['no session more than configured is ever open, none is left', sessions],
  [
    'nothing is parked or halted when the troubles are over',
    ({ ending }) => [...ending.parked, ...ending.halts],
  ],
  [
    'no pass fails when the troubles are over',
    ({ ending }) => ending.passes.flatMap(({ failures }) => failures),
  ],
];

export type Fault = { readonly rule: string; readonly what: readonly string[] };

export function judge(ledger: Ledger, ending: Ending): readonly Fault[] {
  const traces = new Traces(ledger, ending);
  return rules.flatMap(([rule, broken]) => {
    const what = broken(traces);
    return what.length > 0 ? [{ rule, what }] : [];
  });
}

/** One demand for each record: where it is, and what it holds there. */
function different(traces: Traces): readonly string[] {
  return traces.sharedKeys.flatMap((key) => {
    const rows = traces.receivers.map((server) => ({ server, row: traces.rowsOn(server, key)[0] }));
    const missing = rows.filter(
      ({ server, row }) => row === undefined && traces.isIn(server, key) && !traces.mayLack(server, key),
    );
    const there = rows.flatMap(({ server, row }) =>
      row && traces.isIn(server, key) ? [{ server, row }] : [],
    );
    const absent = there.length > 0 ? missing.map(({ server }) => `${key} is not on ${server.name}`) : [];
    const fields = traces.ending.fields.filter((field) => {
      const values = new Set(there.map(({ row }) => row.values[field] ?? ''));
      return values.size > 1 && !traces.isHeld(key, field);
    });
    const unequal = fields.map((field) => {
      const values = there.map(({ server, row }) => `${server.name} ${row.values[field]}`);
      return `${key} ${field}: ${values.join(', ')}`;
    });
    return [...absent, ...unequal];
  });
}

function left(traces: Traces): readonly string[] {
  return traces.receivers
    .filter(({ share }) => share?.leave === 'remove')
    .flatMap((server) =>
      server.rows
        .map(({ values }) => values['id'] ?? '')
        .filter((key) => traces.isShared(key) && !traces.isIn(server, key))
        .map((key) => `${key} is on ${server.name}`),
    );
}

function doubled({ ending }: Traces): readonly string[] {
  return ending.servers.flatMap(({ name, rows }) => {
    const keys = rows.map(({ values }) => values['id'] ?? '');
    return keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${key} on ${name}`);
  });
}

function broughtBack(traces: Traces): readonly string[] {
  if (traces.ending.merge === 'record') return recordsBroughtBack(traces);
  return traces.finalReplacements.flatMap(({ server, key, field, replaced = '', value }) => {
    const isBack = replaced !== '' && traces.isSettled(key, field, replaced);
    return isBack ? [`${key} ${field}: ${replaced} was replaced by ${value} on ${server}`] : [];
  });
}

/** Where a record counts as one, its fields go together: one may come back with the record of somebody who had not seen it replaced. */
function recordsBroughtBack(traces: Traces): readonly string[] {
  const { fields } = traces.ending;
  return traces.finalEdits.flatMap(({ server, key, before, entries }) => {
    const isBack = traces.receivers.some((receiver) =>
      traces
        .rowsIn(receiver, key)
        .some((row) => fields.every((field) => row.values[field] === before[field])),
    );
    const values = entries.map(({ value }) => value).join(', ');
    return isBack && !traces.isHeld(key, fields[0] ?? '')
      ? [`${key} is as it was before ${values} on ${server}`]
      : [];
  });
}

function lost(traces: Traces): readonly string[] {
  return traces.ledger.entries
    .filter((entry) => !traces.hasTrace(entry))
    .map(({ server, key, field, value }) => `${key} ${field}: ${value}, entered on ${server}`);
}

function strange({ ledger, ending }: Traces): readonly string[] {
  const known = new Set(ledger.entries.map(nameOf));
  return ending.servers.flatMap(({ name, rows }) =>
    rows.flatMap(({ values }) => {
      const key = values['id'] ?? '';
      return ending.fields
        .map((field) => ({ key, field, value: values[field] ?? '' }))
        .filter((one) => one.value !== '' && !known.has(nameOf(one)))
        .map(({ field, value }) => `${name}: ${key} ${field} is ${value}`);
    }),
  );
}

const nameOf = ({ key, field, value }: Pick<Entry, 'key' | 'field' | 'value'>): string =>
  JSON.stringify([key, field, value]);

function restless({ ending }: Traces): readonly string[] {
  const late = ending.passes.slice(mayWrite).filter(({ writes }) => writes > 0);
  return late.length > 0 ? [`writes by pass: ${ending.passes.map(({ writes }) => writes).join(', ')}`] : [];
}

function waiting(traces: Traces): readonly string[] {
  const { ending } = traces;
  const heldIds = new Set<string>();
  const faults: string[] = [];
  for (const [key, { fields, deleted }] of ending.heads) {
    if (deleted !== undefined) continue;
    for (const [field, { held }] of Object.entries(fields)) {
      if (held === undefined) continue;
      for (const id of held.conflicts) heldIds.add(id);
      if (!held.conflicts.some((id) => traces.openIds.has(id)))
        faults.push(`${key} ${field} is held unlisted`);
      for (const [server, { value }] of Object.entries(held.candidates))
        faults.push(...unlike(traces, server, key, field, value));
    }
  }
  const idle = ending.kept.filter(({ id, isOpen }) => isOpen && !heldIds.has(id));
  return [
    ...faults,
    ...idle.map(({ key, field, value }) => `${key} ${field} is open (${value}), and not held`),
  ];
}

function unlike(traces: Traces, name: string, key: string, field: string, value: string): readonly string[] {
  const server = traces.serverOf(name);
  const [row] = server ? traces.rowsIn(server, key) : [];
  if (row === undefined || row.values[field] === value) return [];
  return [`${key} ${field} on ${name} is ${row.values[field]}, and held as ${value}`];
}

function sessions({ ending }: Traces): readonly string[] {
  return ending.servers.flatMap((server) => [...tooMany(server), ...leftOpen(server)]);
}

const tooMany = ({ name, sessions: most, maxOpenSessions }: ServerEnding): readonly string[] =>
  maxOpenSessions > most ? [`${name}: ${maxOpenSessions} open at once, ${most} configured`] : [];

const leftOpen = ({ name, openSessions }: ServerEnding): readonly string[] =>
  openSessions > 0 ? [`${name}: ${openSessions} left open`] : [];
